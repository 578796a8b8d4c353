// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Work-stealing deque of detached tasks: its owner pushes and pops at the bottom, thieves take from
 * the top.
 *
 * <pre>
 * FIELD    WRITTEN BY         HOW                      READ BY
 * bottom   owner              push release,            thieves: volatile
 *                             pop volatile
 * top      owner and thieves  CAS, only upwards        everyone: volatile
 * slots[]  owner              plain, before bottom     thieves: plain, between bottom and the CAS
 * slots    owner, on growth   release                  thieves: acquire, after bottom
 * swept    owner              plain                    owner
 * </pre>
 * Invariants: tasks live in [top, bottom); top never decreases; the owner reuses slot i only once
 * top has passed i.
 *
 * <p>The race: pop and steal want the last task. pop writes bottom, then reads top; steal reads top,
 * then bottom. All four are volatile, so one side sees the other, and the CAS on top decides. A task
 * that was alone from the start, as the next link of a chain is, the owner takes as a thief would: by
 * that CAS, and without the fence between bottom and top.
 *
 * <p>A stolen slot keeps its task reachable until the owner overwrites it or, when it goes idle,
 * sweeps it. A thief never writes a slot: its late null could erase the owner's next push.
 *
 * <p>Progress: push wait-free unless it grows; pop wait-free; steal lock-free, returns {@link #LOST}
 * when beaten. Source: Chase and Lev 2005; Lê et al. 2013. Checked by TaskDequeStress.
 */
final class TaskDeque extends Pads.DequeFields {
    /** What steal returns when another thread was faster: there may be more to take. */
    static final Runnable LOST = () -> {};

    /** What {@link #lone()} says of a deque with more than one task. */
    static final long MANY = -1;

    private static final VarHandle BOTTOM =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "bottom",
                    VarHandle.class,
                    Pads.DequeBottom.class,
                    long.class);
    private static final VarHandle TOP =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "top",
                    VarHandle.class,
                    Pads.DequeTop.class,
                    long.class);
    private static final VarHandle SLOTS =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "slots",
                    VarHandle.class,
                    Pads.DequeBottom.class,
                    Object[].class);

    private final int maxCapacity;

    /** Both capacities are powers of two. */
    TaskDeque(int capacity, int maxCapacity) {
        this.maxCapacity = maxCapacity;
        slots = new Object[capacity];
    }

    /** Owner only. False when the deque holds its maximum. */
    boolean push(Runnable task) {
        long b = bottom;
        Object[] s = slots;
        if (b - topVolatile() >= s.length) {
            s = grow(b);
            if (s == null) {
                return false;
            }
        }
        s[(int) b & (s.length - 1)] = task;
        setBottomRelease(b + 1); // pairs with steal's read of bottom: the slot is seen first
        return true;
    }

    /**
     * Owner only: moves tasks here from a ring, whose length is a power of two and which they leave, as
     * far as there is room without growing.
     *
     * @param from index of the first, before it is taken modulo the length
     * @return how many
     */
    int pushAll(Object[] ring, long from, int count) {
        long b = bottom;
        Object[] s = slots;
        int n = (int) Math.min(count, s.length - (b - topVolatile()));
        for (int k = 0; k < n; k++) {
            int i = (int) (from + k) & (ring.length - 1);
            s[(int) (b + k) & (s.length - 1)] = ring[i];
            ring[i] = null;
        }
        setBottomRelease(b + n); // as in push
        return n;
    }

    /** Owner only: the newest task, or null. */
    Runnable pop() {
        long b = bottom - 1;
        long seen = topVolatile();
        if (seen > b) {
            return null; // only the owner pushes, so empty stays empty; saves the fence below
        }
        Object[] s = slots;
        if (seen == b) {
            return popLone(s, b);
        }
        setBottomVolatile(b); // before top is read: pairs with steal's top, then bottom
        long t = topVolatile();
        if (t < b) {
            int slot = (int) b & (s.length - 1);
            Runnable task = (Runnable) s[slot];
            s[slot] = null;
            return task;
        }
        Runnable last = t == b ? popLone(s, b) : null;
        setBottomRelease(b + 1);
        return last;
    }

    /** Takes the only task, at this index, from the top; null if a thief was faster. */
    private Runnable popLone(Object[] s, long b) {
        if (!casTop(b, b + 1)) {
            return null;
        }
        int slot = (int) b & (s.length - 1);
        Runnable task = (Runnable) s[slot];
        s[slot] = null;
        return task;
    }

    /** Any thread: the oldest task, null when there is none, {@link #LOST} when beaten to it. */
    Runnable steal() {
        long t = topVolatile();
        long b = bottomVolatile(); // after top: pairs with pop's bottom, then top
        if (t >= b) {
            return null;
        }
        Object[] s = slotsAcquire(); // after bottom: at least the array that task b - 1 went into
        Runnable task = (Runnable) s[(int) t & (s.length - 1)];
        return casTop(t, t + 1) ? task : LOST;
    }

    /** Any thread: how many tasks were ever taken from the top; it stands still while nobody takes. */
    long top() {
        return topVolatile();
    }

    /**
     * Any thread: a stamp of the one task in here, 0 when there is none, {@link #MANY} when there are
     * more. A thief that sees the same stamp twice knows that the owner has not come to it meanwhile.
     */
    long lone() {
        long t = topVolatile();
        long n = bottomVolatile() - t;
        return n <= 0 ? 0 : n > 1 ? MANY : t + 1;
    }

    /** Any thread, and only a moment's truth. */
    boolean isEmpty() {
        long t = topVolatile();
        return bottomVolatile() <= t;
    }

    /** Any thread, and only a moment's truth. */
    int size() {
        long t = topVolatile();
        return (int) Math.max(0, bottomVolatile() - t);
    }

    /** Owner only, of an empty deque: lets go of stolen tasks whose slots still hold them. */
    void sweep() {
        long t = topVolatile();
        Object[] s = slots;
        for (long i = Math.max(swept, t - s.length); i < t; i++) {
            s[(int) i & (s.length - 1)] = null; // i < top: no thief's CAS on it can succeed
        }
        swept = t;
    }

    private Object[] grow(long b) {
        Object[] old = slots;
        if (old.length >= maxCapacity) {
            return null;
        }
        Object[] grown = new Object[old.length * 2];
        for (long i = topVolatile(); i < b; i++) {
            grown[(int) i & (grown.length - 1)] = old[(int) i & (old.length - 1)];
        }
        setSlotsRelease(grown); // pairs with steal's slotsAcquire
        return grown;
    }

    private long topVolatile() {
        return (long) TOP.getVolatile(this);
    }

    private boolean casTop(long expected, long update) {
        return TOP.compareAndSet(this, expected, update);
    }

    private long bottomVolatile() {
        return (long) BOTTOM.getVolatile(this);
    }

    private void setBottomVolatile(long value) {
        BOTTOM.setVolatile(this, value);
    }

    private void setBottomRelease(long value) {
        BOTTOM.setRelease(this, value);
    }

    private Object[] slotsAcquire() {
        return (Object[]) SLOTS.getAcquire(this);
    }

    private void setSlotsRelease(Object[] value) {
        SLOTS.setRelease(this, value);
    }
}
