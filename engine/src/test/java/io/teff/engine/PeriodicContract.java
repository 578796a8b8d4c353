// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fixed rate and fixed delay: times, no overlap, failures, cancel. */
abstract class PeriodicContract extends DelayContract {
    /** The two kinds of series. */
    enum Series {
        RATE {
            @Override
            ScheduledFuture<?> start(
                    ScheduledExecutorService e,
                    Runnable task,
                    long first,
                    long period,
                    TimeUnit u) {
                return e.scheduleAtFixedRate(task, first, period, u);
            }
        },
        DELAY {
            @Override
            ScheduledFuture<?> start(
                    ScheduledExecutorService e,
                    Runnable task,
                    long first,
                    long period,
                    TimeUnit u) {
                return e.scheduleWithFixedDelay(task, first, period, u);
            }
        };

        abstract ScheduledFuture<?> start(
                ScheduledExecutorService e, Runnable task, long first, long period, TimeUnit u);
    }

    /** Start and end of each run of a series, in System.nanoTime. */
    private static final class Log implements Runnable {
        final long[] starts;
        final long[] ends;
        final CountDownLatch left;
        private final long firstRunMs;
        private volatile int runs;

        Log(int runs, long firstRunMs) {
            starts = new long[runs];
            ends = new long[runs];
            left = new CountDownLatch(runs);
            this.firstRunMs = firstRunMs;
        }

        @Override
        public void run() {
            int i = runs;
            if (i < starts.length) {
                starts[i] = System.nanoTime();
                if (i == 0) {
                    sleep(firstRunMs);
                }
                ends[i] = System.nanoTime();
                runs = i + 1; // one run at a time, so no count is lost
                left.countDown();
            }
        }

        private static void sleep(long ms) {
            try {
                Thread.sleep(ms);
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts here", e);
            }
        }
    }

    @Test
    void fixedRateKeepsToItsTimeTable() throws Exception {
        ScheduledExecutorService e = openTimer(2);
        Log log = new Log(20, 0);
        long begin = System.nanoTime();
        ScheduledFuture<?> series = e.scheduleAtFixedRate(log, 10, 3, MILLISECONDS);
        await(log.left);
        assertThat(series.cancel(false)).isTrue();
        for (int i = 0; i < 20; i++) {
            long due = begin + MILLISECONDS.toNanos(10 + 3L * i);
            assertThat(log.starts[i] - due).as("run %d", i).isNotNegative();
        }
    }

    /** One slow run delays the next ones, but not for ever: the time table stands. */
    @Test
    void fixedRateCatchesUpAfterASlowRun() throws Exception {
        boolean caughtUp = false;
        for (int attempt = 0; attempt < 5 && !caughtUp; attempt++) { // a busy machine may stall
            ScheduledExecutorService e = openTimer(1);
            Log log = new Log(6, 150);
            ScheduledFuture<?> series = e.scheduleAtFixedRate(log, 0, 25, MILLISECONDS);
            await(log.left);
            series.cancel(false);
            // Five more were due during the first: together they take no period of their own.
            caughtUp = log.ends[5] - log.ends[0] < MILLISECONDS.toNanos(5 * 25);
        }
        assertThat(caughtUp).isTrue();
    }

