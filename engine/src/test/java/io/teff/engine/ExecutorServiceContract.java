// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What {@link ExecutorService} promises, as one suite that every executor passes. A subclass says
 * how to {@link #create} one, and by the other methods of {@link ExecutorContractHooks} where its
 * nature differs. The suite comes in five parts, each a superclass of the next:
 *
 * <pre>
 * TaskContract      one task: run, get, fail
 * CancelContract    cancel, and where the interrupt goes
 * BulkContract      invokeAll, invokeAny
 * ShutdownContract  shutdown, shutdownNow, awaitTermination, close
 * this class        many tasks and threads: exact counts, visibility, no starvation
 * </pre>
 */
public abstract class ExecutorServiceContract extends ShutdownContract {
    private static final int PRODUCERS = 4;

    @Test
    void everyTaskRunsExactlyOnce() throws Exception {
        int tasks = 100_000;
        ExecutorService e = open(2);
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        crew(
                        PRODUCERS,
                        p -> {
                            for (int i = p; i < tasks; i += PRODUCERS) {
                                int index = i;
                                e.execute(() -> runs.incrementAndGet(index));
                            }
                        })
                .join();
        e.shutdown();
        assertTerminates(e);
        assertOnce(runs, tasks);
    }

    @Test
    void everySubmittedTaskRunsExactlyOnceAndAnswers() throws Exception {
        int tasks = 20_000;
        ExecutorService e = open(2);
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        crew(
                        PRODUCERS,
                        p -> {
                            List<Future<Integer>> futures = new ArrayList<>();
                            for (int i = p; i < tasks; i += PRODUCERS) {
                                int index = i;
                                futures.add(
                                        e.submit(
                                                () -> {
                                                    runs.incrementAndGet(index);
                                                    return index;
                                                }));
                            }
                            int expected = p;
                            for (Future<Integer> future : futures) {
                                assertThat(value(future)).isEqualTo(expected);
                                expected += PRODUCERS;
                            }
                        })
                .join();
        assertOnce(runs, tasks);
    }

    @Test
    void tasksMaySubmitTasks() throws Exception {
        ExecutorService e = open(2);
        int leaves = 1 << 13;
        AtomicInteger nodes = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(leaves);
        e.execute(new Tree(e, leaves, nodes, left));
        await(left);
        assertThat(nodes).hasValue(2 * leaves - 1);
    }

    /** Submits its two halves. */
    private record Tree(ExecutorService e, int size, AtomicInteger nodes, CountDownLatch left)
            implements Runnable {
        @Override
        public void run() {
            nodes.incrementAndGet();
            if (size == 1) {
                left.countDown();
                return;
            }
            e.execute(new Tree(e, size / 2, nodes, left));
            e.execute(new Tree(e, size - size / 2, nodes, left));
        }
    }

    @Test
    void plainWritesAreSeenByTheTaskAndByTheCallerAfterGet() throws Exception {
        ExecutorService e = open(2);
        for (int i = 1; i <= 10_000; i++) {
            Plain in = new Plain();
            in.value = i; // happens before the run
            Plain out = new Plain();
            Future<?> future =
                    e.submit(
                            () -> {
                                out.value = in.value + 1; // happens before get returns
                            });
            value(future);
            assertThat(out.value).isEqualTo(i + 1);
        }
    }

    @Test
    void plainWritesAreSeenAfterTermination() throws Exception {
        for (int round = 0; round < 50; round++) {
            ExecutorService e = open(2);
            Plain[] cells = new Plain[100];
            for (int i = 0; i < cells.length; i++) {
                Plain cell = new Plain();
                cell.value = i;
                cells[i] = cell;
                e.execute(() -> cell.value++);
            }
            e.shutdown();
            assertTerminates(e);
            for (int i = 0; i < cells.length; i++) {
                assertThat(cells[i].value).isEqualTo(i + 1);
            }
        }
    }

    /** A field without any ordering of its own. */
    private static final class Plain {
        private int value;
    }

    @Test
    void taskMayWaitForItsOwnChildren() throws Exception {
        ExecutorService e = open(2);
        if (nestedGetSupported()) {
            for (int depth : new int[] {1, 2, 3, 10, 60}) {
                assertThat(value(e.submit(() -> descend(e, depth)))).isEqualTo(depth);
            }
            assertThat(value(e.submit(() -> fibonacci(e, 12)))).isEqualTo(144);
        } else {
            Future<Integer> top = e.submit(() -> value(e.submit(() -> starving(e))));
            assertThat(value(top)).as("both workers wait, the third waits in vain").isEqualTo(-1);
        }
        assertThat(value(e.submit(() -> 1))).isEqualTo(1);
    }

    private int descend(ExecutorService e, int depth) throws Exception {
        return depth == 0 ? 0 : 1 + value(e.submit(() -> descend(e, depth - 1)));
    }

    private int fibonacci(ExecutorService e, int n) throws Exception {
        if (n < 2) {
            return n;
        }
        Future<Integer> left = e.submit(() -> fibonacci(e, n - 1));
        Future<Integer> right = e.submit(() -> fibonacci(e, n - 2));
        return value(left) + value(right);
    }

    private static int starving(ExecutorService e) throws Exception {
        Future<Integer> child = e.submit(() -> 3);
        try {
            return child.get(50, MILLISECONDS);
        } catch (TimeoutException starved) {
            return -1;
        }
    }

    @Test
    void failureOfAChildComesOutOfItsParent() {
        ExecutorService e = open(3);
        BoomRuntime boom = new BoomRuntime("child");
        Future<Object> parent = e.submit(() -> value(e.submit(() -> rethrow(boom))));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> value(parent))
                .withRootCauseInstanceOf(BoomRuntime.class)
                .satisfies(x -> assertThat(x).hasRootCause(boom));
    }

    @Test
    void workersRunAtTheSameTime() throws Exception {
        int workers = 4;
        ExecutorService e = open(workers);
        for (int round = 0; round < 20; round++) {
            CountDownLatch all = new CountDownLatch(workers);
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                futures.add(
                        e.submit(
                                () -> {
                                    all.countDown();
                                    await(all); // nobody passes before all have come
                                    return null;
                                }));
            }
            awaitBusy(e, all);
            for (Future<?> future : futures) {
                value(future);
            }
        }
        assertThat(value(e.submit(() -> "still there"))).isEqualTo("still there");
    }

    @Test
    void neverMoreTasksAtATimeThanWorkers() throws Exception {
        int tasks = 200;
        for (int workers : new int[] {1, 2}) {
            ExecutorService e = open(workers);
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(tasks);
            for (int i = 0; i < tasks; i++) {
                e.execute(
                        () -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            all.countDown();
                            if (bounded()) {
                                LockSupport.parkNanos(20_000);
                            } else {
                                awaitQuietly(all); // so that all are there at a time
                            }
                            now.decrementAndGet();
                        });
            }
            await(all);
            assertThat(most.get()).isBetween(bounded() ? 1 : tasks, bounded() ? workers : tasks);
        }
    }

    private void awaitQuietly(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        }
    }

    @Test
    void nothingIsStuckBehindALongTask() throws Exception {
        ExecutorService e = open(2);
        Blocker b = occupy(e, 1).get(0);
        for (int round = 0; round < 5; round++) {
            CountDownLatch left = new CountDownLatch(2_000);
            for (int i = 0; i < 2_000; i++) {
                e.execute(left::countDown);
            }
            if (!blockedWorkerHoldsUpNothing() && !left.await(100, MILLISECONDS)) {
                b.letGo();
            }
            await(left);
        }
        if (blockedWorkerHoldsUpNothing()) {
            assertThat(b.ended.getCount()).as("the long task still runs").isEqualTo(1);
        }
    }

    @Test
    void childrenOfABlockedTaskRunElsewhere() throws Exception {
        ExecutorService e = open(2);
        for (int round = 0; round < 20; round++) {
            CountDownLatch left = new CountDownLatch(500);
            Future<Boolean> parent =
                    e.submit(
                            () -> {
                                for (int i = 0; i < 500; i++) {
                                    e.execute(left::countDown);
                                }
                                // A plain wait, of which the executor knows nothing.
                                return left.await(
                                        blockedWorkerHoldsUpNothing() ? patienceMs() : 100,
                                        MILLISECONDS);
                            });
            boolean ranElsewhere = value(parent);
            assertThat(ranElsewhere || !blockedWorkerHoldsUpNothing()).isTrue();
            await(left);
        }
    }

    @Test
    void shutdownAmongProducersLosesNothing() throws Exception {
        long seed = seed("shutdownAmongProducersLosesNothing");
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 30; round++) {
            ExecutorService e = open(2);
            Book book = new Book();
            // Even here a scheduled pool cancels what it meets on its way in.
            boolean mayCancel =
                    unstarted() == Unstarted.WRAPPED || unstarted() == Unstarted.CANCELLED_OR_LOST;
            boolean execute = !mayCancel && round % 2 == 0; // a future shows the cancel
            Crew producers = crew(3, p -> book.produce(e, 2_000, execute));
            LockSupport.parkNanos(random.nextInt(1_000_000));
            e.shutdown();
            producers.join();
            assertTerminates(e);
            book.close(mayCancel, List.of(), "round " + round + ", seed " + seed);
        }
    }

    @Test
    void shutdownNowAmongProducersAccountsForEveryTask() throws Exception {
        long seed = seed("shutdownNowAmongProducersAccountsForEveryTask");
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 40; round++) {
            ExecutorService e = open(2);
            Book book = new Book();
            boolean mayCancel = cancelsUnstarted() || unstarted() == Unstarted.WRAPPED;
            boolean execute = !mayCancel && round % 2 == 0; // a future shows the cancel
            Crew producers = crew(3, p -> book.produce(e, 2_000, execute));
            LockSupport.parkNanos(random.nextInt(500_000));
            List<Runnable> returned = e.shutdownNow();
            producers.join();
            assertTerminates(e);
            book.close(mayCancel, returned, "round " + round + ", seed " + seed);
        }
    }

    /** One task handed over, and what the executor said to it. */
    private record Entry(Counted task, boolean accepted, Future<?> future) {}

    /** What producers gave to an executor that is stopped meanwhile. */
    private final class Book {
        private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

        /** Hands over {@code most} tasks or until the first is rejected. */
        void produce(ExecutorService e, int most, boolean execute) {
            boolean open = true;
            for (int i = 0; i < most && open; i++) {
                Counted task = new Counted();
                Future<?> future = null;
                try {
                    if (execute) {
                        e.execute(task);
                    } else {
                        future = e.submit(task);
                    }
                } catch (RejectedExecutionException expected) {
                    open = false;
                }
                entries.add(new Entry(task, open, future));
            }
        }

        /** Run + returned (or cancelled) + rejected = handed over, each task in one place only. */
        void close(boolean mayCancel, List<Runnable> returned, String where) throws Exception {
            Set<Object> back = Collections.newSetFromMap(new IdentityHashMap<>());
            back.addAll(returned);
            assertThat(back).as("returned twice, %s", where).hasSameSizeAs(returned);
            for (Entry entry : entries) {
                int runs = entry.task.runs.get();
                boolean isBack = back.remove(entry.future == null ? entry.task : entry.future);
                int places = runs + (isBack ? 1 : 0);
                if (!entry.accepted) {
                    assertThat(places).as("run or returned though rejected, %s", where).isZero();
                    continue;
                }
                if (mayCancel && places == 0) {
                    if (unstarted() == Unstarted.CANCELLED_OR_LOST && !entry.future.isDone()) {
                        continue;
                    }
                    assertThat(endedWithValue(entry))
                            .as("not run, so cancelled, %s", where)
                            .isFalse();
                } else {
                    assertThat(places).as("run or returned, %s", where).isEqualTo(1);
                    if (!isBack && entry.future != null) {
                        assertThat(endedWithValue(entry)).as("run, so done, %s", where).isTrue();
                    }
                }
            }
            assertThat(back).as("returned, but never handed over, %s", where).isEmpty();
        }

        /** Whether the future ended with a value, and not cancelled. */
        private boolean endedWithValue(Entry entry) throws Exception {
            try {
                return entry.future.get(patience().toNanos(), NANOSECONDS) == null;
            } catch (CancellationException end) {
                assertThat(entry.future.isCancelled()).isTrue();
                return false;
            }
        }
    }

    private static void assertOnce(AtomicIntegerArray runs, int tasks) {
        for (int i = 0; i < tasks; i++) {
            if (runs.get(i) != 1) { // AssertJ only where it has something to say: 10^5 tasks
                assertThat(runs.get(i)).as("runs of task %d", i).isEqualTo(1);
            }
        }
        assertThat(runs.length()).isEqualTo(tasks);
    }
}
