// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where thieves leave their requests for one worker, and what they see of its progress.
 *
 * <pre>
 * FIELD    WRITTEN BY             HOW      READ BY
 * request  thieves, the worker    opaque   the worker
 * moves    the worker             opaque   thieves
 * </pre>
 *
 * A request is a wish, not a promise: two thieves overwrite each other, and the worker may clear a
 * request that it has not read. Who gets no answer asks again. Nothing is ordered by these fields:
 * tasks go to the thief through a queue, which brings its own order.
 */
final class Desk extends Pads.DeskFields {
    /** What {@link #nextRequest} returns when nobody has asked. */
    static final int NOBODY = -1;

    private static final VarHandle REQUEST =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "request",
                    VarHandle.class,
                    Pads.DeskRequest.class,
                    int.class);
    private static final VarHandle MOVES =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "moves",
                    VarHandle.class,
                    Pads.DeskOwner.class,
                    long.class);

    /** A thief asks for tasks. */
    void ask(int thief) {
        if ((int) REQUEST.getOpaque(this) != thief + 1) { // or the line would go to and fro
            REQUEST.setOpaque(this, thief + 1);
        }
    }

    /** Takes a request: the thief, or NOBODY. The worker only. */
    int nextRequest() {
        int request = (int) REQUEST.getOpaque(this);
        if (request != 0) {
            REQUEST.setOpaque(this, 0);
        }
        return request - 1;
    }

    /** The worker has begun or ended a task. */
    void moved() {
        MOVES.setOpaque(this, moves + 1);
    }

    /** How often the worker has moved, for whom stands still. Any thread. */
    long moves() {
        return (long) MOVES.getOpaque(this);
    }
}
