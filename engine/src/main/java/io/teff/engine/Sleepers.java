// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which workers sleep, and who wakes them. A worker whose thread was never started counts as asleep.
 *
 * <pre>
 * FIELD   WRITTEN BY                    HOW         READ BY
 * bits    the worker (set), any (clear) CAS         wakers: volatile
 * count   whoever changes a bit         getAndAdd   every submitter: volatile
 * </pre>
 * Going to sleep: raise the count, set the bit (each a full fence), look everywhere once more, park
 * while the bit is set. Waking: a submitter makes its task visible, fences, reads the count; if it is
 * not zero, it clears a bit, if it finds one, and unparks that worker. Either the worker's last look
 * comes after the task is visible, or the submitter finds the bit: no task is left unseen.
 * Workers that submit leave out the fence, as do full batches of a lane, and submitters may decide that
 * those awake are enough; for all of these, a sleeper looks again a moment after it has said that it
 * sleeps, then sleeps in naps that grow longer, and looks again between two naps.
 *
 * <p>The count may for a moment be higher than the bits, never lower: it is raised before a bit is
 * set, and lowered after one is cleared. Were it raised later, a waker that comes in between would
 * lower it first, and it could be zero while another worker sleeps.
 *
 * <p>Progress: lock-free. Checked by SleepersStress.
 */
final class Sleepers extends Pads.SleepersFields {
    private static final VarHandle COUNT =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "count",
                    VarHandle.class,
                    Pads.SleeperCount.class,
                    int.class);

    private final AtomicLongArray bits;

    Sleepers(int workers) {
        bits = new AtomicLongArray((workers + 63) >>> 6);
    }

    /** The worker itself: says that it is going to sleep. A full fence. */
    void add(int worker) {
        long bit = 1L << worker;
        int i = worker >>> 6;
        long old;
        COUNT.getAndAdd(this, 1); // pairs with any(): after this, submitters look for a sleeper
        do {
            old = bits.get(i);
        } while (!bits.compareAndSet(i, old, old | bit)); // pairs with removeAny: they find one
    }

    /** The worker itself, or whoever wakes it: true for the one caller that ended the sleep. */
    boolean remove(int worker) {
        long bit = 1L << worker;
        int i = worker >>> 6;
        for (; ; ) {
            long old = bits.get(i);
            if ((old & bit) == 0) {
                return false;
            }
            if (bits.compareAndSet(i, old, old & ~bit)) {
                COUNT.getAndAdd(this, -1);
                return true;
            }
        }
    }

    /** Any thread: ends one worker's sleep, the lowest index first, and returns it; -1 if none. */
    int removeAny() {
        for (int i = 0; i < bits.length(); i++) {
            long set;
            while ((set = bits.get(i)) != 0) {
                if (bits.compareAndSet(i, set, set & (set - 1))) {
                    COUNT.getAndAdd(this, -1);
                    return (i << 6) + Long.numberOfTrailingZeros(set);
                }
            }
        }
        return -1;
    }

    boolean contains(int worker) {
        return (bits.get(worker >>> 6) & 1L << worker) != 0;
    }

    /** Any thread, after a fence that follows its publication: whether anybody must be woken. */
    boolean any() {
        return (int) COUNT.getVolatile(this) != 0;
    }

    int count() {
        return (int) COUNT.getVolatile(this);
    }
}
