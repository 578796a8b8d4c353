// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The end: shutdown, shutdownNow, awaitTermination, close. */
abstract class ShutdownContract extends BulkContract {
    @Test
    void shutdownRunsWhatWasAcceptedBefore() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        List<Counted> queued = new ArrayList<>();
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Counted task = new Counted();
            queued.add(task);
            if (i % 2 == 0) {
                e.execute(task);
            } else {
                futures.add(e.submit(task));
            }
        }
        assertThat(e.isShutdown()).isFalse();
        e.shutdown();
        assertThat(e.isShutdown()).isTrue();
        assertThat(e.isTerminated()).isFalse();
        assertThat(e.awaitTermination(20, MILLISECONDS)).isFalse();
        b.letGo();
        assertTerminates(e);
        assertThat(b.interrupted).as("shutdown interrupts nobody").isFalse();
        assertThat(queued).allSatisfy(task -> assertThat(task.runs).hasValue(1));
        for (Future<?> future : futures) {
            assertThat(future.isDone()).isTrue();
            assertThat(future.get()).isNull();
        }
    }

    @Test
    void everyWayInIsClosedAfterShutdown() throws Exception {
        ExecutorService running = open(1);
        Blocker b = occupy(running, 1).get(0);
        running.shutdown();
        assertRejectsAll(running);
        b.letGo();
        assertTerminates(running);
        assertRejectsAll(running);

        ExecutorService stopped = open(1);
        stopped.shutdownNow();
        assertRejectsAll(stopped);

        ExecutorService unused = open(1);
        unused.shutdown();
        assertRejectsAll(unused);
    }

    private void assertRejectsAll(ExecutorService e) {
        Counted task = new Counted();
        Callable<Object> callable =
                () -> {
                    task.run();
                    return null;
                };
        assertRejects(() -> e.execute(task));
        assertRejects(() -> e.submit(task));
        assertRejects(() -> e.submit(task, "result"));
        assertRejects(() -> e.submit(callable));
        assertRejects(() -> e.invokeAll(List.of(callable)));
        assertRejects(() -> e.invokeAll(List.of(callable), 10, SECONDS));
        assertRejects(() -> e.invokeAny(List.of(callable)));
        assertRejects(() -> e.invokeAny(List.of(callable), 10, SECONDS));
        assertThat(task.runs).as("rejected means never run").hasValue(0);
    }

    private static void assertRejects(ThrowingCallable call) {
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(call);
    }

    @Test
    void shutdownAgainChangesNothing() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        Counted queued = new Counted();
        e.execute(queued);
        e.shutdown();
        e.shutdown();
        assertThat(e.isTerminated()).isFalse();
        b.letGo();
        assertTerminates(e);
        e.shutdown();
        assertThat(e.shutdownNow()).isEmpty();
        assertThat(e.isShutdown()).isTrue();
        assertThat(e.isTerminated()).isTrue();
        assertThat(queued.runs).hasValue(1);
    }

    @Test
    void unusedExecutorTerminatesAtOnce() throws Exception {
        ExecutorService gentle = open(2);
        assertThat(gentle.isShutdown()).isFalse();
        assertThat(gentle.isTerminated()).isFalse();
        gentle.shutdown();
        assertThat(gentle.isTerminated() || !unusedTerminatesAtOnce()).isTrue();
        assertTerminates(gentle);
        ExecutorService sudden = open(2);
        assertThat(sudden.shutdownNow()).isEmpty();
        assertThat(sudden.isTerminated() || !unusedTerminatesAtOnce()).isTrue();
        assertTerminates(sudden);
    }

    @Test
    void idleExecutorTerminatesSoon() throws Exception {
        ExecutorService e = open(2);
        for (int i = 0; i < 100; i++) {
            value(e.submit(() -> null));
        }
        Thread.sleep(30); // long enough for workers to fall asleep
        e.shutdown();
        assertTerminates(e);
    }

    @Test
    void awaitTerminationKeepsItsTime() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        assertGivesUp(e);
        e.shutdown();
        assertGivesUp(e);
        b.letGo();
        assertTerminates(e);
        assertThat(e.awaitTermination(0, SECONDS)).isTrue();
        assertThat(e.awaitTermination(-1, SECONDS)).isTrue();
        assertThat(e.awaitTermination(Long.MAX_VALUE, SECONDS)).isTrue();
    }

    private void assertGivesUp(ExecutorService e) throws InterruptedException {
        long begin = System.nanoTime();
        assertThat(e.awaitTermination(30, MILLISECONDS)).isFalse();
        long took = System.nanoTime() - begin;
        assertThat(took).isBetween(MILLISECONDS.toNanos(30), patience().toNanos());
        begin = System.nanoTime();
        assertThat(e.awaitTermination(0, SECONDS)).isFalse();
        assertThat(e.awaitTermination(-1, SECONDS)).isFalse();
        assertThat(e.awaitTermination(Long.MIN_VALUE, NANOSECONDS)).isFalse();
        assertThat(System.nanoTime() - begin).isLessThan(patience().toNanos());
    }

    @Test
    void allWhoAwaitTerminationAreTold() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        AtomicInteger told = new AtomicInteger();
        Crew waiters =
                crew(
                        4,
                        i -> {
                            if (e.awaitTermination(patience().toNanos(), NANOSECONDS)) {
                                told.incrementAndGet();
                            }
                        });
        e.shutdown();
        Thread.sleep(10);
        assertThat(told).hasValue(0);
        b.letGo();
        waiters.join();
        assertThat(told).hasValue(4);
    }

    @Test
    void interruptEndsAwaitTermination() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        e.shutdown();
        Callable<?> waiting = () -> e.awaitTermination(patience().toNanos(), NANOSECONDS);
        interruptWhileIn(waiting).assertInterruptedException();
        interruptBefore(waiting).assertInterruptedException();
        b.letGo();
        assertTerminates(e);
        assertThat(b.interrupted).isFalse();
    }

    @Test
    void shutdownFromInsideATaskLetsTheRestRun() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Counted queued = new Counted();
        Counted child = new Counted();
        AtomicInteger rejected = new AtomicInteger();
        e.execute(
                () -> {
                    b.run();
                    e.shutdown();
                    try {
                        e.execute(child);
                    } catch (RejectedExecutionException expected) {
                        rejected.incrementAndGet();
                    }
                });
        e.execute(queued);
        b.letGo();
        // The task itself shuts down: wait for that first.
        eventually("shutdown", e::isShutdown);
        assertTerminates(e);
        assertThat(queued.runs).hasValue(1);
        assertThat(rejected).hasValue(rejectsItsOwnTasksAfterShutdown() ? 1 : 0);
        assertThat(child.runs).hasValue(rejectsItsOwnTasksAfterShutdown() ? 0 : 1);
    }

    @Test
    void shutdownNowFromInsideATaskTerminates() throws Exception {
        ExecutorService e = open(2);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger after = new AtomicInteger();
        e.execute(
                () -> {
                    e.shutdownNow();
                    after.incrementAndGet();
                    ended.countDown();
                });
        await(ended);
        assertTerminates(e);
        assertThat(after).hasValue(1);
    }

    @Test
    void shutdownNowReturnsWhatHasNotBegun() throws Exception {
        ExecutorService e = open(2);
        List<Blocker> busy = occupy(e, 2);
        List<Counted> queued = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Counted task = new Counted();
            queued.add(task);
            e.execute(task);
        }
        if (!bounded()) {
            eventually("all runs", () -> queued.stream().allMatch(task -> task.runs.get() == 1));
        }
        List<Runnable> returned = e.shutdownNow();
        assertThat(e.isShutdown()).isTrue();
        assertTerminates(e);
        assertThat(busy).allSatisfy(b -> assertThat(b.interrupted).isTrue());
        int runs = bounded() ? 0 : 1;
        assertThat(queued).allSatisfy(task -> assertThat(task.runs).hasValue(runs));
        switch (unstarted()) {
            case RETURNED -> assertThat(returned).hasSize(50).hasSameElementsAs(queued);
            case WRAPPED -> assertThat(returned).hasSize(50).doesNotHaveDuplicates();
            case CANCELLED, CANCELLED_OR_LOST, NEVER -> assertThat(returned).isEmpty();
        }
        assertThat(e.shutdownNow()).as("returned once").isEmpty();
    }

    @Test
    void shutdownNowReturnsSubmittedTasksToo() throws Exception {
        ExecutorService e = open(1);
        occupy(e, 1);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int value = i;
            futures.add(e.submit(() -> value));
        }
        if (!bounded()) {
            for (Future<Integer> future : futures) {
                value(future);
            }
        }
        List<Runnable> returned = e.shutdownNow();
        assertTerminates(e);
        switch (unstarted()) {
            case RETURNED -> {
                assertThat(returned).hasSize(20);
                assertThat(futures).noneMatch(Future::isDone);
                // They are the caller's now: to run them is to complete their futures.
                returned.forEach(Runnable::run);
                for (int i = 0; i < 20; i++) {
                    assertThat(value(futures.get(i))).isEqualTo(i);
                }
            }
            case WRAPPED -> {
                assertThat(returned).hasSize(20).hasSameElementsAs(runnables(futures));
                assertThat(futures).noneMatch(Future::isDone);
            }
            case CANCELLED, CANCELLED_OR_LOST -> {
                assertThat(returned).isEmpty();
                futures.forEach(this::assertCancelled);
            }
            case NEVER -> {
                assertThat(returned).isEmpty();
                assertThat(futures).allMatch(Future::isDone).noneMatch(Future::isCancelled);
            }
        }
    }

    @Test
    void shutdownNowAfterShutdownStillReturnsWhatHasNotBegun() throws Exception {
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        Counted queued = new Counted();
        e.execute(queued);
        e.shutdown();
        if (!bounded()) {
            eventually("its run", () -> queued.runs.get() == 1);
        }
        List<Runnable> returned = e.shutdownNow();
        assertTerminates(e);
        assertThat(b.interrupted).isTrue();
        assertThat(queued.runs).hasValue(bounded() ? 0 : 1);
        assertThat(returned).hasSize(holdsReturned() ? 1 : 0);
    }

    @Test
    void shutdownNowWaitsForATaskThatIgnoresIt() throws Exception {
        ExecutorService e = open(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Blocker first = blocker();
        e.execute(
                () -> {
                    first.run();
                    interrupted.countDown();
                    boolean went = false;
                    while (!went) {
                        try {
                            await(go);
                            went = true;
                        } catch (InterruptedException ignoredOnPurpose) {
                            // that is what this task is for
                        }
                    }
                });
        await(first.started);
        assertThat(e.shutdownNow()).isEmpty();
        await(interrupted);
        assertThat(e.awaitTermination(20, MILLISECONDS)).isFalse();
        assertThat(e.isTerminated()).isFalse();
        go.countDown();
        assertTerminates(e);
        assertThat(first.interrupted).isTrue();
    }

    @Test
    void closeWaitsForWhatWasAccepted() throws Exception {
        if (!hasClose()) {
            return;
        }
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        Counted queued = new Counted();
        e.execute(queued);
        CountDownLatch closed = new CountDownLatch(1);
        Crew closer =
                crew(
                        1,
                        i -> {
                            close(e);
                            closed.countDown();
                        });
        eventually("shutdown by close", e::isShutdown);
        assertThat(closed.await(20, MILLISECONDS)).isFalse();
        b.letGo();
        closer.join();
        assertThat(e.isTerminated()).isTrue();
        assertThat(b.interrupted).isFalse();
        assertThat(queued.runs).hasValue(1);
        close(e);
        assertRejectsAll(e);
    }

    @Test
    void interruptedCloseStopsNowAndKeepsTheInterrupt() throws Exception {
        if (!hasClose()) {
            return;
        }
        ExecutorService e = open(1);
        Blocker b = occupy(e, 1).get(0);
        Interrupted end =
                interruptWhileIn(
                        () -> {
                            close(e);
                            return null;
                        });
        assertThat(end.thrown()).isNull();
        assertThat(end.flagLeft()).isTrue();
        assertThat(b.interrupted).isTrue();
        assertThat(e.isTerminated()).as("close returns after the end").isTrue();
    }

    /** From JDK 19 every executor has close; asks that, and says whether this one has it. */
    private boolean hasClose() {
        boolean has = AutoCloseable.class.isInstance(open(1));
        assertThat(has || Runtime.version().feature() < 19).as("close on JDK 19 or newer").isTrue();
        return has;
    }

    private static void close(ExecutorService e) throws Exception {
        ((AutoCloseable) (Object) e).close();
    }

    @Test
    void noThreadOfTheExecutorOutlivesIt() throws Exception {
        ExecutorService e = open(4);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 1_000; i++) {
            e.execute(() -> threads.add(Thread.currentThread()));
        }
        e.shutdown();
        assertTerminates(e);
        assertThat(threads).isNotEmpty();
        if (bounded()) {
            assertThat(threads).hasSizeLessThanOrEqualTo(4);
        } else {
            assertThat(threads).hasSize(1_000);
        }
        eventually("end of the threads", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    private static List<Runnable> runnables(List<Future<Integer>> futures) {
        List<Runnable> runnables = new ArrayList<>();
        futures.forEach(future -> runnables.add((Runnable) future));
        return runnables;
    }

    /** Whether shutdownNow gives a Runnable for each task that has not begun. */
    final boolean holdsReturned() {
        return unstarted() == Unstarted.RETURNED || unstarted() == Unstarted.WRAPPED;
    }
}
