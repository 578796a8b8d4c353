// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A flow as an {@link java.util.concurrent.ExecutorService}: what it is given are tasks of an app of
 * the flow. Shutting it down leaves the flow and its executors as they are. Parsl's pool facade.
 *
 * <p>Each task is an {@link Entry}, {@code NEW -> RUNNING} by the thread that runs it or {@code NEW
 * -> TAKEN} by shutdownNow, by CAS. {@code open} counts tasks that were accepted and have not ended,
 * plus one until shutdown; who brings it to 0 opens the latch.
 */
final class FlowPool extends AbstractExecutorService {
    private static final int NEW = 0;
    private static final int RUNNING = 1;
    private static final int TAKEN = 2;

    private final App1<Entry, Void> app;
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final AtomicLong open = new AtomicLong(1);
    private final CountDownLatch terminated = new CountDownLatch(1);
    private long accepted; // guarded by this
    private volatile boolean shutdown; // moves under the lock of this
    private volatile boolean stopping;

    FlowPool(Flow flow, String name) {
        app =
                flow.app(
                        name,
                        (Entry entry) -> {
                            entry.run();
                            return null;
                        });
    }

    private final class Entry {
        private final long number; // in the order in which they were accepted
        private final AtomicInteger state = new AtomicInteger(NEW);
        private final Runnable task;
        private volatile Thread thread; // while it runs; guarded by this for interrupts

        Entry(Runnable task, long number) {
            this.task = task;
            this.number = number;
        }

        void run() {
            if (!state.compareAndSet(NEW, RUNNING)) {
                return;
            }
            synchronized (this) {
                thread = Thread.currentThread();
                if (stopping) {
                    thread.interrupt();
                }
            }
            try {
                task.run();
            } catch (Throwable t) { // of execute: submit keeps its own
                Thread here = Thread.currentThread();
                here.getUncaughtExceptionHandler().uncaughtException(here, t);
            } finally {
                synchronized (this) {
                    thread = null;
                    if (stopping) {
                        Thread.interrupted(); // it was meant for this task
                    }
                }
                entries.remove(this);
                ended();
            }
        }

        /** Takes it back; false if it has begun, or was taken. */
        boolean take() {
            if (!state.compareAndSet(NEW, TAKEN)) {
                return false;
            }
            entries.remove(this);
            ended();
            return true;
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        Entry entry;
        synchronized (this) {
            if (shutdown) {
                throw new RejectedExecutionException(
                        "task " + task + " rejected: " + app.name() + " is shut down");
            }
            open.getAndIncrement();
            entry = new Entry(task, accepted++);
            entries.add(entry);
        }
        AppFuture<Void> future;
        try {
            future = app.call(entry);
        } catch (Throwable t) {
            if (!entry.take()) {
                throw new IllegalStateException("a task that was refused has run", t);
            }
            throw t;
        }
        future.whenEnded(
                runner -> {
                    if (future.isFailed()) { // it never ran: its executor or its flow refused it
                        entry.take();
                    }
                });
        if (future.isFailed() && entry.state.get() == TAKEN && !stopping) {
            throw new RejectedExecutionException("task " + task + " rejected", future.failure());
        }
    }

    private void ended() {
        if (open.decrementAndGet() == 0) {
            terminated.countDown();
        }
    }

    @Override
    public void shutdown() {
        synchronized (this) {
            if (shutdown) {
                return;
            }
            shutdown = true;
        }
        ended();
    }

    @Override
    public List<Runnable> shutdownNow() {
        stopping = true;
        shutdown();
        List<Runnable> never = new ArrayList<>();
        List<Entry> all = new ArrayList<>(entries);
        all.sort(Comparator.comparingLong(entry -> entry.number));
        for (Entry entry : all) { // first, since who is interrupted may begin the next
            if (entry.take()) {
                never.add(entry.task);
            }
        }
        all.forEach(Entry::interrupt);
        return never;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    @Override
    public String toString() {
        return "pool " + app.name() + " of " + app.flow();
    }
}
