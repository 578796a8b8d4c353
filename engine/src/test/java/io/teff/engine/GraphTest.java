// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertEach;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.Graphs.NO_BODY;
import static io.teff.engine.Graphs.cell;
import static io.teff.engine.Graphs.cellsByLoop;
import static io.teff.engine.Graphs.wavefront;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What graphs do: each node once, after those before it. */
class GraphTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void diamondRunsInOrderEachTime(int workers) {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        GraphBuilder g = Graph.builder();
        GraphNode load = g.node("load", () -> order.add("load"));
        GraphNode left = g.node("left", () -> order.add("left")).after(load);
        GraphNode right = g.node("right", () -> order.add("right"));
        GraphNode sum = g.node("sum", () -> order.add("sum"));
        load.before(right);
        sum.after(left, right);
        Graph graph = g.build();
        try (Engine engine = engine(workers)) {
            for (int i = 0; i < 200; i++) {
                graph.run(engine);
                assertThat(order).containsExactlyInAnyOrder("load", "left", "right", "sum");
                assertThat(order).startsWith("load").endsWith("sum");
                order.clear();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void wavefrontComputesWhatALoopComputes(int workers) {
        int n = 200;
        long[] cells = new long[n * n];
        long[] expected = cellsByLoop(n);
        Graph graph = wavefront(n, (w, i) -> cells[i] = cell(cells, n, i));
        try (Engine engine = engine(workers)) {
            for (int run = 0; run < 20; run++) {
                Arrays.fill(cells, 0);
                graph.run(engine);
                assertThat(cells).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void longChainNeedsNoStack(int workers) {
        int n = 1_000_000;
        long[] hash = new long[1];
        GraphBuilder g = Graph.builder();
        GraphNodes links = g.nodes(n, (w, i) -> hash[0] = hash[0] * 31 + i);
        long expected = 0;
        for (int i = 0; i < n; i++) {
            expected = expected * 31 + i;
            if (i > 0) {
                links.edge(i - 1, i);
            }
        }
        Graph graph = g.build();
        try (Engine engine = engine(workers)) {
            for (int run = 0; run < 3; run++) {
                hash[0] = 0;
                graph.run(engine);
                assertThat(hash[0]).isEqualTo(expected);
            }
        }
    }

    /** Each link of the chain has a leaf, and the leaves, run last, do not fit on the fork stack. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1 << 21})
    void combWithMoreReadyNodesThanForksRunsEachOnce(int maxForks) {
        int n = 20_000;
        AtomicIntegerArray ran = new AtomicIntegerArray(2 * n);
        GraphBuilder g = Graph.builder();
        GraphNodes links = g.nodes(n, (w, i) -> ran.incrementAndGet(i));
        GraphNodes leaves = g.nodes(n, (w, i) -> ran.incrementAndGet(n + i));
        for (int i = 0; i < n; i++) {
            if (i > 0) {
                links.edge(i - 1, i);
            }
            links.edge(i, leaves, i);
        }
        Graph graph = g.build();
        try (Engine engine = Engine.start(config(2).maxForks(maxForks).build())) {
            for (int run = 1; run <= 5; run++) {
                graph.run(engine);
                assertEach(ran, run);
            }
        }
    }

    /** More predecessors and successors than a counter, a glance, or the fork stack holds. */
    @ParameterizedTest
    @CsvSource({"1, 2097152", "2, 2097152", "4, 2097152", "2, 1", "2, 3", "1, 5"})
    void fanOutAndFanInAreCounted(int workers, int maxForks) {
        try (Engine engine = Engine.start(config(workers).maxForks(maxForks).build())) {
            for (int width : new int[] {1, 2, 32, 33, 126, 127, 128, 129, 1000, 40_000}) {
                AtomicIntegerArray ran = new AtomicIntegerArray(width + 2);
                AtomicInteger seen = new AtomicInteger();
                GraphBuilder g = Graph.builder();
                GraphNode begin = g.node("begin", () -> ran.incrementAndGet(width));
                GraphNodes all = g.nodes("all", width, (w, i) -> ran.incrementAndGet(i));
                GraphNode end =
                        g.node(
                                "end",
                                () -> {
                                    ran.incrementAndGet(width + 1);
                                    for (int i = 0; i <= width; i++) {
                                        seen.addAndGet(ran.get(i));
                                    }
                                });
                for (int i = 0; i < width; i++) {
                    all.at(i).after(begin).before(end);
                }
                Graph graph = g.build();
                for (int run = 1; run <= 5; run++) {
                    seen.set(0);
                    graph.run(engine);
                    assertEach(ran, run);
                    assertThat(seen.get()).as("width %s", width).isEqualTo(run * (width + 1));
                }
            }
        }
    }

    /** Nodes that come after nothing, and meet in threes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1 << 21})
    void allBeginningsRunWhateverTheRoomForForks(int maxForks) {
        int n = 3 * 5_000;
        AtomicIntegerArray ran = new AtomicIntegerArray(n + n / 3);
        GraphBuilder g = Graph.builder();
        GraphNodes sources = g.nodes(n, (w, i) -> ran.incrementAndGet(i));
        GraphNodes sums =
                g.nodes(
                        n / 3,
                        (w, i) -> {
                            for (int k = 3 * i; k < 3 * i + 3; k++) {
                                ran.addAndGet(n + i, ran.get(k));
                            }
                        });
        for (int i = 0; i < n; i++) {
            sources.edge(i, sums, i / 3);
        }
        Graph graph = g.build();
        try (Engine engine = Engine.start(config(2).maxForks(maxForks).build())) {
            for (int run = 1; run <= 5; run++) {
                graph.run(engine);
                for (int i = 0; i < n + n / 3; i++) {
                    int expected = i < n ? run : 3 * run * (run + 1) / 2;
                    assertThat(ran.get(i)).as("node %s", i).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void emptyGraphRuns() {
        Graph graph = Graph.builder().build();
        GraphBuilder g = Graph.builder();
        assertThat(g.nodes("none", 0, NO_BODY).count()).isZero();
        try (Engine engine = engine(1)) {
            graph.run(engine);
            g.build().run(engine);
        }
        assertThat(graph.nodes()).isZero();
        assertThat(graph).hasToString("graph of 0 nodes and 0 edges");
    }

    private static LambdaTask fibonacci() {
        return new LambdaTask(
                (self, w, n) -> {
                    if (n < 2) {
                        return n;
                    }
                    int right = self.fork(w, n - 1);
                    long left = self.compute(w, n - 2);
                    return left + self.join(w, right);
                });
    }

    @Test
    void bodiesMayForkAndJoin() {
        long[] results = new long[100];
        LambdaTask fib = fibonacci();
        Graph graph = wavefront(10, (w, i) -> results[i] = fib.compute(w, i % 15));
        try (Engine engine = engine(2)) {
            for (int run = 0; run < 50; run++) {
                Arrays.fill(results, -1);
                graph.run(engine);
                for (int i = 0; i < results.length; i++) {
                    long[] fibs = {0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377};
                    assertThat(results[i]).isEqualTo(fibs[i % 15]);
                }
            }
        }
    }

    /**
     * The forks of a body make a node public that lies below them; whoever takes it arrives at the same
     * node as the body's worker does, at about the same time.
     */
    @Test
    void counterStaysExactWhenForksOfBodyMakeNodesPublic() {
        LambdaTask fib = fibonacci();
        AtomicIntegerArray here = new AtomicIntegerArray(2);
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger met = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(
                        4,
                        (w, i) -> {
                            switch (i) {
                                case 0 -> fib.compute(w, 12); // thieves are fed before others come
                                case 1 -> {
                                    for (int k = 0; k < 1000 && here.get(1) == 0; k++) {
                                        fib.compute(w, 4);
                                    }
                                    taken.addAndGet(here.get(1));
                                    here.set(0, 1);
                                    fib.compute(w, met.get() % 12); // now sooner, now later
                                }
                                case 2 -> {
                                    here.set(1, 1);
                                    for (int k = 0; k < 100_000 && here.get(0) == 0; k++) {
                                        Thread.onSpinWait();
                                    }
                                }
                                default -> met.incrementAndGet();
                            }
                        });
        nodes.edge(0, 1).edge(0, 2).edge(1, 3).edge(2, 3);
        Graph graph = g.build();
        int runs = 20_000;
        try (Engine engine = engine(2)) {
            for (int run = 1; run <= runs; run++) {
                here.set(0, 0);
                here.set(1, 0);
                graph.run(engine);
                assertThat(met).hasValue(run);
            }
        }
        assertThat(taken.get()).isPositive();
    }

    /** All nodes block now and then, so that spares come and go while counters are used. */
    @Test
    void countersStayExactWhenSparesJoinAndLeave() {
        int n = 60;
        long[] cells = new long[n * n];
        long[] expected = cellsByLoop(n);
        Graph graph =
                wavefront(
                        n,
                        (w, i) -> {
                            if (i % 97 == 5) {
                                Engine.blocking(
                                        () -> {
                                            Thread.yield();
                                            return i;
                                        });
                            }
                            cells[i] = cell(cells, n, i);
                        });
        try (Engine engine = engine(1)) {
            for (int run = 0; run < 100; run++) {
                Arrays.fill(cells, 0);
                graph.run(engine);
                assertThat(cells).isEqualTo(expected);
            }
        }
    }
}
