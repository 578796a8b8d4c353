// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.Engine;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The future of a call that may run on any rank. Who waits for it in {@code get} or {@code join} does what
 * the ranks need meanwhile: a worker runs other tasks, any other thread looks for messages itself for a
 * moment before it sleeps.
 */
abstract class RemoteCall<T> extends CompletableFuture<T> implements Receiver, Runnable {
    private static final int SPINS = 2_000;
    private static final int YIELDS = 50;

    private static final long LONGEST_NAP_NS =
            10_000_000; // some of CompletableFuture's ways are silent

    final Driver driver;
    private volatile Queue<Thread> waiting; // made by the first that sleeps

    RemoteCall(Driver driver) {
        this.driver = driver;
    }

    /** Runs it on this thread. */
    @Override
    public abstract void run();

    /** Sends it to a rank; false if there is no room now, or that rank is lost. */
    abstract boolean send(Peer to);

    /** Has it run by the engine of this rank. */
    void runHere() {
        driver.hand(this);
    }

    @Override
    public void failed(long tag, Throwable error) {
        completeExceptionally(error);
    }

    @Override
    public void thrown(long tag, int function, byte[] failure) {
        completeExceptionally(driver.serving().failure(function, failure));
    }

    @Override
    public void returned(long tag, long value) {
        failed(tag, new IllegalStateException("a number for a call that returns none: " + value));
    }

    @Override
    public void returned(long tag, byte[] value) {
        failed(
                tag,
                new IllegalStateException(
                        value.length + " bytes for a call that returns a number"));
    }

    @Override
    public boolean isPlain() {
        return getNumberOfDependents() == 0;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>(); // what follows is no call
    }

    // Waiting

    @Override
    public T get() throws InterruptedException, ExecutionException {
        if (!isDone()) {
            await(Long.MAX_VALUE);
        }
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long timeoutNs = unit.toNanos(timeout); // first, so that a null unit is refused in any case
        if (!isDone() && timeoutNs > 0) {
            await(timeoutNs);
        }
        return super.get(0, TimeUnit.NANOSECONDS);
    }

    @Override
    public T join() {
        boolean interrupted = false;
        while (!isDone()) {
            try {
                await(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return super.join();
    }

    private void await(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        driver.flush();
        int rounds = 0;
        while (!isDone() && (nanos == Long.MAX_VALUE || System.nanoTime() - start < nanos)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (driver.help()) {
                rounds = 0;
            } else if (rounds++ < SPINS) {
                Thread.onSpinWait();
            } else if (rounds < SPINS + YIELDS) {
                Thread.yield();
            } else {
                Engine.blocking(() -> sleep(start, nanos));
                return;
            }
        }
    }

    private Void sleep(long start, long nanos) throws InterruptedException {
        Queue<Thread> sleepers = sleepers();
        sleepers.add(Thread.currentThread());
        try {
            long left;
            while (!isDone() && (left = nanos - (System.nanoTime() - start)) > 0) {
                LockSupport.parkNanos(this, Math.min(left, LONGEST_NAP_NS));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            sleepers.remove(Thread.currentThread());
        }
        return null;
    }

    private synchronized Queue<Thread> sleepers() {
        if (waiting == null) {
            waiting = new ConcurrentLinkedQueue<>();
        }
        return waiting;
    }

    /** It is done; pairs with sleep, which adds itself first and then asks whether it is. */
    private void wake() {
        Queue<Thread> sleepers = waiting;
        if (sleepers != null) {
            sleepers.forEach(LockSupport::unpark);
        }
    }

    @Override
    public boolean complete(T value) {
        boolean first = super.complete(value);
        wake();
        return first;
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        boolean first = super.completeExceptionally(error);
        wake();
        return first;
    }

    @Override
    public boolean cancel(boolean interrupt) {
        boolean isCancelled = super.cancel(interrupt);
        wake();
        return isCancelled;
    }
}
