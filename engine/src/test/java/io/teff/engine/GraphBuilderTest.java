// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.Graphs.NOTHING;
import static io.teff.engine.Graphs.NO_BODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be built, what a graph then tells of itself, and what is refused. */
class GraphBuilderTest {
    @Test
    void duplicateEdgesCountOnce() {
        AtomicInteger ran = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNode a = g.node(ran::incrementAndGet);
        GraphNode b = g.node(ran::incrementAndGet);
        a.before(b, b).before(b);
        b.after(a);
        Graph graph = g.build();
        assertThat(graph.nodes()).isEqualTo(2);
        assertThat(graph.edges()).isEqualTo(1);
        try (Engine engine = engine(1)) {
            graph.run(engine);
            graph.run(engine);
        }
        assertThat(ran.get()).isEqualTo(4);
    }

    @Test
    void whatWasBuiltStaysAsItWas() {
        AtomicInteger ran = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNode a = g.node("a", ran::incrementAndGet);
        Graph one = g.build();
        g.node("b", ran::incrementAndGet).after(a);
        Graph two = g.build();
        try (Engine engine = engine(1)) {
            one.run(engine);
            assertThat(ran.get()).isEqualTo(1);
            two.run(engine);
            assertThat(ran.get()).isEqualTo(3);
        }
        assertThat(one).hasToString("graph of 1 nodes and 0 edges");
        assertThat(one.toDot()).doesNotContain("\"b\"");
    }

    @Test
    void graphIsPrintedForGraphviz() {
        GraphBuilder g = Graph.builder();
        GraphNode load = g.node("load \"x\\y\"", NOTHING);
        GraphNodes rows = g.nodes("row", 2, NO_BODY);
        GraphNode last = g.node(NOTHING);
        load.before(rows.at(0), rows.at(1));
        rows.edge(0, 1);
        last.after(rows.at(1));
        assertThat(g.build().toDot())
                .isEqualTo(
                        """
                        digraph teff {
                          n0 [label="load \\"x\\\\y\\""];
                          n1 [label="row[0]"];
                          n2 [label="row[1]"];
                          n3 [label="#3"];
                          n0 -> n1;
                          n0 -> n2;
                          n1 -> n2;
                          n2 -> n3;
                        }
                        """);
    }

    /** However many counters it takes. */
    @Test
    void manyPredecessorsArePrintedAsTheyWereGiven() {
        int n = 20_000;
        GraphBuilder g = Graph.builder();
        GraphNodes leaves = g.nodes(n, NO_BODY);
        GraphNode last = g.node(NOTHING);
        for (int i = 0; i < n; i++) {
            last.after(leaves.at(i));
        }
        Graph graph = g.build();
        assertThat(graph.nodes()).isEqualTo(n + 1);
        assertThat(graph.edges()).isEqualTo(n);
        assertThat(graph.toDot().lines().filter(line -> line.contains("->")))
                .containsExactlyElementsOf(
                        IntStream.range(0, n)
                                .mapToObj(i -> "  n" + i + " -> n" + n + ";")
                                .toList());
    }

    @Test
    void nodesAreEqualIfTheyStandForTheSame() {
        GraphBuilder g = Graph.builder();
        GraphNodes row = g.nodes("row", 3, NO_BODY);
        assertThat(row.at(1))
                .isEqualTo(row.at(1))
                .hasSameHashCodeAs(row.at(1))
                .hasToString("row[1]");
        assertThat(row.at(1)).isNotEqualTo(row.at(2));
        assertThat(row.at(0)).isNotEqualTo(Graph.builder().nodes("row", 3, NO_BODY).at(0));
    }

    // Bad input

