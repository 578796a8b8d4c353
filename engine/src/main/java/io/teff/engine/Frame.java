// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One fork on a {@link ForkStack}: the task, its arguments, and later its result.
 *
 * <pre>
 * STATE   SET BY                          MEANS
 * READY   owner, before it publishes      arguments are valid; nobody has finished it
 * WAITED  owner, by CAS from READY        the owner has parked and wants an unpark
 * DONE    thief, by getAndSet             a holds the result
 * FAILED  thief, by getAndSet             ref holds the Throwable
 * </pre>
 * Whose are the plain fields: the owner's while the frame is private or public; from the thief's CAS
 * on the stack's word until DONE or FAILED the thief's; then the owner's again.
 *
 * <p>Frames are made once and reused, so a fork allocates nothing. A frame object stays at its index
 * for ever: a stack grows by copying references.
 */
final class Frame {
    static final int READY = 0;
    static final int WAITED = 1;
    static final int DONE = 2;
    static final int FAILED = 3;

    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(), "state", VarHandle.class, Frame.class, int.class);
    private static final VarHandle THIEF =
            fieldVarHandle(
                    MethodHandles.lookup(), "thief", VarHandle.class, Frame.class, Object.class);

    Forkable task;
    long a;
    long b;
    Object ref;
    private int state;
    private Object thief; // a Worker, or whoever runs it elsewhere

    /** Owner only, before the frame becomes public; the CAS that publishes it orders this. */
    void makeReady() {
        state = READY;
        if (thief != null) {
            thief = null;
        }
    }

    /** Thief only, after its CAS: lets the owner leapfrog. Pairs with {@link #thief()}. */
    void takenBy(Object by) {
        THIEF.setRelease(this, by);
    }

    /** Who runs this stolen frame; null for the moment between the theft and its announcement. */
    Object thief() {
        return THIEF.getAcquire(this);
    }

    /** Thief only; true when the owner is parked. Pairs with {@link #isFinished()}. */
    boolean finish(long result, Throwable error) {
        if (error == null) {
            a = result;
        } else {
            ref = error;
        }
        return (int) STATE.getAndSet(this, error == null ? DONE : FAILED) == WAITED;
    }

    /** Owner only, of a stolen frame: true once result or error may be read. */
    boolean isFinished() {
        return (int) STATE.getAcquire(this) >= DONE;
    }

    /** Owner only: asks for an unpark; false when the frame has finished meanwhile. */
    boolean announceWait() {
        return (int) STATE.compareAndExchange(this, READY, WAITED) < DONE;
    }

    /** Owner only, of a finished frame: its error, or null. Drops the frame's hold on it. */
    Throwable takeError() {
        if (state != FAILED) {
            return null;
        }
        Throwable error = (Throwable) ref;
        ref = null;
        return error;
    }
}
