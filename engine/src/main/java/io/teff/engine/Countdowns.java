// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * For each node of a graph, how many of its predecessors have not ended in this run.
 *
 * <pre>
 * count[i]:  bits 14..8 how many predecessors node i has, bits 6..0 how many are left;
 *            0 if they are more than 127, and then counted in wideLeft
 *
 * WRITTEN BY                     HOW                      READ BY
 * whoever ends a predecessor     CAS                      the others who do: acquire, then CAS
 * the last of them               plain, and starts over   the next run, ordered by the end of this
 * the only worker of a run       plain                    itself
 * </pre>
 * Invariants: in one run each predecessor arrives once; one arrival of a node is the last, and is told
 * so; after it the counter is as it was before the run, so that no pass over all counters is needed.
 *
 * <p>The race: two predecessors end at once. Whoever reads 1 knows that all others have arrived, since
 * nobody else is left to write: it needs no read-modify-write. Whoever reads more takes one off by a
 * CAS, and reads again if it lost. All arrivals but the last are CASes on the one counter, so the last
 * has seen what each predecessor wrote.
 *
 * <p>Counters are small because neighbouring nodes end on different workers, and then each line of
 * counters goes from one to the other. And CAS, not getAndAdd: JDK 17.0.15 compiles the latter on
 * bytes and shorts to an instruction whose result it fails to sign-extend.
 *
 * <p>Progress: lock-free. Checked by CountdownsStress.
 */
final class Countdowns {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(short[].class);
    private static final int MAX_NARROW = 127;
    private static final int LEFT = 0x7f;

    private final short[] count;
    private final int[] degrees;
    private final int[] wide; // nodes of many predecessors, ascending
    private final AtomicIntegerArray wideLeft;

    Countdowns(int[] degrees) {
        this.degrees = degrees;
        count = new short[degrees.length];
        int many = 0;
        for (int degree : degrees) {
            many += degree > MAX_NARROW ? 1 : 0;
        }
        wide = new int[many];
        for (int i = degrees.length - 1; i >= 0 && many > 0; i--) {
            if (degrees[i] > MAX_NARROW) {
                wide[--many] = i;
            }
        }
        wideLeft = new AtomicIntegerArray(wide.length);
        reset();
    }

    /** While nobody runs: as before the first run. */
    void reset() {
        for (int i = 0; i < degrees.length; i++) {
            int degree = degrees[i];
            count[i] = (short) (degree > MAX_NARROW ? 0 : degree << 8 | degree);
        }
        for (int i = 0; i < wide.length; i++) {
            wideLeft.set(i, degrees[wide[i]]);
        }
    }

    /** A predecessor has ended. True for the last of them. */
    boolean arrive(int node) {
        for (; ; ) {
            short c = (short) COUNT.getAcquire(count, node); // pairs with the CAS of the others
            int left = c & LEFT;
            if (left == 1) {
                count[node] = (short) (c - 1 | c >> 8);
                return true;
            }
            if (left == 0) {
                return arriveWide(node);
            }
            if (COUNT.compareAndSet(count, node, c, (short) (c - 1))) {
                return false;
            }
        }
    }

    /** As {@link #arrive}, while no other thread takes part in the run. */
    boolean arriveAlone(int node) {
        int c = count[node];
        int left = c & LEFT;
        if (left > 1) {
            count[node] = (short) (c - 1);
            return false;
        }
        if (left == 0) {
            return arriveWideAlone(node);
        }
        count[node] = (short) (c - 1 | c >> 8);
        return true;
    }

    private boolean arriveWide(int node) {
        int i = Arrays.binarySearch(wide, node);
        if (wideLeft.getAndDecrement(i) != 1) {
            return false;
        }
        wideLeft.setPlain(i, degrees[node]);
        return true;
    }

    private boolean arriveWideAlone(int node) {
        int i = Arrays.binarySearch(wide, node);
        int left = wideLeft.getPlain(i);
        wideLeft.setPlain(i, left == 1 ? degrees[node] : left - 1);
        return left == 1;
    }
}
