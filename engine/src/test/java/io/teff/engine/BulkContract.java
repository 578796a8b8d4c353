// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many tasks in one call: invokeAll and invokeAny. */
abstract class BulkContract extends CancelContract {
    @Test
    void invokeAllReturnsDoneFuturesInTheOrderOfTheTasks() throws Exception {
        ExecutorService e = open(2);
        List<Callable<Integer>> tasks = new ArrayList<>();
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 500; i++) {
            int value = i;
            tasks.add(
                    () -> {
                        runs.incrementAndGet();
                        return value;
                    });
        }
        assertInOrder(e.invokeAll(tasks));
        assertThat(runs).hasValue(500);
        assertInOrder(e.invokeAll(tasks, patience().toNanos(), NANOSECONDS));
        assertThat(runs).hasValue(1_000);
    }

    private static void assertInOrder(List<Future<Integer>> futures) throws Exception {
        assertThat(futures).hasSize(500).allMatch(Future::isDone).noneMatch(Future::isCancelled);
        for (int i = 0; i < 500; i++) {
            assertThat(futures.get(i).get()).isEqualTo(i);
        }
    }

    @Test
    void invokeAllOfNothingIsNothing() throws Exception {
        ExecutorService e = open(2);
        assertThat(e.invokeAll(List.<Callable<Integer>>of())).isEmpty();
        assertThat(e.invokeAll(List.<Callable<Integer>>of(), 1, SECONDS)).isEmpty();
        assertThat(e.invokeAll(List.<Callable<Integer>>of(), 0, SECONDS)).isEmpty();
    }

    @Test
    void invokeAllKeepsFailuresInTheirFutures() throws Exception {
        ExecutorService e = open(2);
        BoomRuntime boom = new BoomRuntime("second");
        BoomError error = new BoomError("third");
        List<Future<Object>> futures =
                e.invokeAll(List.of(() -> 1, () -> rethrow(boom), () -> rethrow(error), () -> 4));
        assertThat(futures).hasSize(4).allMatch(Future::isDone).noneMatch(Future::isCancelled);
        assertThat(futures.get(0).get()).isEqualTo(1);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> futures.get(1).get())
                .withCause(boom);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> futures.get(2).get())
                .withCause(error);
        assertThat(futures.get(3).get()).isEqualTo(4);
    }

    @Test
    void invokeAllWaitsForTheSlowest() throws Exception {
        ExecutorService e = open(2);
        Blocker b = blocker();
        CountDownLatch returned = new CountDownLatch(1);
        Crew caller =
                crew(
                        1,
                        i -> {
                            assertThat(e.invokeAll(List.<Callable<String>>of(b, () -> "quick")))
                                    .hasSize(2)
                                    .allMatch(Future::isDone);
                            returned.countDown();
                        });
        await(b.started);
        assertThat(returned.await(20, MILLISECONDS)).isFalse();
        b.letGo();
        caller.join();
        assertThat(returned.getCount()).isZero();
    }

    @Test
    void timedInvokeAllCancelsWhatIsUnfinished() throws Exception {
        ExecutorService e = open(2);
        boolean quickWasInTime = false;
        for (int attempt = 0; attempt < 5 && !quickWasInTime; attempt++) { // a machine may stall
            Blocker running = blocker();
            long begin = System.nanoTime();
            List<Future<String>> futures =
                    e.invokeAll(
                            List.<Callable<String>>of(() -> "quick", running), 200, MILLISECONDS);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(200));
            assertThat(futures).hasSize(2).allMatch(Future::isDone);
            assertCancelled(futures.get(1));
            assertEndOf(running);
            quickWasInTime = !futures.get(0).isCancelled();
            if (quickWasInTime) {
                assertThat(futures.get(0).get()).isEqualTo("quick");
            }
        }
        assertThat(quickWasInTime).isTrue();
    }

    @Test
    void timedInvokeAllCancelsWhatHasNotBegun() throws Exception {
        ExecutorService e = open(1);
        Blocker running = blocker();
        Counted later = new Counted();
        Callable<String> second =
                () -> {
                    later.run();
                    return "second";
                };
        List<Future<String>> futures = e.invokeAll(List.of(running, second), 40, MILLISECONDS);
        assertThat(futures).hasSize(2).allMatch(Future::isDone);
        running.letGo();
        e.shutdown();
        assertTerminates(e);
        // The worker may have begun the second between the two cancels.
        boolean secondCancelled = futures.get(1).isCancelled();
        assertThat(later.runs.get()).isBetween(secondCancelled ? 0 : 1, 1);
        assertThat(futures.get(0).isCancelled()).isTrue();
    }

    @Test
    void invokeAllWithoutTimeStillReturnsEveryFutureDone() throws Exception {
        ExecutorService e = open(1);
        List<Blocker> tasks = List.of(blocker(), blocker(), blocker());
        for (long timeout : new long[] {0, -1}) {
            List<Future<String>> futures = e.invokeAll(tasks, timeout, NANOSECONDS);
            assertThat(futures).hasSize(3).allMatch(Future::isDone).allMatch(Future::isCancelled);
        }
    }

    @Test
    void interruptEndsInvokeAllAndCancelsItsTasks() throws Exception {
        ExecutorService e = open(1);
        assertInterruptEndsInvokeAll(e, tasks -> e.invokeAll(tasks));
        assertInterruptEndsInvokeAll(
                e, tasks -> e.invokeAll(tasks, patience().toNanos(), NANOSECONDS));
    }

    /** One way to call invokeAll. */
    private interface InvokeAll {
        Object of(List<Callable<String>> tasks) throws Exception;
    }

    private void assertInterruptEndsInvokeAll(ExecutorService e, InvokeAll call) throws Exception {
        Blocker b = blocker();
        AtomicInteger queuedRuns = new AtomicInteger();
        Callable<String> queued =
                () -> {
                    queuedRuns.incrementAndGet();
                    return "queued";
                };
        CountDownLatch returned = new CountDownLatch(1);
        Callable<?> calling =
                () -> {
                    try {
                        return call.of(List.of(b, queued));
                    } finally {
                        returned.countDown();
                    }
                };
        if (invokeAllIsInterruptible()) {
            interruptWhileIn(calling, b.started).assertInterruptedException();
            assertEndOf(b);
        } else {
            Crew releaser =
                    crew(
                            1,
                            i -> {
                                await(b.started);
                                assertThat(returned.await(200, MILLISECONDS)).isFalse();
                                b.letGo();
                            });
            Interrupted end = interruptWhileIn(calling, b.started);
            releaser.join();
            assertThat(end.thrown()).isNull();
            assertThat(b.interrupted).isFalse();
        }
        value(e.submit(() -> null)); // the queue is empty again
        // Once the first is cancelled, the worker may take the second before that is cancelled too.
        assertThat(queuedRuns.get()).isBetween(0, 1);
    }

    @Test
    void invokeAnyReturnsTheOneThatSucceeds() throws Exception {
        ExecutorService e = open(2);
        assertThat(e.<Object>invokeAny(List.of(() -> 1))).isEqualTo(1);
        List<Callable<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tasks.add(() -> rethrow(new Boom("one of twenty")));
        }
        tasks.add(7, () -> "only success");
        assertThat(e.invokeAny(tasks)).isEqualTo("only success");
        assertThat(e.invokeAny(tasks, patience().toNanos(), NANOSECONDS)).isEqualTo("only success");
    }

    @Test
    void invokeAnyRunsNoTaskTwice() throws Exception {
        ExecutorService e = open(2);
        for (int round = 0; round < 50; round++) {
            AtomicInteger[] runs = new AtomicInteger[20];
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < runs.length; i++) {
                int index = i;
                runs[i] = new AtomicInteger();
                tasks.add(
                        () -> {
                            runs[index].incrementAndGet();
                            return index;
                        });
            }
            int winner = e.invokeAny(tasks);
            assertThat(runs[winner]).hasValue(1);
            value(e.submit(() -> null));
            for (AtomicInteger r : runs) {
                assertThat(r.get()).isBetween(0, 1);
            }
        }
    }

    @Test
    void invokeAnyCancelsTheOthers() throws Exception {
        ExecutorService e = open(2);
        assertOthersCancelled(e, tasks -> e.invokeAny(tasks));
        assertOthersCancelled(e, tasks -> e.invokeAny(tasks, patience().toNanos(), NANOSECONDS));
    }

    private void assertOthersCancelled(ExecutorService e, InvokeAll invokeAny) throws Exception {
        Blocker slow = blocker();
        Callable<String> quick =
                () -> {
                    awaitBusy(e, slow.started); // so that there is one to interrupt
                    return "quick";
                };
        assertThat(invokeAny.of(List.of(slow, quick))).isEqualTo("quick");
        assertEndOf(slow);
    }

    @Test
    void invokeAnyOfFailuresThrowsOneOfThem() {
        ExecutorService e = open(2);
        BoomRuntime one = new BoomRuntime("one");
        BoomRuntime two = new BoomRuntime("two");
        List<Callable<Object>> tasks = List.of(() -> rethrow(one), () -> rethrow(two));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> e.invokeAny(tasks))
                .satisfies(x -> assertThat(x.getCause()).isIn(one, two));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> e.invokeAny(tasks, patience().toNanos(), NANOSECONDS))
                .satisfies(x -> assertThat(x.getCause()).isIn(one, two));
    }

    @Test
    void invokeAnyOfNothingIsRefused() {
        ExecutorService e = open(2);
        List<Callable<Object>> none = List.of();
        assertThatIllegalArgumentException().isThrownBy(() -> e.invokeAny(none));
        assertThatIllegalArgumentException().isThrownBy(() -> e.invokeAny(none, 1, SECONDS));
    }

    @Test
    void timedInvokeAnyGivesUpAndCancels() throws Exception {
        ExecutorService e = open(2);
        Blocker one = blocker();
        Blocker two = blocker();
        long begin = System.nanoTime();
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> e.invokeAny(List.of(one, two), 200, MILLISECONDS));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(200));
        for (Blocker b : List.of(one, two)) {
            assertEndOf(b);
        }
    }

    @Test
    void interruptEndsInvokeAny() throws Exception {
        ExecutorService e = open(2);
        Blocker one = blocker();
        interruptWhileIn(() -> e.invokeAny(List.of(one))).assertInterruptedException();
        Blocker two = blocker();
        interruptWhileIn(() -> e.invokeAny(List.of(two), patience().toNanos(), NANOSECONDS))
                .assertInterruptedException();
        Blocker three = blocker();
        interruptBefore(() -> e.invokeAny(List.of(three))).assertInterruptedException();
        for (Blocker b : List.of(one, two, three)) {
            b.letGo();
        }
        assertThat(value(e.submit(() -> 9))).isEqualTo(9);
    }

    /** A body that began and is cancelled by its bulk call ends by an interrupt. */
    private void assertEndOf(Blocker cancelled) throws InterruptedException {
        if (cancelled.started.getCount() == 0 || !bounded()) {
            await(cancelled.ended);
            assertThat(cancelled.interrupted).isTrue();
        }
        assertThat(cancelled.runs.get()).isBetween(0, 1);
    }
}
