// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.disruptor;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

/**
 * A multi-producer Disruptor ring of tasks, each of which is taken by exactly one of several workers.
 *
 * <pre>
 * FIELD     WRITTEN BY                HOW             READ BY
 * cursor    producers                 CAS (claim)     takers and closers: volatile
 * slot.task producer, then its taker  plain           after the slot is published; before the gate
 * taken     takers                    CAS, upwards    everyone: volatile
 * holds[i]  taker i                   volatile        the gate: volatile
 * </pre>
 *
 * Disruptor 4 has no WorkerPool. This is what that did, a work sequence claimed by compare-and-set,
 * with two differences: a sequence is claimed only once its task is published, so that an idle
 * worker owns nothing; and a slot is given back before its task runs, so that a long task does not
 * stop the ring. The simpler way, worker i takes the sequences that are i modulo the workers, leaves
 * a task behind a long one although other workers are idle.
 *
 * <p>The race: a taker has claimed slot s and not read it yet, while a producer comes round the ring
 * to it. Before its claim the taker writes {@code holds = s - 1}; the gate reads {@code taken} first,
 * the holds second. All are volatile: if the gate's {@code taken} includes s, the claim came before,
 * the hold before that, and the gate sees it. A hold that is too old only keeps producers waiting.
 *
 * <p>Progress: lock-free for takers and {@link #claim}. Checked by TaskRingStress.
 */
final class TaskRing {
    /** What {@link #claim} returns when the ring is full. */
    static final long FULL = -1;

    private static final long NOTHING_HELD = Long.MAX_VALUE;

    private final RingBuffer<Slot> ring;
    private final Sequence taken = new Sequence();
    private final Sequence[] holds;

    /** For {@code takers} threads that take, each with its number from 0. */
    TaskRing(int capacity, int takers, WaitStrategy waiting) {
        ring = RingBuffer.createMultiProducer(Slot::new, capacity, waiting);
        holds = new Sequence[takers];
        for (int i = 0; i < takers; i++) {
            holds[i] = new Sequence(NOTHING_HELD);
        }
        ring.addGatingSequences(new Gate(taken, holds));
    }

    /** One place of the ring. */
    private static final class Slot {
        private Runnable task;
    }

    /** Up to where producers may overwrite slots. */
    private static final class Gate extends Sequence {
        private final Sequence taken;
        private final Sequence[] holds;

        Gate(Sequence taken, Sequence[] holds) {
            this.taken = taken;
            this.holds = holds;
        }

        @Override
        public long get() {
            long free = taken.get(); // before the holds: see the race above
            for (Sequence hold : holds) {
                free = Math.min(free, hold.get());
            }
            return free;
        }
    }

    /** Claims a slot: its number, or FULL. Must be followed by {@link #publish}. Any thread. */
    long claim() {
        if (!ring.hasAvailableCapacity(1)) {
            return FULL; // usually found here, without the exception
        }
        try {
            return ring.tryNext();
        } catch (InsufficientCapacityException full) {
            return FULL;
        }
    }

    /** Fills a claimed slot, by null if there is to be no task after all, and wakes takers. */
    void publish(long sequence, Runnable task) {
        ring.get(sequence).task = task; // pairs with take, through the slot's published flag
        ring.publish(sequence);
    }

    /** The oldest task, or null if none is published. By the thread that is {@code taker}. */
    Runnable take(int taker) {
        Sequence hold = holds[taker];
        for (; ; ) {
            long last = taken.get();
            long next = last + 1;
            if (!ring.isAvailable(next)) {
                return null;
            }
            hold.setVolatile(last); // pairs with the gate's read, through the CAS of taken
            boolean mine = taken.compareAndSet(last, next);
            Runnable task = mine ? emptied(ring.get(next)) : null;
            hold.set(NOTHING_HELD); // release: the slot is read and empty
            if (task != null) {
                return task;
            }
        }
    }

    private static Runnable emptied(Slot slot) {
        Runnable task = slot.task;
        slot.task = null;
        return task;
    }

    /** Whether every slot that was claimed so far has been taken. Any thread. */
    boolean isEmpty() {
        return taken.get() == ring.getCursor();
    }

    /** What takers wait with for the slot {@link #awaited}. */
    SequenceBarrier newBarrier() {
        return ring.newBarrier();
    }

    /** The slot that is taken next. */
    long awaited() {
        return taken.get() + 1;
    }
}
