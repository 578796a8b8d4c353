// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.RemoteFailure;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The future of one task.
 *
 * <pre>
 * place   LOCAL -> SENT      the sender, when it puts the task into a message
 *         LOCAL -> WITHDRAWN whoever cancels it or takes it back before that
 *         SENT -> LOCAL      the executor, when it was stopped for its memory and is to run once
 *                            more; else never: what was sent is answered, or lost
 * </pre>
 *
 * A cancel of a task that was sent waits for the answer from where the task is, so that afterwards
 * it has begun or never will, as {@link java.util.concurrent.Future#cancel} demands. Thread-safe.
 */
final class HtexTask<T> extends CompletableFuture<T> implements RunnableFuture<T> {
    static final int LOCAL = 0;
    static final int SENT = 1;
    static final int WITHDRAWN = 2;

    final long id;
    final int priority;
    final Object body;
    private final boolean isCallable;
    final boolean isExecuted; // by execute: nobody holds the future
    final byte[] payload;
    private final HtexExecutor executor;
    private final T value; // for Runnables: their value does not travel
    private final AtomicInteger place = new AtomicInteger(LOCAL);
    private final CountDownLatch answered = new CountDownLatch(1);
    volatile boolean wasDropped; // written before answered opens
    volatile boolean isToStop; // shutdownNow has asked where it is
    volatile Demand demand = Demand.PLAIN; // written before the task goes into the queue
    volatile String app = ""; // for its usage; written with demand
    volatile Usage usage; // null: not measured

    HtexTask(
            HtexExecutor executor,
            long id,
            int priority,
            Object body,
            T value,
            byte[] payload,
            boolean isCallable,
            boolean isExecuted) {
        this.executor = executor;
        this.id = id;
        this.priority = priority;
        this.body = body;
        this.value = value;
        this.payload = payload;
        this.isCallable = isCallable;
        this.isExecuted = isExecuted;
    }

    boolean isOf(HtexExecutor executor) {
        return this.executor == executor;
    }

    boolean toSent() {
        return place.compareAndSet(LOCAL, SENT);
    }

    boolean withdraw() {
        return place.compareAndSet(LOCAL, WITHDRAWN);
    }

    /** It was stopped, and is to be sent once more. */
    void toLocal() {
        place.set(LOCAL);
    }

    boolean isSent() {
        return place.get() == SENT;
    }

    /** The place where the task is has answered a cancel, or the task has ended. */
    void answer(boolean dropped) {
        wasDropped = dropped;
        answered.countDown();
    }

    /** Waits for {@link #answer}, keeps an interrupt for later; false: none came in time. */
    boolean awaitAnswer(long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return answered.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean cancel(boolean interrupt) {
        if (!super.cancel(interrupt)) {
            return false;
        }
        executor.cancelled(this, interrupt);
        return true;
    }

    /** The value as it came, or the one that was named with the Runnable. */
    @SuppressWarnings("unchecked") // the task's own body made it
    void succeed(Object remote) {
        complete(isCallable ? (T) remote : value);
    }

    /** Runs the body here: for those who got the task back from shutdownNow. */
    @Override
    public void run() {
        if (isDone()) {
            return;
        }
        try {
            if (isCallable) {
                succeed(((Callable<?>) body).call());
            } else {
                ((Runnable) body).run();
                succeed(null);
            }
        } catch (Throwable t) { // it is the task's
            completeExceptionally(t);
        }
    }

    @Override
    public boolean isCancelled() {
        return super.isCancelled();
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>(); // what hangs on a task is no task
    }

    /** A failure that looks like a cancel to CompletableFuture would be taken for one. */
    void fail(Throwable thrown) {
        completeExceptionally(
                thrown instanceof CancellationException
                        ? new RemoteFailure(thrown.toString(), "")
                        : thrown);
    }
}
