// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One task: handed over, run, waited for, failing. */
abstract class TaskContract extends ContractFixture {
    @Test
    void executeRunsTheTask() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        open(2).execute(ran::countDown);
        await(ran);
    }

    @Test
    void submittedCallableGivesItsValue() throws Exception {
        Object value = new Object();
        ExecutorService e = open(2);
        Future<Object> future = e.submit(() -> value);
        assertThat(value(future)).isSameAs(value);
        assertThat(future.get()).isSameAs(value);
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isFalse();
        assertThat(value(e.submit((Callable<Object>) () -> null))).isNull();
    }

    @Test
    void submittedRunnableGivesNull() throws Exception {
        Counted task = new Counted();
        Future<?> future = open(2).submit(task);
        assertThat(value(future)).isNull();
        assertThat(task.runs).hasValue(1);
        assertThat(future.isDone()).isTrue();
    }

    @Test
    void submittedRunnableGivesTheResultNamedWithIt() throws Exception {
        Object result = new Object();
        ExecutorService e = open(2);
        Counted task = new Counted();
        assertThat(value(e.submit(task, result))).isSameAs(result);
        assertThat(task.runs).hasValue(1);
        assertThat(value(e.submit(task, (Object) null))).isNull();
        assertThat(task.runs).hasValue(2);
    }

    @Test
    void nullArgumentsAreRefusedAndHarmNothing() throws Exception {
        ExecutorService e = open(2);
        List<Callable<Integer>> one = List.of(() -> 1);
        List<Callable<Integer>> withNull = new ArrayList<>(one);
        withNull.add(null);
        List<Callable<Integer>> onlyNull = new ArrayList<>();
        onlyNull.add(null);
        assertThatNullPointerException().isThrownBy(() -> e.execute(null));
        assertThatNullPointerException().isThrownBy(() -> e.submit((Runnable) null));
        assertThatNullPointerException().isThrownBy(() -> e.submit((Runnable) null, "result"));
        assertThatNullPointerException().isThrownBy(() -> e.submit((Callable<?>) null));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAll(nullTasks()));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAll(nullTasks(), 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAll(one, 1, null));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAll(withNull));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAll(withNull, 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAny(nullTasks()));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAny(nullTasks(), 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAny(one, 1, null));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAny(onlyNull));
        assertThatNullPointerException().isThrownBy(() -> e.invokeAny(onlyNull, 1, SECONDS));
        assertThatNullPointerException().isThrownBy(() -> e.awaitTermination(1, null));
        Future<Integer> future = e.submit(() -> 2);
        assertThatNullPointerException().isThrownBy(() -> future.get(1, null));
        assertThat(value(future)).isEqualTo(2);
    }

    @Test
    void exceptionArrivesAsTheCause() throws Exception {
        ExecutorService e = open(2);
        assertFailsWith(e, new BoomRuntime("runtime"));
        assertFailsWith(e, new BoomError("error"));
        assertFailsWith(e, new Boom("checked"));
        assertThat(value(e.submit(() -> 3))).isEqualTo(3);
    }

    @Test
    void runnableFailsLikeACallable() {
        ExecutorService e = open(1);
        BoomRuntime boom = new BoomRuntime("runnable");
        Runnable failing =
                () -> {
                    throw boom;
                };
        assertThatThrownBy(() -> value(e.submit(failing)))
                .isExactlyInstanceOf(ExecutionException.class)
                .hasCause(boom);
        assertThatThrownBy(() -> value(e.submit(failing, "result")))
                .isExactlyInstanceOf(ExecutionException.class)
                .hasCause(boom);
    }

    @Test
    void stackOverflowIsAFailureLikeOthers() throws Exception {
        ExecutorService e = open(1);
        assertThatThrownBy(() -> value(e.submit(() -> depth(0))))
                .isExactlyInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(value(e.submit(() -> 4))).isEqualTo(4);
    }

    @Test
    void everyGetOfAFailedTaskThrows() {
        BoomRuntime boom = new BoomRuntime("again");
        Future<?> future = open(1).submit(() -> rethrow(boom));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> value(future))
                    .isExactlyInstanceOf(ExecutionException.class)
                    .hasCause(boom);
        }
        assertThatThrownBy(future::get).isExactlyInstanceOf(ExecutionException.class);
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isFalse();
    }

    @Test
    void executeHandsExceptionsToTheUncaughtHandler() throws Exception {
        ConcurrentLinkedQueue<Throwable> caught = new ConcurrentLinkedQueue<>();
        CountDownLatch two = new CountDownLatch(2);
        UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        observeUncaught(
                (thread, thrown) -> {
                    caught.add(thrown);
                    two.countDown();
                });
        try {
            ExecutorService e = open(1);
            BoomRuntime boom = new BoomRuntime("executed");
            BoomError error = new BoomError("executed");
            e.execute(() -> rethrow(boom));
            e.execute(() -> rethrow(error));
            assertThat(value(e.submit(() -> 5))).as("the executor lives on").isEqualTo(5);
            if (executeReportsUncaught()) {
                await(two);
                assertThat(caught).containsExactlyInAnyOrder(boom, error);
            } else {
                e.shutdown();
                assertTerminates(e);
                assertThat(caught).isEmpty();
            }
        } finally {
            observeUncaught(before);
        }
    }

    @Test
    void uncaughtHandlerThatThrowsStopsNothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        observeUncaught(
                (thread, thrown) -> {
                    calls.incrementAndGet();
                    throw new BoomRuntime("in the handler");
                });
        try {
            ExecutorService e = open(1);
            for (int i = 0; i < 3; i++) {
                e.execute(() -> rethrow(new BoomRuntime("executed")));
            }
            assertThat(value(e.submit(() -> 6))).isEqualTo(6);
            e.shutdown();
            assertTerminates(e);
            int expected = executeReportsUncaught() ? 3 : 0;
            // A thread that dies of its task calls the handler after its pool has let it go.
            eventually("calls of the handler", () -> calls.get() >= expected);
            assertThat(calls).hasValue(expected);
        } finally {
            observeUncaught(before);
        }
    }

    @Test
    void workerOutlivesManyFailures() throws Exception {
        UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        observeUncaught((thread, thrown) -> {});
        try {
            ExecutorService e = open(1);
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 200; i++) {
                Runnable failing =
                        () -> {
                            ran.incrementAndGet();
                            throw new BoomError("one of many");
                        };
                if (i % 2 == 0) {
                    e.execute(failing);
                } else {
                    e.submit(failing);
                }
            }
            e.shutdown();
            assertTerminates(e);
            assertThat(ran).hasValue(200);
        } finally {
            observeUncaught(before);
        }
    }

    @Test
    void timedGetGivesUpAndLeavesTheTaskAlone() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<String> future = e.submit((Callable<String>) b);
        await(b.started);
        long begin = System.nanoTime();
        assertThatThrownBy(() -> future.get(30, MILLISECONDS))
                .isExactlyInstanceOf(TimeoutException.class);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(30));
        assertThatThrownBy(() -> future.get(0, SECONDS))
                .isExactlyInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> future.get(-1, SECONDS))
                .isExactlyInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> future.get(Long.MIN_VALUE, NANOSECONDS))
                .isExactlyInstanceOf(TimeoutException.class);
        assertThat(future.isDone()).isFalse();
        assertThat(future.isCancelled()).isFalse();
        b.letGo();
        assertThat(value(future)).isEqualTo("let go");
        assertThat(b.interrupted).isFalse();
        assertThat(future.get(0, SECONDS)).as("done needs no time").isEqualTo("let go");
        assertThat(future.get(-1, SECONDS)).isEqualTo("let go");
        assertThat(future.get(Long.MAX_VALUE, SECONDS)).isEqualTo("let go");
    }

    @Test
    void futureIsNotDoneWhileItsTaskRuns() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<?> future = e.submit((Runnable) b);
        assertThat(future.isDone()).isFalse();
        await(b.started);
        assertThat(future.isDone()).isFalse();
        b.letGo();
        assertThat(value(future)).isNull();
        assertThat(future.isDone()).isTrue();
    }

    @Test
    void allWaitersSeeTheResult() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<String> future = e.submit((Callable<String>) b);
        AtomicInteger seen = new AtomicInteger();
        Crew waiters =
                crew(
                        8,
                        i -> {
                            String s = i % 2 == 0 ? future.get() : value(future);
                            if (s.equals("let go")) {
                                seen.incrementAndGet();
                            }
                        });
        await(b.started);
        Thread.sleep(10);
        b.letGo();
        waiters.join();
        assertThat(seen).hasValue(8);
    }

    @Test
    void interruptEndsGet() throws Exception {
        ExecutorService e = open(1);
        Blocker b = blocker();
        Future<String> future = e.submit((Callable<String>) b);
        await(b.started);
        interruptWhileIn(future::get).assertInterruptedException();
        interruptWhileIn(() -> value(future)).assertInterruptedException();
        interruptBefore(future::get).assertInterruptedException();
        interruptBefore(() -> value(future)).assertInterruptedException();
        b.letGo();
        assertThat(value(future)).isEqualTo("let go");
        assertThat(b.interrupted).as("the task was none of the waiters' business").isFalse();
    }

    /** Fails a Callable of {@code e} with {@code thrown} and asks for exactly that back. */
    private void assertFailsWith(ExecutorService e, Throwable thrown) {
        Future<?> future = e.submit(() -> rethrow(thrown));
        boolean exact = causeIsExact() || !(thrown instanceof Exception) || isRuntime(thrown);
        if (exact) {
            assertThatThrownBy(() -> value(future))
                    .isExactlyInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(thrown);
        } else {
            assertThatThrownBy(() -> value(future))
                    .isExactlyInstanceOf(ExecutionException.class)
                    .rootCause()
                    .isSameAs(thrown);
        }
    }

    private static boolean isRuntime(Throwable thrown) {
        return thrown instanceof RuntimeException;
    }

    private static List<Callable<Integer>> nullTasks() {
        return null;
    }

    /** Throws {@code thrown} as it is, checked or not; declared as giving a value for Callables. */
    @SuppressWarnings("unchecked") // the cast is erased: that is how a checked one gets through
    static <T extends Throwable> Object rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static int depth(int n) {
        return n < 0 ? n : 1 + depth(n + 1);
    }
}
