// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.crew;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An executor of a fixed number of daemon threads, without the way on which tasks reach them.
 *
 * <p>Threads start with the first task. Futures are the JDK's: {@code submit} makes a {@link
 * java.util.concurrent.FutureTask}, so a task that waits for another one blocks its worker. What
 * {@code execute} throws goes to the worker's uncaught handler, and no task ends a worker.
 *
 * <p>Nesting: where its queues are full, a worker runs what it submits at once, on its own stack, so
 * that workers never wait for room that only they could make. From a depth of 64 such tasks on they
 * go to the overflow, an unbounded queue, so that no stack overflows.
 *
 * <pre>
 * STATE     SET BY           MEANS
 * RUNNING   -                tasks are accepted
 * SHUTDOWN  shutdown         what was accepted is run, nothing else is accepted
 * STOP      shutdownNow      no task is begun any more; who began is interrupted
 * </pre>
 *
 * The state only grows, under the lock, and is volatile for all who read it without. {@code
 * terminated} opens when the last worker has ended, or at once if none was started.
 */
public abstract class CrewExecutor extends AbstractExecutorService {
    private static final int RUNNING = 0;
    private static final int SHUTDOWN = 1;
    private static final int STOP = 2;
    private static final int MAX_DEPTH = 64;

    private final String prefix;
    private final Member[] members;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Runnable> overflow = new ConcurrentLinkedQueue<>();

    private volatile int state = RUNNING;
    private volatile boolean started;
    private int alive; // under the lock

    /** Of {@code workers} threads, named {@code prefix} and a number from 0. None is started yet. */
    protected CrewExecutor(String prefix, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1: " + workers);
        }
        this.prefix = prefix;
        this.members = new Member[workers];
    }

    /** Takes tasks and gives them to {@link #run}, until it is time to end. On a worker's thread. */
    protected abstract void work(int worker);

    /** Lets every worker that waits for tasks look at the state. Any thread. */
    protected abstract void wakeAll();

    /** Lets a worker that waits for tasks, if there is one, look at the overflow. Any thread. */
    protected abstract void wakeOne();

    /**
     * Takes out all that was accepted and not begun; called after STOP, by one thread at a time.
     * Must wait for whoever is about to put a task in, or see to it that this one is rejected.
     */
    protected abstract void drainTo(List<Runnable> tasks);

    /** Whether tasks are accepted. */
    protected final boolean isRunning() {
        return state == RUNNING;
    }

    /** Whether no task may be begun any more. */
    protected final boolean isStopped() {
        return state == STOP;
    }

    /** How many workers there are, started or not. */
    protected final int workers() {
        return members.length;
    }

    /** Starts the workers, unless that was done. Any thread. */
    protected final void ensureStarted() {
        if (!started) {
            underLock(() -> {});
        }
    }

    /** Starts the workers if need be, then runs {@code step}; both under the lock. */
    protected final void underLock(Runnable step) {
        lock.lock();
        try {
            if (state != RUNNING) {
                throw rejected();
            }
            if (!started) {
                start();
            }
            step.run();
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        started = true; // before any of them, so that shutdown counts on their end
        alive = members.length;
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member(i);
        }
        int running = 0;
        try {
            for (Member member : members) {
                member.start();
                running++;
            }
        } finally {
            if (running < members.length) { // no memory for a thread: those that run must end
                state = STOP;
                ended(members.length - running);
                wakeAll();
            }
        }
    }

    /** The number of the calling worker, or -1 if the caller is no worker of this executor. */
    protected final int currentWorker() {
        return Thread.currentThread() instanceof Member member && member.crew() == this
                ? member.number
                : -1;
    }

    /** The thread of a started worker. */
    protected final Thread thread(int worker) {
        return members[worker];
    }

    /** Runs one task on the calling worker; never throws. */
    protected final void run(Runnable task) {
        if (Thread.interrupted() && isStopped()) {
            Thread.currentThread().interrupt(); // it was meant for whatever runs after STOP
        }
        runGuarded(task);
    }

    /** Runs, on the calling worker and inside its task, one that no queue has room for. */
    protected final void runInside(Runnable task) {
        Member member = (Member) Thread.currentThread();
        if (member.depth >= MAX_DEPTH) {
            overflow.add(task);
            if (isStopped() && overflow.remove(task)) { // came after the drain: see drainTo
                throw rejected();
            }
            wakeOne();
            return;
        }
        boolean interrupted = Thread.interrupted(); // that of the task around this one
        member.depth++;
        runGuarded(task);
        member.depth--;
        if (interrupted) {
            member.interrupt();
        }
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            } catch (Throwable ofTheHandler) {
                // As the JVM does with a handler that throws: there is nobody left to tell.
            }
        }
    }

    /** A task of the overflow, or null. Workers ask before they look elsewhere. */
    protected final Runnable pollOverflow() {
        return overflow.isEmpty() || isStopped() ? null : overflow.poll();
    }

    /** Whether the overflow holds no task. */
    protected final boolean isOverflowEmpty() {
        return overflow.isEmpty();
    }

    /** What a task is refused with. */
    protected final RejectedExecutionException rejected() {
        return new RejectedExecutionException(prefix + "executor was shut down");
    }

    @Override
    public final void shutdown() {
        lock.lock();
        try {
            raise(SHUTDOWN);
        } finally {
            lock.unlock();
        }
        wakeAll();
    }

    @Override
    public final List<Runnable> shutdownNow() {
        List<Runnable> tasks = new ArrayList<>();
        lock.lock();
        try {
            raise(STOP);
            if (started) {
                for (Member member : members) {
                    member.interrupt();
                }
                wakeAll();
                drainTo(tasks);
                for (Runnable task; (task = overflow.poll()) != null; ) {
                    tasks.add(task);
                }
            }
        } finally {
            lock.unlock();
        }
        return tasks;
    }

    private void raise(int to) {
        state = Math.max(state, to);
        if (!started) {
            terminated.countDown();
        }
    }

    private void ended(int workers) {
        lock.lock();
        try {
            alive -= workers;
            if (alive == 0) {
                state = Math.max(state, SHUTDOWN); // also if they ended of an error in here
                terminated.countDown();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean isShutdown() {
        return state != RUNNING;
    }

    @Override
    public final boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public final boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    @Override
    public String toString() {
        String now = isTerminated() ? "terminated" : isRunning() ? "running" : "shutting down";
        return getClass().getSimpleName() + "[" + members.length + " workers, " + now + "]";
    }

    /** One worker's thread. */
    private final class Member extends Thread {
        private final int number;
        private int depth; // tasks run inside tasks; this thread only

        Member(int number) {
            super(prefix + number);
            this.number = number;
            setDaemon(true);
        }

        CrewExecutor crew() {
            return CrewExecutor.this;
        }

        @Override
        public void run() {
            try {
                work(number);
            } finally {
                ended(1);
            }
        }
    }
}
