// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random graphs, run again and again: each node once per run, after all its predecessors, whose plain
 * writes it must see. {@code -Dteff.seed} repeats a seed.
 */
class GraphRandomTest {
    private final SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));

    /** A random graph, and what its bodies have seen. All plain: the graph itself must order it. */
    private static final class Subject {
        final int nodes;
        final int[][] before;
        final long[] value; // what a node computed, from its predecessors
        final int[] ran;
        final int[] fails; // the run in which a node fails
        final Graph graph;
        int run;

        Subject(SplittableRandom random, int nodes, int degree, int reach) {
            this.nodes = nodes;
            before = new int[nodes][];
            value = new long[nodes];
            ran = new int[nodes];
            fails = new int[nodes];
            GraphBuilder g = Graph.builder();
            int split = random.nextInt(nodes + 1);
            boolean blocks = random.nextBoolean();
            GraphNodes one = g.nodes(blocks ? split : nodes, this::body);
            GraphNodes two = g.nodes(nodes - one.count(), (w, i) -> body(w, i + one.count()));
            // Bodies go by numbers in order; the graph may have its edges in any.
            for (int v = 0; v < nodes; v++) {
                int least = Math.max(0, v - reach);
                int d = v == 0 ? 0 : random.nextInt(degree + 1);
                before[v] = random.ints(d, least, Math.max(v, 1)).distinct().toArray();
                for (int u : before[v]) {
                    at(one, two, u).before(at(one, two, v));
                }
            }
            graph = g.build();
        }

        private static GraphNode at(GraphNodes one, GraphNodes two, int v) {
            return v < one.count() ? one.at(v) : two.at(v - one.count());
        }

        void body(Worker w, int v) {
            ran[v]++;
            long sum = run * 31L + v;
            for (int u : before[v]) {
                sum = sum * 31 + value[u];
            }
            value[v] = sum;
            if (fails[v] == run) {
                throw new IllegalStateException("planned");
            }
        }

        /** Runs it, and looks whether everything is as if one thread had gone through it. */
        void check(Engine engine, SplittableRandom random, boolean failing) {
            run++;
            for (int i = 0; i < 3 && failing; i++) {
                fails[random.nextInt(nodes)] = run;
            }
            int[] ranBefore = ran.clone();
            long[] expected = value.clone();
            boolean[] out = new boolean[nodes];
            int failed = 0;
            int skipped = 0;
            for (int v = 0; v < nodes; v++) {
                boolean skip = false;
                long sum = run * 31L + v;
                for (int u : before[v]) {
                    skip |= out[u];
                    sum = sum * 31 + expected[u];
                }
                out[v] = skip || fails[v] == run;
                skipped += skip ? 1 : 0;
                failed += !skip && fails[v] == run ? 1 : 0;
                ranBefore[v] += skip ? 0 : 1;
                expected[v] = skip ? expected[v] : sum;
            }
            IllegalStateException thrown = null;
            try {
                graph.run(engine);
            } catch (IllegalStateException e) {
                thrown = e;
            }
            assertThat(ran).isEqualTo(ranBefore);
            assertThat(value).isEqualTo(expected);
            assertThat(graph.failed()).isEqualTo(failed);
            assertThat(graph.skipped()).isEqualTo(skipped);
            assertThat(thrown != null).isEqualTo(failed > 0);
            if (thrown != null) {
                assertThat(thrown.getSuppressed()).hasSize(failed - 1);
            }
        }
    }

    private void stress(int workers, int graphs, int maxNodes, int runs) {
        try (Engine engine = Engine.start(config(workers).build())) {
            long nodes = 0;
            for (int i = 0; i < graphs; i++) {
                int n = 1 + random.nextInt(maxNodes);
                int degree = random.nextInt(10) == 0 ? 200 : 1 + random.nextInt(6);
                int reach = random.nextBoolean() ? n : 1 + random.nextInt(100);
                Subject subject = new Subject(random, n, degree, reach);
                for (int run = 0; run < runs; run++) {
                    subject.check(engine, random, random.nextInt(4) == 0);
                    nodes += n;
                }
            }
            awaitRest(engine);
            System.out.println("workers " + workers + ": " + nodes + " nodes, " + engine.stats());
            assertThat(nodes).isGreaterThanOrEqualTo((long) graphs * runs);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void randomGraphsRunInOrder(int workers) {
        stress(workers, 40, 3_000, 15);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void smallGraphsRunInOrder(int workers) {
        stress(workers, 300, 12, 50);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void manyRandomGraphsRunInOrder() {
        for (int workers = 1; workers <= 4; workers++) {
            stress(workers, 400, 20_000, 20);
        }
    }
}
