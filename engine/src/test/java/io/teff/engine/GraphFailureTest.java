// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertEach;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.Fib.FIB;
import static io.teff.engine.Graphs.wavefront;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that fail: what is skipped, what is thrown, and that the next run starts whole. */
class GraphFailureTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void failureSkipsWhatComesAfterAndNothingElse(int workers) {
        int n = 40;
        AtomicIntegerArray ran = new AtomicIntegerArray(n * n);
        int bad = 7 * n + 11;
        AtomicReference<Throwable> error = new AtomicReference<>();
        Graph graph =
                wavefront(
                        n,
                        (w, i) -> {
                            ran.incrementAndGet(i);
                            if (i == bad && error.get() != null) {
                                throw Errors.sneak(error.get());
                            }
                        });
        try (Engine engine = engine(workers)) {
            for (Throwable thrown :
                    List.of(new IOException("checked"), new AssertionError("an Error"))) {
                error.set(thrown);
                assertThatThrownBy(() -> graph.run(engine)).isSameAs(thrown);
                for (int i = 0; i < n * n; i++) {
                    boolean after = i != bad && i / n >= 7 && i % n >= 11;
                    assertThat(ran.get(i)).as("node %s", i).isEqualTo(after ? 0 : 1);
                    ran.set(i, 0);
                }
                assertThat(graph.failed()).isEqualTo(1);
                assertThat(graph.skipped()).isEqualTo((n - 7) * (n - 11) - 1);
                assertThat(thrown.getSuppressed()).isEmpty();

                error.set(null);
                graph.run(engine);
                assertEach(ran, 1);
                assertThat(graph.failed()).isZero();
                assertThat(graph.skipped()).isZero();
                for (int i = 0; i < n * n; i++) {
                    ran.set(i, 0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void furtherFailuresAreSuppressedInTheFirst(int workers) {
        for (int failing : new int[] {2, 101, 102, 500, 20_000}) {
            GraphBuilder g = Graph.builder();
            GraphNodes nodes =
                    g.nodes(
                            failing,
                            (w, i) -> {
                                throw new IllegalStateException("node " + i);
                            });
            AtomicInteger after = new AtomicInteger();
            GraphNode end = g.node(after::incrementAndGet);
            for (int i = 0; i < failing; i++) {
                end.after(nodes.at(i));
            }
            Graph graph = g.build();
            try (Engine engine = engine(workers)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> graph.run(engine))
                        .satisfies(
                                error -> {
                                    assertThat(error.getSuppressed())
                                            .hasSize(Math.min(failing - 1, 100))
                                            .doesNotHaveDuplicates()
                                            .doesNotContain(error);
                                });
                assertThat(graph.failed()).isEqualTo(failing);
                assertThat(graph.skipped()).isEqualTo(1);
            }
            assertThat(after.get()).isZero();
        }
    }

    @Test
    void oneErrorThrownByManyIsNotSuppressedInItself() {
        IllegalStateException error = new IllegalStateException("shared");
        GraphBuilder g = Graph.builder();
        g.nodes(
                10,
                (w, i) -> {
                    throw error;
                });
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            assertThatThrownBy(() -> graph.run(engine)).isSameAs(error);
        }
        assertThat(error.getSuppressed()).isEmpty();
        assertThat(graph.failed()).isEqualTo(10);
    }

    @Test
    void nodeThatForksAndDoesNotJoinFails() {
        AtomicInteger ran = new AtomicInteger();
        LambdaTask child = new LambdaTask((self, w, n) -> n);
        IllegalArgumentException thrown = new IllegalArgumentException("thrown");
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(
                        3,
                        (w, i) -> {
                            ran.incrementAndGet();
                            if (i < 2) {
                                child.fork(w, 1);
                                child.fork(w, 2);
                            }
                            if (i == 1) {
                                throw thrown;
                            }
                        });
        nodes.edge(0, 2);
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            for (int run = 1; run <= 3; run++) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> graph.run(engine))
                        .withMessageContaining("2 forks were never joined")
                        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(thrown));
                assertThat(ran.get()).isEqualTo(2 * run);
                assertThat(graph.failed()).isEqualTo(2);
                assertThat(graph.skipped()).isEqualTo(1);
            }
            assertThat(engine.invoke(FIB, 15)).isEqualTo(610);
        }
    }

    /** A body that takes the graph's own forks ends the run half-way; the next one starts whole. */
    @Test
    void runThatWasTornLeavesNoTraceInTheNext() {
        AtomicInteger bad = new AtomicInteger();
        List<Integer> order = new ArrayList<>();
        LambdaTask thief = new LambdaTask((self, w, n) -> n);
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(
                        4,
                        (w, i) -> {
                            order.add(i);
                            if (i == 0 && bad.get() == 2) {
                                throw new IllegalArgumentException("planned");
                            }
                            if (i == 1 && bad.get() > 0) {
                                thief.join(w, w.head - 1);
                            }
                        });
        nodes.edge(0, 3).edge(2, 3);
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            for (int kind = 1; kind <= 2; kind++) {
                bad.set(kind);
                assertThatIllegalStateException()
                        .isThrownBy(() -> graph.run(engine))
                        .withMessage("node #1 joined forks that are not its own");
                // what the body took was lost, or has run if it was public
                assertThat(order).startsWith(0, 1).doesNotHaveDuplicates();
                order.clear();
                bad.set(0);
                graph.run(engine);
                assertThat(order).containsExactly(0, 1, 2, 3);
                order.clear();
            }
        }
    }

    @Test
    void overflowOfTheStackInANodeIsItsFailure() {
        GraphBuilder g = Graph.builder();
        AtomicInteger ran = new AtomicInteger();
        GraphNode deep = g.node("deep", () -> ran.addAndGet(sink(0)));
        g.node(ran::incrementAndGet).after(deep);
        g.node(ran::incrementAndGet);
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            for (int run = 1; run <= 3; run++) {
                assertThatExceptionOfType(StackOverflowError.class)
                        .isThrownBy(() -> graph.run(engine));
                assertThat(ran.get()).isEqualTo(run);
            }
        }
    }

    @SuppressWarnings("InfiniteRecursion") // so that the stack overflows
    private static int sink(int depth) {
        return depth + sink(depth + 1);
    }
}
