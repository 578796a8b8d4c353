// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing in its three ways, executors that refuse or stop, limits on what is in flight. */
@ParameterizedClass
@EnumSource(On.class)
class EndingTest extends OnEach {
    EndingTest(On on) {
        super(on);
    }

    // Exit modes

    @Test
    void closeWaitsForEverything() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> next = flow.app("next", (Integer x) -> x + 1);
        AppFuture<Integer> x = next.call(start);
        for (int i = 0; i < 100; i++) {
            x = next.call(x);
        }
        Thread other =
                new Thread(
                        () -> {
                            try {
                                Thread.sleep(20);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            start.complete(0);
                        });
        other.start();
        flow.close();
        assertThat(x.isDone()).isTrue();
        assertThat(x.join()).isEqualTo(101);
        flow.close(); // again
        other.join();
    }

    @Test
    void closeMayCancel() throws Exception {
        Flow cancels = flow(b -> b.exit(Exit.CANCEL));
        App1<Integer, Integer> next = cancels.app("next", (Integer x) -> x);
        AppFuture<Integer> pending = next.call(new CompletableFuture<Integer>());
        AppFuture<Integer> after = next.call(pending);
        AppFuture<Integer> joining =
                cancels.<Integer>joinApp("joining", () -> new CompletableFuture<>()).call();
        AtomicInteger interrupts = new AtomicInteger();
        Gate gate = new Gate();
        if (isAsynchronous()) {
            cancels.app(
                            "sleeps",
                            () -> {
                                try {
                                    return gate.pass();
                                } catch (InterruptedException e) {
                                    Thread.sleep(50); // takes its time to clear up
                                    interrupts.incrementAndGet();
                                    throw e;
                                }
                            })
                    .call();
            assertThat(gate.begun.await(20, TimeUnit.SECONDS)).isTrue();
        }
        cancels.close();
        assertThat(pending.isCancelled()).isTrue();
        assertThat(after.isCancelled()).isTrue();
        assertThat(joining.isFailed()).isTrue();
        assertThat(interrupts).as("has stopped").hasValue(isAsynchronous() ? 1 : 0);
        assertThat(cancels.summary().inFlight()).isZero();
    }

    @Test
    void closeMayLeaveThemAlone() {
        Flow skips = Flow.builder().executor("e", executor).exit(Exit.SKIP).build();
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> next = skips.app("next", (Integer x) -> x + 1);
        AppFuture<Integer> future = next.call(next.call(start));
        skips.close();
        assertThat(future.isDone()).isFalse();
        start.complete(0);
        assertThat(future.join()).isEqualTo(2);
        assertThatThrownBy(() -> next.call(1)).isInstanceOf(RejectedExecutionException.class);
        skips.close(Exit.WAIT);
        assertThat(skips.isIdle()).isTrue();
    }

    @Test
    void interruptedCloseCancels() throws Exception {
        AppFuture<Integer> never =
                flow.app("never", (Integer x) -> x).call(new CompletableFuture<Integer>());
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread closer =
                new Thread(
                        () -> {
                            flow.close();
                            flag.set(Thread.currentThread().isInterrupted());
                        });
        closer.start();
        Thread.sleep(10);
        assertThat(never.isDone()).isFalse();
        closer.interrupt();
        closer.join(20_000);
        assertThat(never.isCancelled()).isTrue();
        assertThat(flag.get()).as("the flag is kept").isTrue();
    }

