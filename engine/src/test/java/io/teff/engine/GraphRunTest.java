// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertEach;
import static io.teff.engine.EngineFixture.assertNoThreadsOf;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Graphs.NOTHING;
import static io.teff.engine.Graphs.wavefront;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where and when a graph may be run: in tasks and nodes, at the engine's end, once at a time. */
class GraphRunTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void runsInsideATaskAndInsideANode(int workers) throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Graph inner = wavefront(20, (w, i) -> ran.incrementAndGet());
        try (Engine engine = engine(workers)) {
            engine.submit(() -> inner.run(engine)).get();
            assertThat(ran.get()).isEqualTo(400);
            GraphBuilder g = Graph.builder();
            GraphNode before = g.node(NOTHING);
            GraphNode nested = g.node(() -> inner.run(engine)).after(before);
            g.node(() -> assertThat(ran.get()).isEqualTo(800)).after(nested);
            g.node(NOTHING).after(before);
            g.build().run(engine);
            assertThat(ran.get()).isEqualTo(800);
        }
    }

    /** What lies below the frames of a run is not its own, however long its nodes take. */
    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "2, false", "2, true"})
    void runInsideANodeOrALoopLeavesTheRestOfItAlone(int workers, boolean slow) {
        int n = 12;
        AtomicIntegerArray ran = new AtomicIntegerArray(3 * n);
        Graph[] inner = new Graph[n];
        for (int k = 0; k < n; k++) {
            int own = 3 * k;
            GraphBuilder g = Graph.builder();
            GraphNodes nodes =
                    g.nodes(
                            3,
                            (w, i) -> {
                                if (slow) {
                                    EngineFixture.sleep(1);
                                }
                                ran.incrementAndGet(own + i);
                            });
            nodes.edge(0, 1);
            inner[k] = g.build();
        }
        try (Engine engine = engine(workers)) {
            GraphBuilder g = Graph.builder();
            g.nodes(n, (w, i) -> inner[i].run(engine));
            Graph outer = g.build();
            for (int run = 1; run <= 8; run += 2) {
                outer.run(engine);
                assertEach(ran, run);
                engine.range(0, n).forEach(i -> inner[i].run(engine));
                assertEach(ran, run + 1);
            }
        }
    }

    @Test
    void workerOfAnotherEngineMayRunIt() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Graph graph = wavefront(20, (w, i) -> ran.incrementAndGet());
        try (Engine one = engine(1);
                Engine two = engine(2)) {
            one.submit(() -> graph.run(two)).get();
            graph.run(one);
        }
        assertThat(ran.get()).isEqualTo(800);
    }

    @Test
    void submitGivesAFuture() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Graph graph = wavefront(10, (w, i) -> ran.incrementAndGet());
        IOException error = new IOException("no such file");
        GraphBuilder g = Graph.builder();
        g.node(
                () -> {
                    throw Errors.sneak(error);
                });
        Graph failing = g.build();
        try (Engine engine = engine(2)) {
            graph.submit(engine).get(20, TimeUnit.SECONDS);
            assertThat(ran.get()).isEqualTo(100);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> failing.submit(engine).get(20, TimeUnit.SECONDS))
                    .withCause(error);
        }
    }

    @Test
    void interruptedCallerWaitsAndKeepsTheInterrupt() {
        AtomicInteger ran = new AtomicInteger();
        Graph graph = wavefront(30, (w, i) -> ran.incrementAndGet());
        try (Engine engine = engine(1)) {
            Thread.currentThread().interrupt();
            graph.run(engine);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ran.get()).isEqualTo(900);
        }
    }

    @Test
    void engineThatIsShutDownRefusesAndTheGraphRunsElsewhere() {
        AtomicInteger ran = new AtomicInteger();
        Graph graph = wavefront(10, (w, i) -> ran.incrementAndGet());
        Engine over = engine(1);
        over.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> graph.run(over));
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> graph.submit(over));
        assertThat(ran.get()).isZero();
        try (Engine engine = engine(1)) {
            graph.run(engine);
        }
        assertThat(ran.get()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shutdownDuringARunLetsItEnd(boolean now) throws Exception {
        for (int workers = 1; workers <= 2; workers++) {
            AtomicInteger ran = new AtomicInteger();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch shut = new CountDownLatch(1);
            Graph graph =
                    wavefront(
                            50,
                            (w, i) -> {
                                if (i == 0) {
                                    begun.countDown();
                                    awaitInSpiteOfInterrupts(shut);
                                }
                                ran.incrementAndGet();
                            });
            Engine engine = engine(workers);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller =
                    new Thread(
                            () -> {
                                try {
                                    graph.run(engine);
                                } catch (Throwable error) {
                                    thrown.set(error);
                                }
                            });
            caller.start();
            pass(begun);
            if (now) {
                assertThat(engine.shutdownNow()).isEmpty();
            } else {
                engine.shutdown();
            }
            shut.countDown();
            caller.join(20_000);
            assertThat(caller.isAlive()).isFalse();
            assertThat(thrown.get()).isNull();
            assertThat(ran.get()).isEqualTo(2500);
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertNoThreadsOf(engine);
        }
    }

    private static void awaitInSpiteOfInterrupts(CountDownLatch latch) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void secondRunAtTheSameTimeIsRefused() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNode first =
                g.node(
                        () -> {
                            begun.countDown();
                            pass(refused);
                        });
        g.node(ran::incrementAndGet).after(first);
        Graph graph = g.build();
        try (Engine engine = engine(2)) {
            TaskFuture<?> one = graph.submit(engine);
            pass(begun);
            assertThatIllegalStateException()
                    .isThrownBy(() -> graph.run(engine))
                    .withMessageContaining("graph of 2 nodes and 1 edges is running")
                    .withMessageContaining("build a second graph");
            refused.countDown();
            one.get(20, TimeUnit.SECONDS);
            assertThat(ran.get()).isEqualTo(1);
            graph.run(engine);
            assertThat(ran.get()).isEqualTo(2);
        }
    }

    @Test
    void nodeThatRunsItsOwnGraphFails() {
        AtomicReference<Graph> self = new AtomicReference<>();
        try (Engine engine = engine(1)) {
            GraphBuilder g = Graph.builder();
            g.node(() -> self.get().run(engine));
            self.set(g.build());
            assertThatIllegalStateException()
                    .isThrownBy(() -> self.get().run(engine))
                    .withMessageContaining("is running");
        }
    }
}
