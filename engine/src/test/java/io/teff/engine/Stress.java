// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Random work in episodes. In each, producers hand tasks to a new executor, the tasks do what
 * {@link StressOp} says, and at some moment the executor is shut down, gently or not, while all of
 * that goes on. Then every task must be in exactly one place of the {@link Tally}.
 *
 * <p>The seed decides what every task does and how each is handed over; the scheduler of the machine
 * decides the rest.
 */
final class Stress {
    /** What the executor under stress can do, and how strictly it is judged. */
    record Kind(boolean nestedGet, boolean silentCancel) {
        /** No task is cancelled but by {@code cancel}; nested get is given all the time it needs. */
        static final Kind STRICT = new Kind(true, false);

        /** A fixed pool: nested get may starve, and so gives up soon. */
        static final Kind FIXED = new Kind(false, false);

        /**
         * ScheduledThreadPoolExecutor: cancels without a word what meets a shutdown on its way in.
         * So only tasks with a future are given to it.
         */
        static final Kind SCHEDULED = new Kind(false, true);
    }

    /** Where the tasks have gone. */
    static final class Tally {
        long done;
        long failed;
        long cancelled;
        long returned;
        long rejected;
        int episodes;

        boolean hasEachEnd() {
            return done > 0 && failed > 0 && cancelled > 0 && returned > 0 && rejected > 0;
        }

        long all() {
            return done + failed + cancelled + returned + rejected;
        }

        @Override
        public String toString() {
            return String.format(
                    "%,d tasks in %d episodes: %,d done, %,d failed, %,d cancelled, %,d returned,"
                            + " %,d rejected",
                    all(), episodes, done, failed, cancelled, returned, rejected);
        }
    }

    private static final int PRODUCERS = 3;
    private static final int MOST_PER_PRODUCER = 20_000;
    private static final long PATIENCE_S = 20;

    private final Supplier<? extends ExecutorService> maker;
    private final Kind kind;
    private final long seed;
    private final SplittableRandom random;
    private final Tally tally = new Tally();

    /** Recently accepted tasks, for others to cancel; written after their future. */
    final AtomicReferenceArray<StressTask> recent = new AtomicReferenceArray<>(64);

    /** What no body, producer or handler should ever meet. */
    final ConcurrentLinkedQueue<Throwable> surprises = new ConcurrentLinkedQueue<>();

    private final AtomicInteger uncaught = new AtomicInteger();
    private ExecutorService executor;
    private int end; // of this episode: 0, 1 shutdown; 2 both; 3 shutdownNow

    Stress(Supplier<? extends ExecutorService> maker, Kind kind, long seed) {
        this.maker = maker;
        this.kind = kind;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** Plays episodes until {@code tasks} tasks are accounted for, and each kind of end was there. */
    Tally run(long tasks) throws Exception {
        UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(this::onUncaught);
        try {
            while (tally.all() < tasks || !tally.hasEachEnd()) {
                episode();
                tally.episodes++;
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        return tally;
    }

    ExecutorService executor() {
        return executor;
    }

    boolean nestedGet() {
        return kind.nestedGet;
    }

    /** Hands a task over in one of the ways there are. Any thread. */
    void handOver(StressTask task) {
        int way = task.dice & 3;
        try {
            if (way == 0 && !kind.silentCancel) {
                executor.execute(task);
            } else if (way == 1 && executor instanceof ScheduledExecutorService timer) {
                task.future = timer.schedule(task.asCallable(), task.dice & 255, MICROSECONDS);
            } else if (way == 2) {
                task.future = executor.submit((Runnable) task);
            } else {
                task.future = executor.submit(task.asCallable());
            }
            task.accepted = true;
            if (task.future != null) {
                recent.set(task.dice >>> 8 & 63, task);
            }
        } catch (RejectedExecutionException expected) {
            // accepted stays false: that is the record of it
        }
    }

    /** Waits for a child from inside its parent. */
    void await(StressTask child) {
        if (!child.accepted || child.future == null) {
            return;
        }
        try {
            if (kind.nestedGet) {
                child.future.get(PATIENCE_S, SECONDS);
            } else {
                child.future.get(50, MICROSECONDS);
            }
        } catch (TimeoutException starved) {
            if (kind.nestedGet) {
                surprises.add(starved);
            }
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof StressTask.Planned)) {
                surprises.add(failed);
            }
        } catch (CancellationException cancelled) {
            // its own account says so
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the last thing its parent does
        }
    }

    private void episode() throws Exception {
        executor = maker.get();
        uncaught.set(0);
        List<List<StressTask>> books = new ArrayList<>();
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            List<StressTask> book = new ArrayList<>();
            SplittableRandom dice = random.split();
            int most = 1 + random.nextInt(MOST_PER_PRODUCER);
            books.add(book);
            Thread t = new Thread(() -> produce(book, dice, most), "stress-producer-" + p);
            producers.add(t);
            t.start();
        }
        LockSupport.parkNanos(random.nextInt(20_000_000));
        List<Runnable> returned = new ArrayList<>();
        end = random.nextInt(4);
        if (end < 3) {
            executor.shutdown();
        }
        if (end > 1) {
            returned.addAll(executor.shutdownNow());
        }
        for (Thread t : producers) {
            t.join(SECONDS.toMillis(PATIENCE_S));
            assertThat(t.isAlive()).as("%s is stuck, %s", t, where()).isFalse();
        }
        assertThat(executor.awaitTermination(PATIENCE_S, SECONDS))
                .as("terminated, %s, %s", where(), executor)
                .isTrue();
        account(books, returned);
        for (int i = 0; i < recent.length(); i++) {
            recent.set(i, null);
        }
    }

