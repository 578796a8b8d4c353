// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that waits for a future. In a pool whose own threads wait, somebody must take their place:
 * a {@link ForkJoinPool} is told through {@link ForkJoinPool#managedBlock}; a thread that is itself an
 * {@link Executor}, as the engine's workers are, is given the waiting as a section to run.
 */
final class Waiter extends Dependent implements ForkJoinPool.ManagedBlocker {
    /** So many that may have given up are swept: who polls leaves a waiter each time. */
    private static final int MANY = 32;

    private final AppFuture<?> future;
    private final Thread thread = Thread.currentThread();
    private final long deadline; // of System.nanoTime
    private final boolean isTimed;
    private final boolean isInterruptible;
    private boolean interrupted;
    private int below; // waiters right below it on the stack, roughly
    private volatile boolean hasGivenUp;

    private Waiter(AppFuture<?> future, long timeoutNs, boolean isInterruptible) {
        this.future = future;
        isTimed = timeoutNs > 0;
        deadline = System.nanoTime() + timeoutNs;
        this.isInterruptible = isInterruptible;
    }

    /** Waits; returns the outcome, or none after the timeout. 0: as long as it takes. */
    static Object await(AppFuture<?> future, long timeoutNs) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter waiter = new Waiter(future, timeoutNs, true);
        waiter.await();
        if (waiter.interrupted) {
            if (AppFuture.isOutcome(future.outcome())) {
                Thread.currentThread().interrupt();
            } else {
                throw new InterruptedException();
            }
        }
        return future.outcome();
    }

    static Object awaitUninterruptibly(AppFuture<?> future) {
        Waiter waiter = new Waiter(future, 0, false);
        waiter.await();
        if (waiter.interrupted) {
            Thread.currentThread().interrupt();
        }
        return future.outcome();
    }

    private void await() {
        if (!future.addDependent(this)) {
            return;
        }
        below = next instanceof Waiter other ? other.below + 1 : 0; // a hint: next may move on
        try {
            waitIn(this);
        } catch (InterruptedException e) {
            throw new AssertionError("block() does not throw it", e);
        }
        if (!future.isDone()) {
            hasGivenUp = true;
            if (below >= MANY) {
                Dependent left = future.sweep();
                if (left != null) {
                    Runners.of(future.flow()).now(left);
                }
            }
        }
    }

    @Override
    boolean hasGivenUp() {
        return hasGivenUp;
    }

    /** Blocks, with somebody in this thread's place if it is a pool's that knows how. */
    static void waitIn(ForkJoinPool.ManagedBlocker blocker) throws InterruptedException {
        Nest nest = Nest.current();
        if (nest.running != null) {
            nest.running.beforeWait(nest);
        }
        if (nest.thread instanceof Executor stand) {
            InterruptedException[] thrown = new InterruptedException[1];
            stand.execute(
                    () -> {
                        try {
                            blocker.block();
                        } catch (InterruptedException e) {
                            thrown[0] = e;
                        }
                    });
            if (thrown[0] != null) {
                throw thrown[0];
            }
        } else {
            try {
                ForkJoinPool.managedBlock(blocker);
            } catch (RejectedExecutionException noStandIn) {
                while (!blocker.block()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Override
    public boolean block() {
        while (!isReleasable()) {
            if (isTimed) {
                LockSupport.parkNanos(this, deadline - System.nanoTime());
            } else {
                LockSupport.park(this);
            }
            interrupted |= Thread.interrupted();
        }
        return true;
    }

    @Override
    public boolean isReleasable() {
        return future.isDone()
                || (interrupted && isInterruptible)
                || (isTimed && System.nanoTime() - deadline >= 0);
    }

    @Override
    void resolved(Runner runner) {
        LockSupport.unpark(thread);
    }

    @Override
    void failed(Throwable error, Runner runner) {
        LockSupport.unpark(thread);
    }
}
