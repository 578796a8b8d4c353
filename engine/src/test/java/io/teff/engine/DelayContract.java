// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One-shot timers: delays, order, bad arguments, getDelay, overflow. */
abstract class DelayContract extends ContractFixture {
    static final long FAR_DAYS = 1_000;

    @Override
    protected abstract ScheduledExecutorService create(int workers);

    /** Timers due within this of one another may run in any order; zero means exact order. */
    protected Duration timerResolution() {
        return Duration.ZERO;
    }

    final ScheduledExecutorService openTimer(int workers) {
        return (ScheduledExecutorService) open(workers);
    }

    @Test
    void scheduledTasksGiveTheirValues() throws Exception {
        ScheduledExecutorService e = openTimer(2);
        Object value = new Object();
        Counted task = new Counted();
        assertThat(value(e.schedule(() -> value, 1, MILLISECONDS))).isSameAs(value);
        assertThat(value(e.schedule(task, 1, MILLISECONDS))).isNull();
        assertThat(task.runs).hasValue(1);
    }

    @Test
    void noTimerIsEarlyAndNoneIsLost() throws Exception {
        long seed = seed("noTimerIsEarlyAndNoneIsLost");
        SplittableRandom random = new SplittableRandom(seed);
        ScheduledExecutorService e = openTimer(2);
        List<ScheduledFuture<Long>> futures = new ArrayList<>();
        List<Long> earliest = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            long delayNanos = random.nextLong(100_000_000L);
            TimeUnit unit = i % 3 == 0 ? NANOSECONDS : i % 3 == 1 ? MICROSECONDS : MILLISECONDS;
            long delay = unit.convert(delayNanos, NANOSECONDS);
            earliest.add(System.nanoTime() + unit.toNanos(delay));
            futures.add(e.schedule(System::nanoTime, delay, unit));
        }
        for (int i = 0; i < futures.size(); i++) {
            long early = earliest.get(i) - value(futures.get(i));
            assertThat(early).as("nanoseconds too early, %d, seed %d", i, seed).isNotPositive();
        }
    }

    @Test
    void timerIsNotDoneBeforeItsTime() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        ScheduledFuture<?> future = e.schedule(task, FAR_DAYS, DAYS);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> future.get(20, MILLISECONDS));
        assertThat(future.isDone()).isFalse();
        assertThat(task.runs).hasValue(0);
    }

    @Test
    void failedTimerThrowsFromGet() {
        ScheduledExecutorService e = openTimer(1);
        for (Throwable thrown :
                List.of(new BoomRuntime("runtime"), new BoomError("error"), new Boom("checked"))) {
            if (thrown instanceof Boom && !causeIsExact()) {
                continue; // what becomes of checked ones is asked in TaskContract
            }
            ScheduledFuture<?> future =
                    e.schedule(() -> TaskContract.rethrow(thrown), 1, MILLISECONDS);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> value(future))
                    .withCause(thrown);
            assertThat(future.isCancelled()).isFalse();
        }
    }

    @Test
    void pastAndPresentTimersRunAtOnce() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        e.schedule(() -> {}, FAR_DAYS, DAYS);
        for (long delay : new long[] {0, -1, -1_000, Long.MIN_VALUE}) {
            for (TimeUnit unit : TimeUnit.values()) {
                Counted task = new Counted();
                assertThat(value(e.schedule(task, delay, unit))).isNull();
                assertThat(task.runs).hasValue(1);
                assertThat(value(e.schedule(() -> 1, delay, unit))).isEqualTo(1);
            }
        }
    }

    @Test
    void badArgumentsAreRefusedAndHarmNothing() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        Runnable noTask = null;
        Callable<?> noCall = null;
        assertThatNullPointerException().isThrownBy(() -> e.schedule(noTask, 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.schedule(noCall, 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.schedule(task, 1, null));
        assertThatNullPointerException().isThrownBy(() -> e.schedule(() -> 1, 1, null));
        assertThatNullPointerException()
                .isThrownBy(() -> e.scheduleAtFixedRate(noTask, 1, 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.scheduleAtFixedRate(task, 1, 1, null));
        assertThatNullPointerException()
                .isThrownBy(() -> e.scheduleWithFixedDelay(noTask, 1, 1, SECONDS));
        assertThatNullPointerException()
                .isThrownBy(() -> e.scheduleWithFixedDelay(task, 1, 1, null));
        for (long period : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> e.scheduleAtFixedRate(task, 0, period, SECONDS));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> e.scheduleWithFixedDelay(task, 0, period, SECONDS));
        }
        assertThat(value(e.schedule(() -> 2, 1, MILLISECONDS))).isEqualTo(2);
        assertThat(task.runs).hasValue(0);
    }

    @Test
    void cancelledTimerNeverRuns() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted task = new Counted();
        List<ScheduledFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(e.schedule(task, 40, MILLISECONDS));
        }
        int cancelled = 0;
        for (int i = 0; i < 100; i += 2) {
            cancelled += futures.get(i).cancel(i % 4 == 0) ? 1 : 0;
        }
        for (int i = 1; i < 100; i += 2) {
            value(futures.get(i));
        }
        for (int i = 0; i < 100; i += 2) {
            if (futures.get(i).isCancelled()) {
                ScheduledFuture<?> future = futures.get(i);
                assertThat(future.isDone()).isTrue();
                assertThatExceptionOfType(CancellationException.class).isThrownBy(future::get);
            }
        }
        e.shutdown();
        assertTerminates(e);
        assertThat(task.runs).hasValue(100 - cancelled);
    }

    @Test
    void cancelTrueInterruptsARunningTimer() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Blocker b = blocker();
        ScheduledFuture<?> future = e.schedule((Runnable) b, 1, MILLISECONDS);
        await(b.started);
        assertThat(future.cancel(true)).isTrue();
        await(b.ended);
        assertThat(b.interrupted).isTrue();
        assertThat(value(e.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
    }

    @Test
    void delayCountsDownInTheUnitAskedFor() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        ScheduledFuture<?> future = e.schedule(() -> {}, 2, HOURS);
        assertThat(future.getDelay(NANOSECONDS))
                .isBetween(HOURS.toNanos(1), HOURS.toNanos(2)); // a whole hour to get here
        assertThat(future.getDelay(MILLISECONDS)).isBetween(3_600_000L, 7_200_000L);
        assertThat(future.getDelay(MINUTES)).isBetween(60L, 120L);
        assertThat(future.getDelay(DAYS)).isZero();
        long first = future.getDelay(NANOSECONDS);
        Thread.sleep(2);
        assertThat(future.getDelay(NANOSECONDS)).isLessThanOrEqualTo(first - 2_000_000L);
        ScheduledFuture<?> done = e.schedule(() -> {}, 1, MILLISECONDS);
        value(done);
        assertThat(done.getDelay(NANOSECONDS)).isNotPositive();
    }

    @Test
    void timersCompareByTheirTimes() {
        ScheduledExecutorService e = openTimer(1);
        List<ScheduledFuture<?>> inOrder = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            inOrder.add(e.schedule(() -> {}, FAR_DAYS + i, DAYS));
        }
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 50; j++) {
                int sign = Integer.signum(inOrder.get(i).compareTo(inOrder.get(j)));
                assertThat(sign).as("%d against %d", i, j).isEqualTo(Integer.compare(i, j));
            }
        }
        List<ScheduledFuture<?>> shuffled = new ArrayList<>(inOrder);
        Collections.shuffle(shuffled, new Random(seed("timersCompareByTheirTimes")));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(inOrder);
    }

    /** System.nanoTime may be near its end, and a due time of 292 years from now beyond it. */
    @Test
    void endlessDelaysNeitherRunNorDisturbOthers() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted never = new Counted();
        List<ScheduledFuture<?>> endless = new ArrayList<>();
        ScheduledFuture<?> past = e.schedule(() -> {}, Long.MIN_VALUE, NANOSECONDS);
        for (TimeUnit unit : TimeUnit.values()) {
            endless.add(e.schedule(never, Long.MAX_VALUE, unit));
            endless.add(e.scheduleAtFixedRate(never, Long.MAX_VALUE, 1, unit));
            endless.add(e.scheduleWithFixedDelay(never, Long.MAX_VALUE, Long.MAX_VALUE, unit));
        }
        value(past);
        CountDownLatch soon = new CountDownLatch(20);
        List<ScheduledFuture<?>> short20 = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            short20.add(e.schedule(soon::countDown, i - 10, MILLISECONDS));
        }
        ScheduledFuture<?> hour = e.schedule(never, 1, HOURS);
        await(soon);
        assertThat(never.runs).hasValue(0);
        for (ScheduledFuture<?> future : endless) {
            assertThat(future.isDone()).isFalse();
            assertThat(future.getDelay(DAYS)).isGreaterThan(50_000);
            assertThat(future.compareTo(hour)).isPositive();
            assertThat(hour.compareTo(future)).isNegative();
            assertThat(future.compareTo(short20.get(0))).isPositive();
        }
        for (ScheduledFuture<?> future : endless) {
            assertThat(future.cancel(false)).isTrue();
        }
        assertThat(value(e.schedule(() -> 3, 1, MILLISECONDS))).isEqualTo(3);
    }

    @Test
    void manyTimersRunInTheOrderOfTheirTimes() throws Exception {
        long seed = seed("manyTimersRunInTheOrderOfTheirTimes");
        SplittableRandom random = new SplittableRandom(seed);
        int timers = 5_000;
        ScheduledExecutorService e = openTimer(1);
        long[] earliestDue = new long[timers];
        long[] latestDue = new long[timers];
        int[] order = new int[timers];
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(timers);
        for (int i = 0; i < timers; i++) {
            int index = i;
            // Every fourth has the same delay as the last: first come, first run.
            long delay = i % 4 == 0 ? 100_000_000L : random.nextLong(200_000_000L);
            earliestDue[i] = System.nanoTime() + delay;
            e.schedule(
                    () -> {
                        order[runs.getAndIncrement()] = index;
                        left.countDown();
                    },
                    delay,
                    NANOSECONDS);
            latestDue[i] = System.nanoTime() + delay;
        }
        await(left);
        assertThat(runs).hasValue(timers);
        assertThat(Arrays.stream(order).distinct().count()).isEqualTo(timers);
        long slack = timerResolution().toNanos();
        long newest = earliestDue[order[0]];
        for (int index : order) {
            // None that surely was due later has run before this one.
            assertThat(newest - latestDue[index])
                    .as("nanoseconds out of order, timer %d, seed %d", index, seed)
                    .isLessThanOrEqualTo(slack);
            newest = Math.max(newest, earliestDue[index]);
        }
    }

    @Test
    void taskMayScheduleItsSuccessor() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        CountDownLatch left = new CountDownLatch(100);
        e.schedule(
                new Runnable() {
                    @Override
                    public void run() {
                        left.countDown();
                        if (left.getCount() > 0) {
                            e.schedule(this, 100, MICROSECONDS);
                        }
                    }
                },
                0,
                MILLISECONDS);
        await(left);
        assertThat(value(e.submit(() -> left.getCount()))).isZero();
    }

    @Test
    void waitingTimersHoldUpNoTask() throws Exception {
        ScheduledExecutorService e = openTimer(1);
        Counted timer = new Counted();
        for (int i = 0; i < 10_000; i++) {
            e.schedule(timer, FAR_DAYS, DAYS);
        }
        CountDownLatch left = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            e.execute(left::countDown);
        }
        await(left);
        assertThat(timer.runs).hasValue(0);
    }
}
