// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * A column of the matrix: the queues from which one worker takes. Its own row's queue is the master,
 * all others are auxiliary.
 *
 * <p>{@link #offer} belongs to the row's producer, {@link #take} to whoever has the {@link #turn};
 * {@link #isEmpty} and {@link #size} are for any thread. A queue is made by its producer when first
 * needed and published by a release that pairs with the takers' acquire; it is never replaced.
 * Within one queue tasks keep their order, and between queues there is none.
 */
final class Column {
    private static final int SKIP_MASTER = 31; // one time in 32

    /** Who may take. */
    final Turn turn = new Turn();

    private final int master;
    private final int capacity;
    private final AtomicReferenceArray<SpscVarHandleArrayQueue<Runnable>> queues;
    private int last; // where the last task came from; under the turn
    private int takes; // under the turn

    /** Of the worker {@code master}; queues hold {@code capacity} tasks, a power of two. */
    Column(int master, int rows, int capacity) {
        this.master = master;
        this.capacity = capacity;
        this.queues = new AtomicReferenceArray<>(rows);
    }

    /** False if that queue is full. By the producer of {@code row} only. */
    boolean offer(int row, Runnable task) {
        SpscVarHandleArrayQueue<Runnable> queue = queues.getPlain(row); // its own, once made
        if (queue == null) {
            queue = new SpscVarHandleArrayQueue<>(capacity);
            queues.setRelease(row, queue); // pairs with the acquires below
        }
        return queue.offer(task);
    }

    /**
     * A task of the master queue, else of the next auxiliary one that has any, else null. Now and
     * then the master queue is not asked first, or tasks that submit themselves again and again
     * would keep all others waiting.
     */
    Runnable take() {
        Runnable task = (++takes & SKIP_MASTER) == 0 ? null : poll(master);
        if (task != null) {
            return task;
        }
        int n = queues.length();
        int row = last;
        for (int i = 0; i < n; i++) {
            row = row + 1 == n ? 0 : row + 1;
            task = poll(row);
            if (task != null) {
                last = row;
                return task;
            }
        }
        return null;
    }

    /** Whether the next offer to that queue would fail. By the producer of {@code row} only. */
    boolean isFull(int row) {
        SpscVarHandleArrayQueue<Runnable> queue = queues.getPlain(row);
        return queue != null && queue.size() >= capacity;
    }

    private Runnable poll(int row) {
        SpscVarHandleArrayQueue<Runnable> queue = queues.getAcquire(row); // pairs with offer
        return queue == null ? null : queue.relaxedPoll();
    }

    /** Takes everything. */
    void drainTo(List<Runnable> tasks) {
        for (Runnable task; (task = take()) != null; ) {
            tasks.add(task);
        }
    }

    /** How many tasks there are, about. */
    int size() {
        int size = 0;
        for (int row = 0; row < queues.length(); row++) {
            SpscVarHandleArrayQueue<Runnable> queue = queues.getAcquire(row); // pairs with offer
            size += queue == null ? 0 : queue.size();
        }
        return size;
    }

    /** Whether every queue was empty when it was looked at. */
    boolean isEmpty() {
        for (int row = 0; row < queues.length(); row++) {
            SpscVarHandleArrayQueue<Runnable> queue = queues.getAcquire(row); // pairs with offer
            if (queue != null && !queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
