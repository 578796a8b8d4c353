// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A call with bytes of another rank; it can be cancelled.
 *
 * <pre>
 * FIELD    WRITTEN BY                     HOW                        READ BY
 * state    who runs it                    CAS null to its thread,    who cancels
 *                                         CAS from there to ENDED
 *          who cancels                    CAS null to DROPPED, CAS   who runs it
 *                                         from the thread to
 *                                         INTERRUPTING, release of
 *                                         the thread
 * payload  who runs it, once it has       plain                      who runs it, before
 *          begun; who cancels, once it
 *          is dropped
 * </pre>
 * The race: it is interrupted as it ends. Who interrupts holds the state meanwhile, and who runs it waits for
 * that: so no interrupt comes after it has ended.
 */
final class ServedCall {
    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "state",
                    VarHandle.class,
                    ServedCall.class,
                    Object.class);
    private static final Object DROPPED = new Object();
    private static final Object INTERRUPTING = new Object();
    private static final Object ENDED = new Object();

    final int number;
    private final int function;
    private byte[] payload; // null: it has begun, or will not
    private Object state; // null: it has not begun; a thread: runs it

    ServedCall(int number, int function, byte[] payload) {
        this.number = number;
        this.function = function;
        this.payload = payload;
    }

    /** Runs it on this thread, unless it was cancelled, and answers. */
    void run(Serving serving, Peer from) {
        Thread runner = Thread.currentThread();
        boolean before = runner.isInterrupted();
        if (!STATE.compareAndSet(this, null, runner)) {
            return; // dropped
        }
        byte[] argument = payload;
        payload = null; // its slot may keep the call for long
        try {
            byte[] value;
            try {
                value = serving.callForOther(function, argument);
            } finally {
                end(runner, before);
            }
            from.answer(Wire.BYTES_RESULT, number, value);
        } catch (Throwable error) {
            serving.failed(from, number, error);
        }
    }

    /** From now on no interrupt comes, and none that came is left to what this thread does next. */
    private void end(Thread runner, boolean before) {
        while (!STATE.compareAndSet(this, runner, ENDED)) {
            Thread.yield(); // for as long as an interrupt takes
        }
        if (!before && runner.isInterrupted()) {
            Thread.interrupted(); // cleared: it was for this call, whoever sent it
        }
    }

    /** Whether it had not begun, and will not. */
    boolean cancel(boolean interrupt) {
        Object seen = STATE.compareAndExchange(this, null, DROPPED);
        if (seen == null) {
            payload = null;
            return true;
        }
        if (interrupt
                && seen instanceof Thread runner
                && STATE.compareAndSet(this, runner, INTERRUPTING)) {
            try {
                runner.interrupt();
            } finally {
                STATE.setRelease(this, runner); // pairs with end
            }
        }
        return seen == DROPPED;
    }
}
