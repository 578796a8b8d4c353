// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@link ScheduledExecutorService} promises beyond {@link ExecutorServiceContract}; where its
 * Javadoc leaves a choice, what ScheduledThreadPoolExecutor does by default. The suite comes in
 * three parts, each a superclass of the next:
 *
 * <pre>
 * DelayContract      one-shot timers: delays, order, bad arguments, getDelay, overflow
 * PeriodicContract   fixed rate and fixed delay: times, no overlap, failures, cancel
 * this class         the end: delayed tasks still run after shutdown, series are cancelled
 * </pre>
 */
public abstract class ScheduledExecutorServiceContract extends PeriodicContract {
    @Test
    void delayedTasksStillRunAfterShutdown() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        List<ScheduledFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            futures.add(e.schedule(task, 40 + i, MILLISECONDS));
        }
        e.shutdown();
        assertThat(e.isShutdown()).isTrue();
        if (futures.get(19).getDelay(MILLISECONDS) > 0) {
            assertThat(e.isTerminated()).isFalse();
        }
        assertTerminates(e);
        assertThat(task.runs).hasValue(20);
        assertThat(futures).allMatch(ScheduledFuture::isDone);
        assertThat(futures).noneMatch(ScheduledFuture::isCancelled);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void shutdownCancelsTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        CountDownLatch first = new CountDownLatch(1);
        ScheduledFuture<?> begun = kind.start(e, first::countDown, 0, 1, MILLISECONDS);
        Counted never = new Counted();
        ScheduledFuture<?> waiting = kind.start(e, never, FAR_DAYS, 1, DAYS);
        await(first);
        e.shutdown();
        assertTerminates(e);
        for (ScheduledFuture<?> series : List.of(begun, waiting)) {
            assertThat(series.isCancelled()).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(series::get);
        }
        assertThat(never.runs).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void shutdownLetsTheRunEndAndThenCancelsTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Blocker b = blocker();
        ScheduledFuture<?> series = kind.start(e, b, 0, 1, MILLISECONDS);
        await(b.started);
        e.shutdown();
        assertThat(e.isTerminated()).isFalse();
        assertThat(b.ended.await(10, MILLISECONDS)).isFalse();
        b.letGo();
        assertTerminates(e);
        assertThat(b.interrupted).isFalse();
        assertThat(b.runs).hasValue(1);
        assertThat(series.isCancelled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void seriesMayShutItsExecutorDown(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch down = new CountDownLatch(1);
        ScheduledFuture<?> series =
                kind.start(
                        e,
                        () -> {
                            if (runs.incrementAndGet() == 2) {
                                e.shutdown();
                                down.countDown();
                            }
                        },
                        0,
                        1,
                        MILLISECONDS);
        await(down);
        assertTerminates(e);
        assertThat(runs).hasValue(2);
        assertThat(series.isCancelled()).isTrue();
    }

    @Test
    void everyWayInIsClosedAfterShutdown() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Blocker b = occupy(e, 1).get(0);
        e.shutdown();
        assertRejectsAll(e);
        b.letGo();
        assertTerminates(e);
        assertRejectsAll(e);
    }

    private static void assertRejectsAll(ScheduledExecutorService e) {
        Counted task = new Counted();
        assertRejects(() -> e.schedule(task, 0, SECONDS));
        assertRejects(() -> e.schedule(task, 1, SECONDS));
        assertRejects(() -> e.schedule(() -> 1, 0, SECONDS));
        assertRejects(() -> e.scheduleAtFixedRate(task, 0, 1, SECONDS));
        assertRejects(() -> e.scheduleWithFixedDelay(task, 0, 1, SECONDS));
        assertThat(task.runs).hasValue(0);
    }

    private static void assertRejects(ThrowingCallable call) {
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(call);
    }

    @Test
    void cancelledTimersHoldUpNoShutdown() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        List<ScheduledFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(e.schedule(() -> {}, FAR_DAYS, DAYS));
        }
        for (ScheduledFuture<?> future : futures) {
            assertThat(future.cancel(false)).isTrue();
        }
        e.shutdown();
        assertTerminates(e);
        assertThat(futures).allMatch(ScheduledFuture::isCancelled);
    }

    @Test
    void shutdownNowReturnsTheTimersThatWaited() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        List<ScheduledFuture<?>> timers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            timers.add(e.schedule(task, FAR_DAYS + i, DAYS));
        }
        timers.add(e.scheduleAtFixedRate(task, FAR_DAYS, 1, DAYS));
        timers.add(e.scheduleWithFixedDelay(task, FAR_DAYS, 1, DAYS));
        Blocker b = occupy(e, 1).get(0);
        List<Runnable> returned = e.shutdownNow();
        assertTerminates(e);
        assertThat(b.interrupted).isTrue();
        assertThat(task.runs).hasValue(0);
        if (cancelsUnstarted()) {
            assertThat(returned).isEmpty();
            assertThat(timers).allMatch(ScheduledFuture::isCancelled);
        } else {
            assertThat(new ArrayList<Object>(returned)).hasSize(12).hasSameElementsAs(timers);
        }
        assertThat(e.shutdownNow()).isEmpty();
    }

    @Test
    void shutdownNowStopsATimerThatShutdownLeft() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        ScheduledFuture<?> timer = e.schedule(task, FAR_DAYS, DAYS);
        e.shutdown();
        assertThat(e.awaitTermination(20, MILLISECONDS)).isFalse();
        assertThat(new ArrayList<Object>(e.shutdownNow()))
                .hasSize(cancelsUnstarted() ? 0 : 1)
                .isSubsetOf(List.of(timer));
        assertTerminates(e);
        assertThat(task.runs).hasValue(0);
    }
}
