// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertEach;
import static io.teff.engine.EngineFixture.assertNoThreadsOf;
import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What graphs do, and what they say to those who misuse them. */
class GraphTest {
    private static final Runnable NOTHING = GraphTest::nothing;
    private static final NodeBody NO_BODY = (w, i) -> {};

    private static void nothing() {}

    // Order and results

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
        long[] expected = new long[n * n];
        for (int i = 0; i < n * n; i++) {
            expected[i] = cell(expected, n, i);
        }
        Graph graph = wavefront(n, (w, i) -> cells[i] = cell(cells, n, i));
        try (Engine engine = engine(workers)) {
            for (int run = 0; run < 20; run++) {
                Arrays.fill(cells, 0);
                graph.run(engine);
                assertThat(cells).isEqualTo(expected);
            }
        }
    }

    private static long cell(long[] cells, int n, int i) {
        long left = i % n == 0 ? 1 : cells[i - 1];
        long above = i < n ? 1 : cells[i - n];
        return left * 31 + above;
    }

    private static Graph wavefront(int n, NodeBody body) {
        GraphBuilder g = Graph.builder();
        GraphNodes nodes = g.nodes("cell", n * n, body);
        for (int i = 0; i < n * n; i++) {
            if (i % n < n - 1) {
                nodes.edge(i, i + 1);
            }
            if (i / n < n - 1) {
                nodes.edge(i, i + n);
            }
        }
        return g.build();
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

    /** More predecessors and successors than a counter or a glance holds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void fanOutAndFanInAreCounted(int workers) {
        try (Engine engine = engine(workers)) {
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

    // Where it may be run from

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
    void bodiesMayForkAndJoin() {
        long[] results = new long[100];
        LambdaTask fib =
                new LambdaTask(
                        (self, w, n) -> {
                            if (n < 2) {
                                return n;
                            }
                            int right = self.fork(w, n - 1);
                            long left = self.compute(w, n - 2);
                            return left + self.join(w, right);
                        });
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

    /** Two nodes that wait for each other, and one worker: its spare takes the second one. */
    @Test
    void blockedNodeLetsOthersRunOnOneWorker() {
        CountDownLatch opened = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNode begin = g.node(NOTHING);
        GraphNode end = g.node(ran::incrementAndGet);
        g.node(
                        () ->
                                Engine.blocking(
                                        () -> {
                                            pass(opened);
                                            return ran.incrementAndGet();
                                        }))
                .after(begin)
                .before(end);
        GraphNodes others = g.nodes(50, (w, i) -> ran.incrementAndGet());
        for (int i = 0; i < 50; i++) {
            others.at(i).after(begin).before(end);
        }
        g.node(opened::countDown).after(others.at(0), others.at(49)).before(end);
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            graph.run(engine);
            assertThat(ran.get()).isEqualTo(52);
            graph.run(engine);
            assertThat(ran.get()).isEqualTo(104);
            awaitRest(engine);
        }
    }

    /** All nodes block now and then, so that spares come and go while counters are used. */
    @Test
    void countersStayExactWhenSparesJoinAndLeave() {
        int n = 60;
        long[] cells = new long[n * n];
        long[] expected = new long[n * n];
        for (int i = 0; i < n * n; i++) {
            expected[i] = cell(expected, n, i);
        }
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

    /** Once nodes are known to take long, those that are ready go to whoever is idle. */
    @Test
    void readyNodesAreNotStuckBehindALongOne() {
        int n = 20;
        AtomicReference<CountDownLatch> others = new AtomicReference<>(new CountDownLatch(0));
        GraphBuilder g = Graph.builder();
        GraphNode first = g.node("first", NOTHING);
        GraphNode waiting = g.node("waiting", () -> pass(others.get())).after(first);
        GraphNodes ready =
                g.nodes(
                        "ready",
                        n,
                        (w, i) -> {
                            EngineFixture.sleep(1);
                            others.get().countDown();
                        });
        GraphNode last = g.node("last", NOTHING).after(waiting);
        for (int i = 0; i < n; i++) {
            ready.at(i).after(first).before(last);
        }
        Graph graph = g.build();
        try (Engine engine = engine(2)) {
            graph.run(engine);
            for (int run = 0; run < 5; run++) {
                others.set(new CountDownLatch(n));
                graph.run(engine);
                assertThat(others.get().getCount()).isZero();
                others.set(new CountDownLatch(0));
                graph.run(engine); // ends with nodes that take long, on whichever worker
            }
        }
    }

    @Test
    void partsDoNotRunInsideEachOther() {
        int steps = 2000;
        AtomicIntegerArray depth = new AtomicIntegerArray(2 * steps);
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(2 * steps, (w, i) -> depth.set(i, new Throwable().getStackTrace().length));
        for (int t = 1; t < steps; t++) {
            for (int edge = 0; edge < 4; edge++) {
                nodes.edge(2 * t - 2 + edge % 2, 2 * t + edge / 2);
            }
        }
        Graph graph = g.build();
        try (Engine engine = engine(2)) {
            while (engine.stats().steals() < 500) {
                graph.run(engine);
                for (int i = 0; i < 2 * steps; i++) {
                    assertThat(depth.getAndSet(i, 0)).as("node " + i).isBetween(1, 40);
                }
            }
        }
    }

    @Test
    void longNodesAreSharedOut() {
        int n = 60;
        AtomicIntegerArray byWorker = new AtomicIntegerArray(2);
        GraphBuilder g = Graph.builder();
        g.nodes(
                n,
                (w, i) -> {
                    EngineFixture.sleep(2);
                    byWorker.incrementAndGet(w.index());
                });
        Graph graph = g.build();
        boolean areShared = false;
        try (Engine engine = engine(2)) {
            for (int attempt = 0; attempt < 10 && !areShared; attempt++) { // a machine may stall
                byWorker.set(0, 0);
                byWorker.set(1, 0);
                graph.run(engine);
                assertThat(byWorker.get(0) + byWorker.get(1)).as("%s", byWorker).isEqualTo(n);
                areShared = Math.min(byWorker.get(0), byWorker.get(1)) >= n / 4;
            }
        }
        assertThat(areShared).as("%s", byWorker).isTrue();
    }

    // Failures

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
        for (int failing : new int[] {2, 101, 102, 500}) {
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
                assertThat(order).containsExactly(0, 1);
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

    // Interrupt, shutdown, and one run at a time

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
}
