// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.disruptor;

import static java.util.Objects.requireNonNull;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.PhasedBackoffWaitStrategy;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import io.teff.executors.crew.CrewExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An executor over one LMAX Disruptor: a ring with many producers, and for each worker a handler; each
 * task is taken by exactly one, in the order of submission. Any thread may call.
 *
 * <p>A full ring holds back who submits from outside until there is room; a worker that submits from
 * inside a task runs it at once, since nobody else might make room. Idle workers spin for some 20 us,
 * yield for as long again, and then park on the ring's condition.
 *
 * <p>Ends: a producer claims its slot, then reads the state; {@code shutdown} sets the state, then
 * workers look whether a slot is claimed and not taken. Both are volatile, so either the producer
 * sees the end, leaves its slot empty and is rejected, or the workers see the claim and wait for it.
 */
public final class DisruptorExecutor extends CrewExecutor {
    /** Slots of the ring, unless said otherwise. */
    public static final int DEFAULT_CAPACITY = 8192;

    private static final int MAX_CAPACITY = 1 << 24;
    private static final long SPIN_US = 20;
    private static final long WAIT_FOR_ROOM_NS = 20_000;
    private static final int TRIES_BEFORE_PARK = 200;

    private final TaskRing ring;
    private final SequenceBarrier barrier;
    private final int drainer;

    /** With {@link #DEFAULT_CAPACITY}. */
    public DisruptorExecutor(int workers) {
        this(workers, DEFAULT_CAPACITY);
    }

    /**
     * With a ring of {@code capacity} slots, a power of two.
     *
     * @throws IllegalArgumentException for fewer than one worker, or another capacity
     */
    public DisruptorExecutor(int workers, int capacity) {
        super("teff-disruptor-", workers);
        if (capacity < 1 || capacity > MAX_CAPACITY || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity must be a power of two, at most " + MAX_CAPACITY + ": " + capacity);
        }
        drainer = workers; // takers are the workers, and whoever is in shutdownNow
        ring =
                new TaskRing(
                        capacity,
                        workers + 1,
                        PhasedBackoffWaitStrategy.withLiteLock(
                                SPIN_US, SPIN_US, TimeUnit.MICROSECONDS));
        barrier = ring.newBarrier();
    }

    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        ensureStarted();
        if (offered(task)) {
            return;
        }
        if (currentWorker() >= 0) {
            runInside(task);
        } else {
            waitForRoom(task);
        }
    }

    /** False if the ring is full. */
    private boolean offered(Runnable task) {
        if (!isRunning()) {
            throw rejected(); // spares the ring the holes of those who come late
        }
        long sequence = ring.claim();
        if (sequence == TaskRing.FULL) {
            return false;
        }
        if (!isRunning()) { // after the claim: pairs with the workers' isEmpty
            ring.publish(sequence, null);
            throw rejected();
        }
        ring.publish(sequence, task);
        return true;
    }

    private void waitForRoom(Runnable task) {
        boolean interrupted = false;
        try {
            for (int tries = 1; !offered(task); tries++) {
                if (tries < TRIES_BEFORE_PARK) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, WAIT_FOR_ROOM_NS);
                    interrupted |= Thread.interrupted(); // or the park returns at once
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    protected void work(int worker) {
        for (boolean overflowFirst = true; !isStopped(); overflowFirst = !overflowFirst) {
            // In turns, so that neither keeps the other waiting.
            Runnable task = overflowFirst ? pollOverflow() : ring.take(worker);
            if (task == null) {
                task = overflowFirst ? ring.take(worker) : pollOverflow();
            }
            if (task != null) {
                run(task);
            } else if (isRunning()) {
                await();
            } else if (ring.isEmpty() && isOverflowEmpty()) { // after the state
                return;
            } else {
                Thread.onSpinWait(); // a producer has claimed, and is about to publish
            }
        }
    }

    private void await() {
        if (!isOverflowEmpty()) {
            return;
        }
        try {
            barrier.waitFor(ring.awaited());
        } catch (AlertException end) {
            // the state says which one
        } catch (InterruptedException meantForATask) {
            // which has ended; shutdownNow sets the state first
        } catch (TimeoutException e) {
            throw new IllegalStateException("this wait strategy has no timeout", e);
        }
    }

    @Override
    protected void wakeAll() {
        barrier.alert();
    }

    /** By a slot without a task; where the ring is full, nobody waits. */
    @Override
    protected void wakeOne() {
        long sequence = ring.claim();
        if (sequence != TaskRing.FULL) {
            ring.publish(sequence, null);
        }
    }

    @Override
    protected void drainTo(List<Runnable> tasks) {
        while (!ring.isEmpty()) {
            Runnable task = ring.take(drainer);
            if (task == null) {
                Thread.onSpinWait(); // claimed, about to be published
            } else {
                tasks.add(task);
            }
        }
    }
}