    @Test
    void callsAfterCloseAreRejectedButThoseOfTasks() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> next = flow.app("next", (Integer x) -> x + 1);
        App1<Integer, Integer> outer =
                flow.joinApp("outer", (Integer x) -> next.call(next.call(x)));
        AppFuture<Integer> future = outer.call(start);
        Thread closer = new Thread(flow::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        assertThatThrownBy(() -> next.call(1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("next rejected: its flow is closed");
        start.complete(0);
        assertThat(future.join()).isEqualTo(2);
        closer.join();
        assertThat(flow.summary().tasks()).isEqualTo(3);
    }

    @Test
    void tasksCannotCloseTheirFlow() {
        AppFuture<Integer> closes =
                flow.app(
                                "closes",
                                () -> {
                                    flow.close();
                                    return 1;
                                })
                        .call();
        assertThatThrownBy(closes::join)
                .hasMessageContaining("a task cannot wait for its own flow to end");
        assertThat(flow.app("open", () -> 1).call().join()).as("still open").isEqualTo(1);
    }

    // Executors that fail

    @Test
    void executorThatRefuses() {
        AtomicInteger calls = new AtomicInteger();
        Flow moody =
                Flow.on(
                        task -> {
                            if (calls.incrementAndGet() % 2 == 0) {
                                throw new RejectedExecutionException("no room");
                            }
                            executor.execute(task);
                        });
        App0<Integer> one = moody.app("one", () -> 1);
        App1<Integer, Integer> next = moody.app("next", (Integer x) -> x);
        AppFuture<Integer> runs = one.call();
        runs.join();
        AppFuture<Integer> refused = one.call();
        AppFuture<Integer> after = next.call(refused);
        assertThatThrownBy(refused::join).hasCauseInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(after::join).hasMessageContaining("next <- one: no room");
        moody.close();
        assertThat(moody.summary().toString().lines())
                .containsExactly(
                        "all: 1 EXEC_DONE, 1 FAILED, 1 DEP_FAIL",
                        "one: 1 EXEC_DONE, 1 FAILED",
                        "next: 1 DEP_FAIL");
    }

    @Test
    void executorThatIsShutDownWhileAFlowRuns() throws Exception {
        for (int round = 0; round < 50; round++) {
            ExecutorService pool = Executors.newFixedThreadPool(2);
            Flow doomed = Flow.on(pool);
            App1<Integer, Integer> next = doomed.app("next", (Integer x) -> x + 1);
            List<AppFuture<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                AppFuture<Integer> x = next.call(0);
                for (int j = 0; j < 3_000; j++) {
                    x = next.call(x);
                }
                ends.add(x);
            }
            Thread.sleep(0, 1000 * (round % 10));
            pool.shutdownNow();
            assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            List<AppFuture<Integer>> open = ends.stream().filter(f -> !f.isDone()).toList();
            // what lay in the pool's queue is lost, and the flow says so; the rest has ended
            if (open.isEmpty()) {
                doomed.close();
            } else if (round == 0) {
                assertThatThrownBy(doomed::close)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("were shut down with tasks that will never run");
            }
            assertThat(doomed.summary().tasks()).isEqualTo(8 * 3_001);
        }
    }

    @Test
    void chainWhoseExecutorStopsHearsOfIt() throws Exception {
        // interrupted by shutdownNow, the row of tasks asks the pool again, and is refused
        for (int round = 0; round < 200; round++) {
            ExecutorService pool = Executors.newSingleThreadExecutor();
            Flow doomed = Flow.on(pool);
            App1<Integer, Integer> next = doomed.app("next", (Integer x) -> x + 1);
            CompletableFuture<Integer> begun = new CompletableFuture<>();
            AppFuture<Integer> x =
                    doomed.app(
                                    "first",
                                    () -> {
                                        begun.complete(1);
                                        return 0;
                                    })
                            .call();
            for (int j = 0; j < 2_000; j++) {
                x = next.call(x);
            }
            begun.join();
            boolean isQueued = !pool.shutdownNow().isEmpty();
            assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            if (!isQueued) {
                doomed.await(Duration.ofSeconds(20));
                assertThat(x.isDone()).isTrue();
            }
        }
    }

    @Test
    void strandedTasksAreNoticed() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Flow stranded = Flow.on(pool);
        Gate gate = new Gate();
        stranded.app("holds", gate::pass).call();
        assertThat(gate.begun.await(20, TimeUnit.SECONDS)).isTrue();
        AppFuture<Integer> lost = stranded.app("lost", () -> 1).call();
        pool.shutdownNow();
        assertThatThrownBy(stranded::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close the flow before its executors")
                .hasMessageContaining("lost: 1 PENDING");
        assertThat(lost.isDone()).isFalse();
        lost.cancel(true);
        stranded.close(); // nothing is left now
        assertThat(stranded.summary().count("lost", TaskState.CANCELLED)).isEqualTo(1);
    }

    // Limits

    @Test
    void fullFlowBlocksTheCaller() throws Exception {
        Flow bounded = flow(b -> b.maxInFlight(3));
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> same = bounded.app("same", (Integer x) -> x);
        for (int i = 0; i < 3; i++) {
            same.call(start);
        }
        AtomicReference<AppFuture<Integer>> fourth = new AtomicReference<>();
        Thread caller = new Thread(() -> fourth.set(same.call(1)));
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        assertThat(bounded.summary().inFlight()).isEqualTo(3);
        start.complete(0);
        caller.join(20_000);
        assertThat(fourth.get().join()).isEqualTo(1);
        AppFuture<Integer> many = same.call(0);
        for (int i = 0; i < 10_000; i++) {
            many = same.call(many);
        }
        assertThat(many.join()).isZero();
    }

    @Test
    void everyWayToEndMakesRoom() throws Exception {
        Flow bounded = flow(b -> b.maxInFlight(2).rejectWhenFull());
        App1<Integer, Integer> odd =
                bounded.app(
                        "odd",
                        (Integer x) -> {
                            if (x % 2 == 0) {
                                throw new IllegalStateException();
                            }
                            return x;
                        });
        for (int i = 0; i < 1_000; i++) {
            AppFuture<Integer> future = odd.call(i);
            if (i % 3 == 0) {
                future.cancel(true);
            }
            while (!future.isDone() || !bounded.isIdle()) {
                Thread.onSpinWait(); // done first, then there is room, then it is idle
            }
        }
        AppFuture<Integer> a = odd.call(new CompletableFuture<Integer>());
        AppFuture<Integer> b = odd.call(a);
        assertThatThrownBy(() -> odd.call(1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("odd rejected: 2 tasks are in flight already");
        a.cancel(true);
        assertThat(b.isCancelled()).isTrue();
        assertThat(odd.call(1).join()).isEqualTo(1);
        assertThat(bounded.summary().tasks()).isEqualTo(1_003);
    }

    @Test
    void tasksOfAFullFlowMayCallApps() {
        Flow bounded = flow(b -> b.maxInFlight(1));
        App1<Integer, Integer> inner = bounded.app("inner", (Integer x) -> x + 1);
        App1<Integer, List<Integer>> outer =
                bounded.joinAllApp(
                        "outer",
                        (Integer n) -> {
                            List<AppFuture<Integer>> parts = new ArrayList<>();
                            for (int i = 0; i < n; i++) {
                                parts.add(inner.call(i));
                            }
                            return parts;
                        });
        assertThat(outer.call(100).join()).hasSize(100);
        assertThat(outer.call(3).join()).containsExactly(1, 2, 3);
    }

    @Test
    void interruptedWhileTheFlowIsFull() throws Exception {
        Flow bounded = flow(b -> b.maxInFlight(1));
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> same = bounded.app("same", (Integer x) -> x);
        same.call(start);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> same.call(1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("interrupted while 1 tasks are in flight");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        start.complete(1);
        assertThat(same.call(2).join()).isEqualTo(2);
        assertThat(bounded.summary().tasks()).isEqualTo(2);
    }

    @Test
    void whoWaitsForRoomIsRejectedByClose() throws Exception {
        Flow bounded = flow(b -> b.maxInFlight(1));
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> same = bounded.app("same", (Integer x) -> x);
        same.call(start);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller =
                new Thread(
                        () -> {
                            try {
                                same.call(1);
                            } catch (RejectedExecutionException e) {
                                thrown.set(e);
                            }
                        });
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        Thread closer = new Thread(bounded::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        start.complete(1);
        caller.join();
        closer.join();
        assertThat(thrown.get()).hasMessage("same rejected: its flow is closed");
        assertThat(bounded.summary().tasks()).isEqualTo(1);
    }

    // Threads

    @Test
    void noThreadIsLeft() throws Exception {
        Flow busy = flow(b -> b.maxInFlight(64).retries(1));
        App1<Integer, Integer> app =
                busy.app(
                        "app",
                        (Integer x) -> {
                            if (x % 10 == 0) {
                                throw new IllegalStateException();
                            }
                            return x;
                        });
        App1<Integer, Integer> timed = app.with(o -> o.walltime(Duration.ofSeconds(50)));
        for (int i = 0; i < 1_000; i++) {
            timed.call(i);
        }
        busy.close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (clocks() > 0 && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(clocks()).as("threads of flows").isZero();
    }

    private static long clocks() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("teff-flow"))
                .count();
    }

    @Test
    void engineThatWasClosedFirst() {
        Engine engine = Engine.start(EngineConfig.builder().workers(1).build());
        Flow late = Flow.on(engine);
        engine.close();
        AppFuture<Integer> future = late.app("late", () -> 1).call();
        assertThatThrownBy(future::join).hasCauseInstanceOf(RejectedExecutionException.class);
        late.close();
        assertThat(late.summary().count(TaskState.FAILED)).isEqualTo(1);
    }
}