    private void produce(List<StressTask> book, SplittableRandom dice, int most) {
        try {
            int rejections = 0;
            for (int i = 0; i < most && rejections < 10; i++) {
                StressTask task = new StressTask(this, dice.nextInt(), dice.nextInt());
                book.add(task);
                handOver(task);
                rejections += task.accepted ? 0 : 1;
                if (dice.nextInt(64) == 0) {
                    StressTask.cancel(recent.get(dice.nextInt(64)), dice.nextBoolean());
                }
            }
        } catch (Throwable t) {
            surprises.add(t);
        }
    }

    private void onUncaught(Thread thread, Throwable thrown) {
        if (thrown instanceof StressTask.Planned) {
            uncaught.incrementAndGet();
        } else {
            surprises.add(thrown);
        }
    }

    /** Each task in one place, and nothing returned that was not handed over. */
    private void account(List<List<StressTask>> books, List<Runnable> returned) throws Exception {
        if (!surprises.isEmpty()) {
            throw new AssertionError(surprises.size() + " surprises, " + where(), surprises.peek());
        }
        Set<Object> back = Collections.newSetFromMap(new IdentityHashMap<>());
        back.addAll(returned);
        check(back.size() == returned.size(), "a task was returned twice", null);
        int unheard = 0;
        for (List<StressTask> book : books) {
            for (StressTask top : book) {
                for (StressTask task = top; task != null; task = task.child) {
                    unheard += account(task, back.remove(task.handed()));
                }
            }
        }
        check(back.isEmpty(), "returned, but never handed over: " + back.size(), null);
        awaitUncaught(unheard);
    }

    /** Counts one task; 1 if its failure belongs to the uncaught handler. */
    private int account(StressTask task, boolean isBack) throws Exception {
        int runs = task.runs();
        if (!task.accepted) {
            check(runs == 0 && !isBack, "rejected, but run or returned", task);
            tally.rejected++;
            return 0;
        }
        check(runs <= 1, "run more than once", task);
        if (task.future == null) {
            check(runs == 1 ^ isBack, "not in one place: run or returned", task);
        } else if (task.future.isCancelled()) {
            check(task.cancelled || kind.silentCancel, "cancelled, but not by us", task);
            tally.cancelled++;
            return 0;
        } else {
            check(!task.cancelled, "cancel said yes, isCancelled no", task);
            check(isBack == !task.future.isDone(), "returned or done", task);
            check(runs == 1 ^ isBack, "not in one place: run or returned", task);
        }
        if (isBack) {
            tally.returned++;
            return 0;
        }
        boolean failed = task.thrown != null;
        if (failed) {
            tally.failed++;
        } else {
            tally.done++;
        }
        if (task.future == null) {
            return failed ? 1 : 0;
        }
        check(endedAs(task), "its future says something else", task);
        return 0;
    }

    private static boolean endedAs(StressTask task) throws InterruptedException {
        try {
            Object value = task.future.get();
            return task.thrown == null && (value == null || value.equals(task.dice));
        } catch (ExecutionException e) {
            return e.getCause() == task.thrown;
        }
    }

    /** A thread that dies of its task tells the handler after its pool has let it go. */
    private void awaitUncaught(int expected) throws InterruptedException {
        long deadline = System.nanoTime() + SECONDS.toNanos(PATIENCE_S);
        while (uncaught.get() < expected && System.nanoTime() - deadline < 0) {
            MILLISECONDS.sleep(1);
        }
        assertThat(uncaught).as("told to the uncaught handler, %s", where()).hasValue(expected);
    }

    private void check(boolean right, String wrong, StressTask task) {
        if (!right) {
            throw new AssertionError(wrong + ": " + task + ", " + where());
        }
    }

    private String where() {
        return "episode " + tally.episodes + ", end " + end + ", seed " + seed + ", " + executor;
    }
}
