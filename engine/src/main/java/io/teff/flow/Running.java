// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A future whose result a thread works at, and how a cancellation finds that thread and no other.
 *
 * <pre>
 * at                     MOVED BY
 * null -> Thread         the runner, before it looks whether the task was cancelled
 * Thread -> Joining      the runner of a join app, by CAS
 * Thread -> null         the runner of a try that failed; the clock, when time is up
 * any -> null            whoever ends a join app
 * </pre>
 *
 * The race: a canceller moves the outcome, then reads {@code at}; the runner writes {@code at}, then
 * reads the outcome. Entering has no fence, since every task pays for it, so both may look too early;
 * the canceller therefore looks again for longer than a store takes to be seen.
 *
 * <p>A canceller who has found the thread may interrupt it until {@code settled}. The runner that
 * sees the task cancelled waits for that and clears the flag, so no later task is hit. Checked by
 * RunningStress.
 */
abstract class Running<R> extends AppFuture<R> {
    private static final int LOOKS = 64;
    private static final int SPINS = 1000;
    private static final VarHandle AT =
            fieldVarHandle(
                    MethodHandles.lookup(), "at", VarHandle.class, Running.class, Object.class);

    private Object at;

    /** The body is about to run in this thread; next look at the outcome. */
    final void enter(Thread thread) {
        AT.setOpaque(this, (Object) thread); // pairs with strike's second look
    }

    /** The task goes on without its thread, which must call {@link #awaitInterrupt} hereafter. */
    final void leave() {
        AT.setVolatile(this, (Object) null);
        VarHandle.fullFence(); // before awaitInterrupt's look at the outcome; pairs with end's CAS
    }

    /** A join app's body has returned. False if the task was cancelled, and nobody will join. */
    final boolean join(Thread thread, Object joining) {
        if (!AT.compareAndSet(this, (Object) thread, joining)) { // pairs with takeAt
            return false;
        }
        VarHandle.fullFence(); // a canceller came before enter, or will find what is joined
        return !isDone() || !AT.compareAndSet(this, joining, (Object) null);
    }

    /** Where the task is. */
    final Object at() {
        return AT.getOpaque(this);
    }

    /** As {@link #at}, of a join app that has ended: it will not join any more. */
    final Object takeAt() {
        return AT.getAndSet(this, (Object) null);
    }

    /** Interrupts the thread that works at it. Only who cancelled it, before it is settled. */
    final void strike(Outcome.Cancelled cancelled) {
        Object where = cancelled.at;
        for (int i = 0; where == null && i < LOOKS; i++) {
            Thread.onSpinWait();
            where = at();
        }
        if (where instanceof Thread thread) {
            cancelled.struck = thread;
            thread.interrupt();
        }
    }

    /** Somebody else ended the task while its body ran: an interrupt must not outlive that. */
    final void awaitInterrupt() {
        if (outcome() instanceof Outcome.Cancelled cancelled) {
            for (int spins = 0; !cancelled.settled; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            if (cancelled.struck == Thread.currentThread()) {
                Thread.interrupted();
            }
        }
    }
}
