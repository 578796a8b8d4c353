// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Bounded ring of tasks from outside: any thread offers, and whichever worker holds the drain flag
 * takes. No worker owns it, so nothing waits in it behind a busy one.
 *
 * <pre>
 * FIELD     WRITTEN BY              HOW                     READ BY
 * tail      producers               CAS                     everyone: volatile
 *           closer                  CLOSED, by atomic or
 * limit     a producer, when full   release                 producers: acquire
 * stampAt   a producer, when due    plain: a hint           producers
 * slots[]   producer                plain, after tail       drainer: acquire
 *           drainer (null)          plain, before head      producers: after head
 * head      drainer                 release                 everyone: volatile
 * draining  drainers                CAS 0 to 1, release 0   drainers
 * </pre>
 * Invariants: a slot in [head, tail) is claimed, and full once it is not null; producers claim only
 * below limit, and limit is never above head + capacity; while CLOSED no claim succeeds.
 *
 * <p>Falling asleep: a producer claims (a full fence), fills, then reads whether anybody sleeps. A
 * worker says that it sleeps (a full fence), then reads {@link #isEmpty()}, which compares claims and
 * not filled slots. So one of the two sees the other, and no further fence is needed.
 *
 * <p>Why not a Disruptor multi-producer ring: that keeps the task in an event object and its state
 * in a second array, so three lines cross from core to core where this has one. Measured with one
 * producer and one drainer it passes two to four times as many tasks ({@code teff bench submit} has
 * the Disruptor beside it). The lanes, typed and with one producer each, are Disruptor rings.
 *
 * <p>Progress: offer lock-free; drain never waits, a producer that stalls between claim and fill
 * hides only what came after it in the same ring. Checked by InboxStress.
 */
final class Inbox extends Pads.InboxFields {
    private static final VarHandle TAIL =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "tail",
                    VarHandle.class,
                    Pads.InboxTail.class,
                    long.class);
    private static final VarHandle LIMIT =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "limit",
                    VarHandle.class,
                    Pads.InboxLimit.class,
                    long.class);
    private static final VarHandle HEAD =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "head",
                    VarHandle.class,
                    Pads.InboxHead.class,
                    long.class);
    private static final VarHandle DRAINING =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "draining",
                    VarHandle.class,
                    Pads.InboxHead.class,
                    int.class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    /** Set in tail by close; far above any limit, so the full check sees it for nothing. */
    private static final long CLOSED = 1L << 62;

    /** Whether a producer that waits for room can go on. Made once: no garbage. */
    final BooleanSupplier roomOrClosed = () -> isClosed() || hasRoom();

    private final Object[] slots;
    private final int mask;
    private final int every; // which task is stamped
    private final Stamp stamp; // null: none is

    /** Puts the time of its submission on a task. */
    interface Stamp {
        Runnable on(Runnable task, long submittedNs);
    }

    /** The capacity is a power of two. */
    Inbox(int capacity) {
        this(capacity, 1, null);
    }

    /** Every so many tasks get a stamp, about: producers race for it. */
    Inbox(int capacity, int every, Stamp stamp) {
        slots = new Object[capacity];
        mask = capacity - 1;
        limit = capacity;
        this.every = every;
        this.stamp = stamp;
        stampAt = stamp == null ? Long.MAX_VALUE : every - 1;
    }

    /** Any thread. False when the ring is full or closed. */
    boolean offer(Runnable task) {
        return offer(task, 0);
    }

    /** The same; {@code sinceNs} is when it was submitted, or 0 for now. */
    boolean offer(Runnable task, long sinceNs) {
        Runnable accepted = task;
        long t;
        VarHandle.releaseFence(); // what made the task, before the store into its slot
        do {
            t = tailVolatile();
            if (t >= limitAcquire() && !raiseLimit(t)) {
                return false;
            }
            if (t >= stampAt) {
                accepted = stamped(t, task, sinceNs);
            }
        } while (!casTail(t, t + 1));
        slots[(int) t & mask] =
                accepted; // no call here: a StackOverflowError would leave the slot empty
        return true;
    }

    private Runnable stamped(long t, Runnable task, long sinceNs) {
        stampAt = t + every;
        Runnable accepted = stamp.on(task, sinceNs == 0 ? System.nanoTime() : sinceNs);
        VarHandle.releaseFence(); // as in offer
        return accepted;
    }

    /** Producers: how many tasks came since one of them last woke somebody. Racy, a hint. */
    int countSkipped() {
        return ++skipped;
    }

    void clearSkipped() {
        skipped = 0;
    }

    private boolean raiseLimit(long t) {
        long raised = headVolatile() + slots.length; // pairs with drain's head: its nulls are seen
        if (t >= raised) {
            return false;
        }
        LIMIT.setRelease(this, raised); // an older, lower value may overwrite it, and does no harm
        return true;
    }

    /**
     * Any worker: moves up to {@code max} tasks into its arrivals, oldest first, but for the first,
     * which it returns to be run at once; null when there is nothing or another worker is at it.
     */
    Runnable drain(TaskDeque into, int max) {
        if (!hasTasks() || !lock()) {
            return null;
        }
        try {
            long h = head;
            int most = Math.min(max, slots.length); // not twice round a full ring
            int n = 0;
            while (n < most && SLOT.getAcquire(slots, (int) (h + n) & mask) != null) {
                n++;
            }
            Runnable first = null;
            if (n > 0) {
                first = take(h);
                int moved = 1 + into.pushAll(slots, h + 1, n - 1);
                setHeadRelease(h + moved); // pairs with raiseLimit
            }
            return first;
        } finally {
            unlock();
        }
    }

    /** Any thread: takes all that can be taken, oldest first; waits for the drain flag. */
    void drainAll(Consumer<Runnable> to) {
        while (!lock()) {
            Thread.onSpinWait();
        }
        try {
            long h = head;
            while (SLOT.getAcquire(slots, (int) h & mask) != null) {
                Runnable task = take(h);
                h++;
                setHeadRelease(h);
                to.accept(task);
            }
        } finally {
            unlock();
        }
    }

    private Runnable take(long sequence) {
        int i = (int) sequence & mask;
        Runnable task = (Runnable) slots[i];
        slots[i] = null;
        return task;
    }

    /** Any thread: from now on every offer is refused. What was claimed before will be filled. */
    void close() {
        TAIL.getAndBitwiseOr(this, CLOSED);
    }

    /** Whoever closed it. */
    void reopen() {
        TAIL.getAndBitwiseAnd(this, ~CLOSED);
    }

    boolean isClosed() {
        return (tailVolatile() & CLOSED) != 0;
    }

    /** Whether nothing is claimed or filled. Ordered after whatever fence the caller made. */
    boolean isEmpty() {
        return headVolatile() == (tailVolatile() & ~CLOSED);
    }

    boolean hasRoom() {
        return size() < slots.length;
    }

    /** Tasks claimed and not yet taken; only a moment's truth. */
    int size() {
        return (int) Math.max(0, (tailVolatile() & ~CLOSED) - headVolatile());
    }

    /** Any thread: whether the oldest slot is filled, at a moment. */
    boolean hasTasks() {
        return SLOT.getOpaque(slots, (int) headOpaque() & mask) != null;
    }

    private boolean lock() {
        return (int) DRAINING.getOpaque(this) == 0 && DRAINING.compareAndSet(this, 0, 1);
    }

    private void unlock() {
        DRAINING.setRelease(this, 0); // pairs with the next lock: head and slots are seen
    }

    private long tailVolatile() {
        return (long) TAIL.getVolatile(this);
    }

    private boolean casTail(long expected, long update) {
        return TAIL.compareAndSet(this, expected, update);
    }

    private long limitAcquire() {
        return (long) LIMIT.getAcquire(this); // pairs with raiseLimit: the drainer's nulls are seen
    }

    private long headVolatile() {
        return (long) HEAD.getVolatile(this);
    }

    long headOpaque() {
        return (long) HEAD.getOpaque(this);
    }

    private void setHeadRelease(long value) {
        HEAD.setRelease(this, value);
    }
}
