// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Typed tasks in four columns, one for each part of a task: the ring of a lane, or what a worker has
 * copied out of one. Plain memory: {@link Submitter} says who may touch which slot when.
 *
 * <p>Columns, since most tasks of a lane differ in their number alone. What a slot holds already is
 * compared and not written again, so the lines of the other columns stay in the caches of producer and
 * worker both, and only the numbers cross from core to core, eight tasks in a line.
 */
final class LaneSlots {
    private static final int FEW = 8; // below it, four calls of arraycopy cost more than they save

    final Forkable[] tasks;
    final long[] as;
    final long[] bs;
    final Object[] refs;
    private final int mask;

    /** The capacity is a power of two. */
    LaneSlots(int capacity) {
        tasks = new Forkable[capacity];
        as = new long[capacity];
        bs = new long[capacity];
        refs = new Object[capacity];
        mask = capacity - 1;
    }

    /** The slot of a sequence number. */
    int index(long sequence) {
        return (int) sequence & mask;
    }

    void put(int i, Forkable task, long a, long b, Object ref) {
        if (tasks[i] != task) {
            tasks[i] = task;
        }
        as[i] = a;
        if (bs[i] != b) {
            bs[i] = b;
        }
        if (refs[i] != ref) {
            refs[i] = ref;
        }
    }

    /** Copies {@code n} tasks, the first of which has this number, to the first slots of others. */
    void copy(long first, int n, LaneSlots to) {
        int i = index(first);
        if (n < FEW) {
            for (int k = 0; k < n; k++) {
                to.put(k, tasks[i], as[i], bs[i], refs[i]);
                i = i + 1 & mask;
            }
            return;
        }
        int straight = Math.min(n, mask + 1 - i);
        copy(i, to, 0, straight);
        copy(0, to, straight, n - straight); // round the end of the ring
    }

    private void copy(int from, LaneSlots to, int at, int n) {
        if (n > 0) {
            System.arraycopy(tasks, from, to.tasks, at, n);
            System.arraycopy(as, from, to.as, at, n);
            System.arraycopy(bs, from, to.bs, at, n);
            System.arraycopy(refs, from, to.refs, at, n);
        }
    }
}