    @Test
    void cyclesAreRefusedWithTheNamesOnThem() {
        GraphBuilder g = Graph.builder();
        GraphNode out = g.node("out", NOTHING);
        GraphNode a = g.node("a", NOTHING).after(out);
        GraphNode b = g.node("b", NOTHING).after(a);
        GraphNodes c = g.nodes("c", 2, NO_BODY);
        c.at(1).after(b).before(a, g.node("downstream", NOTHING));
        assertThatIllegalArgumentException()
                .isThrownBy(g::build)
                .withMessageMatching(
                        "the graph has a cycle: "
                                + "(a -> b -> c\\[1\\] -> a|b -> c\\[1\\] -> a -> b"
                                + "|c\\[1\\] -> a -> b -> c\\[1\\])");
    }

    @Test
    void nodeBeforeItselfIsACycle() {
        GraphBuilder g = Graph.builder();
        GraphNode a = g.node("a", NOTHING);
        a.before(a);
        assertThatIllegalArgumentException()
                .isThrownBy(g::build)
                .withMessage("the graph has a cycle: a -> a");
    }

    @Test
    void longCycleIsCutShortInTheMessage() {
        GraphBuilder g = Graph.builder();
        GraphNodes ring = g.nodes("ring", 1000, NO_BODY);
        for (int i = 0; i < 1000; i++) {
            ring.edge(i, (i + 1) % 1000);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(g::build)
                .withMessageContaining("... 987 more ...")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void nodesOfAnotherBuilderAreRefused() {
        GraphBuilder g = Graph.builder();
        GraphBuilder other = Graph.builder();
        GraphNode a = g.node("a", NOTHING);
        GraphNode b = other.node("b", NOTHING);
        GraphNodes mine = g.nodes("mine", 2, NO_BODY);
        GraphNodes theirs = other.nodes("theirs", 2, NO_BODY);
        String message = "node b belongs to another GraphBuilder than node a";
        assertThatIllegalArgumentException().isThrownBy(() -> a.before(b)).withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> a.after(b)).withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mine.edge(0, theirs, 0))
                .withMessageContaining("belongs to another GraphBuilder");
        assertThat(g.build().edges()).isZero();
    }

    @Test
    void numbersOutsideOfABlockAreRefused() {
        GraphBuilder g = Graph.builder();
        GraphNodes row = g.nodes("row", 3, NO_BODY);
        for (int bad : new int[] {-1, 3}) {
            for (Runnable use :
                    List.<Runnable>of(
                            () -> row.at(bad),
                            () -> row.edge(bad, 0),
                            () -> row.edge(0, bad),
                            () -> row.edge(0, row, bad))) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(use::run)
                        .withMessageContaining("has no node " + bad + ": use 0 to 2");
            }
        }
    }

    @Test
    void badNamesCountsAndNullsAreRefused() {
        GraphBuilder g = Graph.builder();
        GraphNode a = g.node("a", NOTHING);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.node("a", NOTHING))
                .withMessageContaining("two nodes or blocks are called a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.nodes("a", 2, NO_BODY))
                .withMessageContaining("two nodes or blocks are called a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.nodes(-1, NO_BODY))
                .withMessage("count must be 0 or more: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.nodes("n", -2, NO_BODY))
                .withMessage("count must be 0 or more: -2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.nodes(1 << 30, NO_BODY))
                .withMessageContaining("at most 2^30 nodes");
        assertThatNullPointerException().isThrownBy(() -> g.node(null)).withMessage("body");
        assertThatNullPointerException().isThrownBy(() -> g.node("x", null)).withMessage("body");
        assertThatNullPointerException().isThrownBy(() -> g.nodes(1, null)).withMessage("body");
        assertThatNullPointerException()
                .isThrownBy(() -> g.node(null, NOTHING))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> a.before((GraphNode) null))
                .withMessageContaining("node a to null");
        Graph graph = g.build();
        assertThat(graph.nodes()).as("what was refused left nothing").isEqualTo(1);
        assertThatNullPointerException().isThrownBy(() -> graph.run(null)).withMessage("engine");
        assertThatNullPointerException().isThrownBy(() -> graph.submit(null)).withMessage("engine");
    }
}
