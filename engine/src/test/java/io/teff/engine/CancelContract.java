// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Cancelling: before, during and after the run, and where the interrupt goes. */
abstract class CancelContract extends TaskContract {
    @Test
    void cancelledBeforeItsStartNeverRuns() throws Exception {
        ExecutorService e = open(1);
        List<Blocker> busy = occupy(e, 1);
        Counted first = new Counted();
        Counted second = new Counted();
        Future<?> interrupting = e.submit(first);
        Future<?> plain = e.submit(second);
        if (bounded()) {
            assertThat(interrupting.cancel(true)).isTrue();
            assertThat(plain.cancel(false)).isTrue();
            assertCancelled(interrupting);
            assertCancelled(plain);
        } else {
            assertThat(value(interrupting)).as("nothing waits for a worker").isNull();
            assertThat(value(plain)).isNull();
        }
        busy.forEach(Blocker::letGo);
        assertThat(value(e.submit(() -> 1))).isEqualTo(1);
        e.shutdown();
        assertTerminates(e);
        int runs = bounded() ? 0 : 1;
        assertThat(first.runs).hasValue(runs);
        assertThat(second.runs).hasValue(runs);
        assertThat(busy.get(0).interrupted).as("the task in the worker's hands").isFalse();
    }

    @Test
    void cancelTrueInterruptsTheRunningTask() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<?> future = e.submit((Runnable) b);
        await(b.started);
        assertThat(future.cancel(true)).isTrue();
        assertCancelled(future);
        if (interrupts() != Interrupts.NONE) {
            await(b.ended);
            assertThat(b.interrupted).isTrue();
        } else {
            assertThat(b.ended.await(20, MILLISECONDS)).as("ended by itself").isFalse();
            b.letGo();
            await(b.ended);
            assertThat(b.interrupted).isFalse();
        }
        assertThat(b.runs).hasValue(1);
        assertThat(value(e.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
    }

    @Test
    void cancelFalseLeavesTheRunningTaskAlone() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<String> future = e.submit((Callable<String>) b);
        await(b.started);
        assertThat(future.cancel(false)).isTrue();
        assertCancelled(future);
        assertThat(b.ended.await(20, MILLISECONDS)).as("ended by itself").isFalse();
        b.letGo();
        await(b.ended);
        assertThat(b.interrupted).isFalse();
        assertCancelled(future);
        assertThat(value(e.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
    }

    @Test
    void cancelAfterTheEndIsRefused() throws Exception {
        ExecutorService e = open(1);
        Future<Integer> done = e.submit(() -> 7);
        assertThat(value(done)).isEqualTo(7);
        assertThat(done.cancel(true)).isFalse();
        assertThat(done.cancel(false)).isFalse();
        assertThat(done.isCancelled()).isFalse();
        assertThat(value(done)).isEqualTo(7);

        BoomRuntime boom = new BoomRuntime("failed, not cancelled");
        Future<?> failed = e.submit(() -> rethrow(boom));
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> value(failed));
        assertThat(failed.cancel(true)).isFalse();
        assertThat(failed.isCancelled()).isFalse();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> value(failed))
                .withCause(boom);
    }