    @Test
    void fixedDelayCountsFromTheEndOfTheRunBefore() throws Exception {
        ScheduledExecutorService e = openTimer(2);
        Log log = new Log(15, 30);
        long begin = System.nanoTime();
        ScheduledFuture<?> series = e.scheduleWithFixedDelay(log, 5, 4, MILLISECONDS);
        await(log.left);
        assertThat(series.cancel(false)).isTrue();
        assertThat(log.starts[0] - begin).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(5));
        for (int i = 1; i < 15; i++) {
            assertThat(log.starts[i] - log.ends[i - 1])
                    .as("pause before run %d", i)
                    .isGreaterThanOrEqualTo(MILLISECONDS.toNanos(4));
        }
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void runsOfOneSeriesNeverOverlap(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(4);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(20);
        ScheduledFuture<?> series =
                kind.start(
                        e,
                        () -> {
                            if (now.incrementAndGet() != 1) {
                                overlaps.incrementAndGet();
                            }
                            Log.sleep(2);
                            now.decrementAndGet();
                            left.countDown();
                        },
                        0,
                        100_000,
                        NANOSECONDS);
        await(left);
        series.cancel(false);
        assertThat(overlaps).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void runsOfOneSeriesSeeEachOthersPlainWrites(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(4);
        int[] plain = new int[1];
        CountDownLatch left = new CountDownLatch(200);
        ScheduledFuture<?> series =
                kind.start(
                        e,
                        () -> {
                            if (left.getCount() > 0) {
                                plain[0]++;
                                left.countDown();
                            }
                        },
                        0,
                        50_000,
                        NANOSECONDS);
        await(left);
        series.cancel(false);
        assertThat(plain[0]).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void failureEndsTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        for (Throwable thrown : List.of(new BoomRuntime("third run"), new BoomError("third run"))) {
            AtomicInteger runs = new AtomicInteger();
            ScheduledFuture<?> series =
                    kind.start(
                            e,
                            () -> {
                                if (runs.incrementAndGet() == 3) {
                                    TaskContract.<RuntimeException>rethrow(thrown);
                                }
                            },
                            0,
                            1,
                            MILLISECONDS);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> value(series))
                    .withCause(thrown);
            assertThat(series.isDone()).isTrue();
            assertThat(series.isCancelled()).isFalse();
            assertThat(series.cancel(true)).isFalse();
            assertThat(value(e.schedule(() -> 1, 10, MILLISECONDS))).isEqualTo(1);
            assertThat(runs).as("no run after the failure").hasValue(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void cancelEndsTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        ScheduledFuture<?> series =
                kind.start(
                        e,
                        () -> {
                            runs.incrementAndGet();
                            three.countDown();
                        },
                        0,
                        1,
                        MILLISECONDS);
        await(three);
        assertThat(series.isDone()).isFalse();
        assertThat(series.cancel(false)).isTrue();
        value(e.submit(() -> null)); // the only worker has ended a run that was on its way
        int before = runs.get();
        assertThat(series.isDone()).isTrue();
        assertThat(series.isCancelled()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> value(series));
        value(e.schedule(() -> null, 15, MILLISECONDS));
        assertThat(runs).hasValue(before);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void cancelTrueInterruptsTheRunAndEndsTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Blocker b = blocker();
        ScheduledFuture<?> series = kind.start(e, b, 0, 1, MILLISECONDS);
        await(b.started);
        assertThat(series.cancel(true)).isTrue();
        await(b.ended);
        assertThat(b.interrupted).isTrue();
        assertThat(value(e.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
        value(e.schedule(() -> null, 10, MILLISECONDS));
        assertThat(b.runs).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void cancelFalseLetsTheRunEndAndThenTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Blocker b = blocker();
        ScheduledFuture<?> series = kind.start(e, b, 0, 1, MILLISECONDS);
        await(b.started);
        assertThat(series.cancel(false)).isTrue();
        assertThat(b.ended.await(10, MILLISECONDS)).isFalse();
        b.letGo();
        await(b.ended);
        value(e.schedule(() -> null, 10, MILLISECONDS));
        assertThat(b.interrupted).isFalse();
        assertThat(b.runs).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void seriesMayCancelItself(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?>[] self = new ScheduledFuture<?>[1];
        Blocker known = blocker();
        self[0] =
                kind.start(
                        e,
                        () -> {
                            known.run();
                            if (runs.incrementAndGet() == 2) {
                                self[0].cancel(false);
                            }
                        },
                        0,
                        1,
                        MILLISECONDS);
        known.letGo(); // after the store: the task sees the future through the latch
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> value(self[0]));
        value(e.schedule(() -> null, 10, MILLISECONDS));
        assertThat(runs).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void cancelWakesWhoWaitsForTheSeries(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        ScheduledFuture<?> series = kind.start(e, () -> {}, 0, 1, MILLISECONDS);
        AtomicInteger told = new AtomicInteger();
        Crew waiters =
                crew(
                        3,
                        i -> {
                            try {
                                series.get();
                            } catch (CancellationException expected) {
                                told.incrementAndGet();
                            }
                        });
        Thread.sleep(10);
        assertThat(told).hasValue(0);
        assertThat(series.cancel(true)).isTrue();
        waiters.join();
        assertThat(told).hasValue(3);
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void endlessPeriodRunsOnce(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        for (TimeUnit unit : List.of(NANOSECONDS, DAYS)) {
            Counted task = new Counted();
            ScheduledFuture<?> series = kind.start(e, task, 0, Long.MAX_VALUE, unit);
            eventually("first run", () -> task.runs.get() == 1);
            value(e.schedule(() -> null, 10, MILLISECONDS));
            assertThat(task.runs).hasValue(1);
            assertThat(series.isDone()).isFalse();
            assertThat(series.cancel(false)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Series.class)
    void negativeFirstDelayStartsAtOnce(Series kind) throws Exception {
        ScheduledExecutorService e = openTimer(1);
        for (long delay : new long[] {0, -1, Long.MIN_VALUE}) {
            CountDownLatch first = new CountDownLatch(1);
            ScheduledFuture<?> series = kind.start(e, first::countDown, delay, 1, DAYS);
            await(first);
            assertThat(series.isDone()).isFalse();
            assertThat(series.cancel(false)).isTrue();
        }
    }
}
