// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whose turn it is to take from a worker's queues: nearly always the worker's, now and then a
 * visitor's. A lock that costs its owner no read-modify-write.
 *
 * <pre>
 * FIELD    WRITTEN BY   HOW                          READ BY
 * inside   the worker   volatile (in), release (out) visitors: volatile
 * visited  a visitor    CAS (in), release (out)      the worker: volatile
 * </pre>
 *
 * The race (Dekker's): the worker writes {@code inside}, then reads {@code visited}; a visitor writes
 * {@code visited}, then reads {@code inside}. All four are volatile, so at least one sees the other.
 * The worker then steps back and waits; a visitor gives up, or, if it must get in, waits.
 * Each way out is a release that pairs with the other side's reads on its way in, so what one side
 * did to the queues is seen by the next.
 *
 * <p>Progress: the worker waits for a visitor, who only moves some tasks; visitors exclude each other.
 * Checked by TurnStress.
 */
final class Turn extends Pads.TurnFields {
    private static final VarHandle INSIDE =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "inside",
                    VarHandle.class,
                    Pads.TurnOwner.class,
                    int.class);
    private static final VarHandle VISITED =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "visited",
                    VarHandle.class,
                    Pads.TurnVisitor.class,
                    int.class);
    private static final int SPINS_BEFORE_YIELD = 200;

    /** The worker takes its turn. */
    void enter() {
        INSIDE.setVolatile(this, 1); // pairs with a visitor's read of inside
        while ((int) VISITED.getVolatile(this) != 0) {
            INSIDE.setRelease(this, 0); // or we would wait for each other
            for (int spins = 0; (int) VISITED.getVolatile(this) != 0; spins++) {
                pause(spins);
            }
            INSIDE.setVolatile(this, 1); // and look again, as before
        }
    }

    /** The worker's turn ends. */
    void leave() {
        INSIDE.setRelease(this, 0); // pairs with a visitor's read of inside
    }

    /** Takes the worker's place unless it, or another visitor, is there. Any other thread. */
    boolean visit() {
        if (!VISITED.compareAndSet(this, 0, 1)) { // pairs with the worker's read of visited
            return false;
        }
        if ((int) INSIDE.getVolatile(this) != 0) {
            depart();
            return false;
        }
        return true;
    }

    /** Takes the worker's place, and waits until it can. Any other thread. */
    void visitForSure() {
        for (int spins = 0; !VISITED.compareAndSet(this, 0, 1); spins++) {
            pause(spins);
        }
        for (int spins = 0; (int) INSIDE.getVolatile(this) != 0; spins++) {
            pause(spins); // the worker finds us on its next way in, if not before
        }
    }

    /** A visit ends. */
    void depart() {
        VISITED.setRelease(this, 0); // pairs with the worker's read of visited
    }

    private static void pause(int spins) {
        if (spins < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