    @Test
    void cancelledTaskThatFailsStaysCancelled() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<?> future =
                e.submit(
                        () -> {
                            b.run();
                            throw new BoomRuntime("too late to matter");
                        });
        await(b.started);
        assertThat(future.cancel(false)).isTrue();
        b.letGo();
        await(b.ended);
        assertThat(value(e.submit(() -> 8))).isEqualTo(8);
        assertCancelled(future);
    }

    @Test
    void waitersLearnOfTheCancel() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<String> future = e.submit((Callable<String>) b);
        await(b.started);
        AtomicInteger told = new AtomicInteger();
        Crew waiters =
                crew(
                        4,
                        i -> {
                            try {
                                value(future);
                            } catch (CancellationException expected) {
                                told.incrementAndGet();
                            }
                        });
        Thread.sleep(10);
        assertThat(future.cancel(true)).isTrue();
        waiters.join();
        assertThat(told).hasValue(4);
    }

    @Test
    void taskMayCancelItself() throws Exception {
        ExecutorService e = open(1);
        List<Future<?>> self = new ArrayList<>();
        AtomicInteger cancelled = new AtomicInteger();
        Blocker handedOver = blocker();
        self.add(
                e.submit(
                        () -> {
                            handedOver.run();
                            if (self.get(0).cancel(true)) {
                                cancelled.incrementAndGet();
                            }
                        }));
        handedOver.letGo(); // after the add: the task sees the list through the latch
        Future<Boolean> next = e.submit(() -> Thread.currentThread().isInterrupted());
        assertThat(value(next)).as("the interrupt was the first task's own").isFalse();
        eventually("the cancel", () -> cancelled.get() == 1);
        assertCancelled(self.get(0));
    }

    @Test
    void interruptOfOneTaskDoesNotReachTheNext() throws Exception {
        ExecutorService e = open(1);
        for (int i = 0; i < 100; i++) {
            e.execute(() -> Thread.currentThread().interrupt());
            boolean inherited = value(e.submit(() -> Thread.interrupted()));
            if (interrupts() != Interrupts.NONE) {
                assertThat(inherited).isFalse();
            }
            assertThat(Thread.currentThread().isInterrupted()).as("the caller").isFalse();
        }
    }

    /** The cancel is aimed at one task and lands, if late, in the next one: that must not be. */
    @Test
    void interruptOfACancelThatRacesWithTheEndDoesNotReachTheNext() throws Exception {
        ExecutorService e = open(1);
        AtomicInteger leaks = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            AtomicInteger running = new AtomicInteger();
            Future<?> victim = e.submit(running::incrementAndGet);
            Future<?> next =
                    e.submit(
                            () -> {
                                // The second look is for an interrupt that arrives during the run.
                                boolean early = Thread.interrupted();
                                Thread.onSpinWait();
                                boolean late = Thread.interrupted();
                                if (early || late) {
                                    leaks.incrementAndGet();
                                }
                            });
            for (int spin = i % 50; spin > 0 && running.get() == 0; spin--) {
                Thread.onSpinWait();
            }
            (victim.cancel(true) ? accepted : refused).incrementAndGet();
            value(next);
        }
        assertThat(accepted.get() + refused.get()).isEqualTo(2_000);
        assertThat(leaks.get()).isBetween(0, interrupts() == Interrupts.LATE ? accepted.get() : 0);
    }

    @Test
    void cancelAndRunAgreeOnOneOutcome() throws Exception {
        long seed = seed("cancelAndRunAgreeOnOneOutcome");
        int tasks = 10_000;
        ExecutorService e = open(2);
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            int index = i;
            futures.add(e.submit(() -> runs.incrementAndGet(index)));
        }
        AtomicIntegerArray cancels = new AtomicIntegerArray(tasks);
        SplittableRandom root = new SplittableRandom(seed);
        SplittableRandom[] randoms = {root.split(), root.split()};
        crew(
                        2,
                        member -> {
                            for (int i = tasks - 1; i >= 0; i--) {
                                int dice = randoms[member].nextInt(4);
                                if (dice < 2 && futures.get(i).cancel(dice == 0)) {
                                    cancels.incrementAndGet(i);
                                }
                            }
                        })
                .join();
        e.shutdown();
        assertTerminates(e);
        for (int i = 0; i < tasks; i++) {
            Future<Integer> future = futures.get(i);
            assertThat(future.isDone()).as("task %d, seed %d", i, seed).isTrue();
            assertThat(future.isCancelled())
                    .as("cancelled %d, seed %d", i, seed)
                    .isEqualTo(cancels.get(i) > 0);
            if (future.isCancelled()) {
                assertThat(runs.get(i)).as("runs of %d, seed %d", i, seed).isBetween(0, 1);
            } else {
                assertThat(future.get()).as("value of %d, seed %d", i, seed).isEqualTo(1);
                assertThat(runs.get(i)).as("runs of %d, seed %d", i, seed).isEqualTo(1);
            }
        }
    }

    final void assertCancelled(Future<?> future) {
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> value(future));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(future::get);
    }
}
