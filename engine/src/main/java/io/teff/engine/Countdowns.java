// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * For each node of a graph, how many of its predecessors have not ended in this run.
 *
 * <pre>
 * count[i]:  bits 14..8 how many predecessors node i has, bits 6..0 how many are left,
 *            bit 7 whether a worker that has arrived waits for the others
 *
 * WRITTEN BY                     HOW                      READ BY
 * whoever ends a predecessor     CAS                      the others who do: acquire, then CAS
 * the last, if nobody waits      plain, and starts over   the next run, ordered by the end of this
 * the last, if somebody waits    CAS                      who waits: acquire
 * who waits, after the last      plain, and starts over   the next run, ordered by the end of this
 * who waits, to wait no longer   CAS                      as an arrival
 * the only worker of a run       plain                    itself
 * </pre>
 * Invariants: in one run each predecessor arrives once; one arrival of a node is the last, and is told
 * so, unless somebody waits, who gets the node instead; after that the counter is as it was before the
 * run, so that no pass over all counters is needed. One worker waits for a node at most: it says so as it
 * arrives, and while others are still to come.
 *
 * <p>The race: two predecessors end at once. Whoever reads 1, and nobody waits, knows that all others
 * have arrived, since nobody else is left to write: it needs no read-modify-write. Whoever reads more
 * takes one off by a CAS, and reads again if it lost. All arrivals but the last are CASes on the one
 * counter, so the last has seen what each predecessor wrote. The other race: the last arrives as the one
 * who waits has enough of it. Both CAS, so one of them loses, and has the node.
 *
 * <p>Counters are small because neighbouring nodes end on different workers, and then each line of
 * counters goes from one to the other. And CAS, not getAndAdd: JDK 17.0.15 compiles the latter on
 * bytes and shorts to an instruction whose result it fails to sign-extend.
 *
 * <p>Progress: lock-free. Checked by CountdownsStress.
 */
final class Countdowns {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(short[].class);
    static final int MAX = 127; // predecessors of a node
    private static final int LEFT = 0x7f;
    private static final int AWAITED = 0x80;

    /** What an arrival has come to. */
    enum Arrival {
        /** Others are still to come, or somebody else waits. */
        EARLY,
        /** Others are still to come, and the caller waits for them. */
        WAITS,
        /** All have come: the node is the caller's to run. */
        LAST
    }

    private final short[] count;
    private final int[] degrees;

    Countdowns(int[] degrees) {
        this.degrees = degrees;
        count = new short[degrees.length];
        reset();
    }

    /** While nobody runs: as before the first run. */
    void reset() {
        for (int i = 0; i < degrees.length; i++) {
            int degree = degrees[i];
            if (degree > MAX) {
                throw new IllegalArgumentException(
                        "node " + i + " has " + degree + " predecessors, more than " + MAX);
            }
            count[i] = (short) (degree << 8 | degree);
        }
    }

    /** A predecessor has ended. True for the last of them, if the node is the caller's to run. */
    boolean arrive(int node) {
        for (; ; ) {
            short c = (short) COUNT.getAcquire(count, node); // pairs with the CAS of the others
            int left = c & LEFT;
            if (left == 1 && (c & AWAITED) == 0) {
                startOver(node, c);
                return true;
            }
            if (COUNT.compareAndSet(count, node, c, (short) (c - 1))) {
                return false;
            }
        }
    }

    /**
     * A predecessor has ended, and who ran it has nothing else to do: unless it was the last, or somebody
     * waits already, it is the one that waits.
     */
    Arrival arriveAndWait(int node) {
        for (; ; ) {
            short c = (short) COUNT.getAcquire(count, node);
            int left = c & LEFT;
            if (left <= 1 || (c & AWAITED) != 0) {
                return arrive(node) ? Arrival.LAST : Arrival.EARLY;
            }
            if (COUNT.compareAndSet(count, node, c, (short) (c - 1 | AWAITED))) {
                return Arrival.WAITS;
            }
        }
    }

    /** By the one who waits: true once all have arrived, and then the node is its own to run. */
    boolean hasCome(int node) {
        short c = (short) COUNT.getAcquire(count, node); // pairs with the CAS of the last
        if ((c & LEFT) != 0) {
            return false;
        }
        startOver(node, c);
        return true;
    }

    /** By the one who waits, and no longer does: false if all have come, and the node is its own to run. */
    boolean giveUp(int node) {
        for (; ; ) {
            short c = (short) COUNT.getAcquire(count, node); // pairs with the CAS of the last
            if ((c & LEFT) == 0) {
                startOver(node, c);
                return false;
            }
            if (COUNT.compareAndSet(count, node, c, (short) (c & ~AWAITED))) {
                return true;
            }
        }
    }

    private void startOver(int node, short c) {
        int degree = c >> 8;
        count[node] = (short) (degree << 8 | degree);
    }

    /** As {@link #arrive}, while no other thread takes part in the run. */
    boolean arriveAlone(int node) {
        short c = count[node];
        if ((c & LEFT) > 1) {
            count[node] = (short) (c - 1);
            return false;
        }
        startOver(node, c);
        return true;
    }
}
