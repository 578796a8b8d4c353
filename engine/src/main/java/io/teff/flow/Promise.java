// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What ends once, and whoever waits for that: the inside of an {@link AppFuture}.
 *
 * <p>Protocol: one field, moved by CAS alone.
 *
 * <pre>
 * outcome                          MOVED BY
 * null                             nobody waits
 *   -> Dependent                   whoever waits pushes itself upon the stack
 *     -> Dependent                 ... and so on
 *       -> a value or an Outcome   whoever ends it; takes the whole stack and resolves it
 * Dependent -> null                who sweeps: takes the whole stack, puts back who still waits
 * </pre>
 *
 * What a dependent needs is written before it is pushed and read after the stack was taken, which
 * only one thread does, so links are plain. What has ended never changes. Checked by PromiseStress.
 *
 * @param <R> type of the result
 */
abstract class Promise<R> extends Stage<R> {
    private static final VarHandle OUTCOME =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "outcome",
                    VarHandle.class,
                    Promise.class,
                    Object.class);

    /** Stands for a stack that somebody else has taken. Never in a stack itself. */
    static final Dependent TAKEN =
            new Listener(
                    runner -> {
                        throw new AssertionError("a stack taken twice");
                    });

    private Object outcome;

    Promise() {}

    Promise(Object outcome) {
        this.outcome = outcome;
    }

    static boolean isOutcome(Object s) {
        return s != null && !(s instanceof Dependent);
    }

    /** The outcome, or a {@link Dependent} or null while there is none. */
    final Object outcome() {
        return OUTCOME.getAcquire(this);
    }

    /** Pushes a dependent; false if the future has ended, and the dependent was not taken. */
    final boolean addDependent(Dependent dependent) {
        return push(dependent, dependent);
    }

    private boolean push(Dependent first, Dependent last) {
        Object s = outcome();
        while (!isOutcome(s)) {
            if (last.next != s) { // most are the first
                last.next = (Dependent) s;
            }
            Object seen = OUTCOME.compareAndExchange(this, s, (Object) first);
            if (seen == s) {
                return true;
            }
            s = seen;
        }
        last.next = null;
        return false;
    }

    /** Ends it, unless it has ended; true if this call did. Dependents go to the runner. */
    final boolean end(Object with, Runner runner) {
        Dependent before = exchange(dependents(), with);
        if (before == TAKEN) {
            return false;
        }
        ended(with, runner);
        if (before != null) {
            if (with instanceof Outcome.Failed) {
                runner.addFailed(before);
            } else {
                runner.follow(before);
            }
        }
        return true;
    }

    /**
     * Ends it, unless it has ended: gives {@link #TAKEN} then, else the stack of dependents or null,
     * and the caller goes on as {@link #end} does.
     *
     * @param seen its {@link #dependents}, as they were at any time: links are read only once the stack
     *     was taken, so that all that matters is whether the same one is still on top
     */
    final Dependent exchange(Dependent seen, Object with) {
        Dependent before = seen;
        while (before != TAKEN && !OUTCOME.compareAndSet(this, (Object) before, with)) {
            before = dependents();
        }
        return before;
    }

    /** The stack of those that wait, or null; {@link #TAKEN} if it has ended. */
    final Dependent dependents() {
        Object s = outcome();
        return isOutcome(s) ? TAKEN : (Dependent) s;
    }

    /** Called once, by whoever ended it, before its dependents are resolved. */
    void ended(Object with, Runner runner) {}

    /**
     * Drops dependents that have given up. Returns a stack that the caller has to resolve, as the
     * future has ended meanwhile; else null.
     */
    final Dependent sweep() {
        Object s = outcome();
        Object seen;
        while (s != null && !isOutcome(s)) {
            if ((seen = OUTCOME.compareAndExchange(this, s, (Object) null)) == s) {
                return putBack((Dependent) s);
            }
            s = seen;
        }
        return null;
    }

    private Dependent putBack(Dependent stack) {
        Dependent first = null;
        Dependent last = null;
        Dependent below;
        for (Dependent d = stack; d != null; d = below) {
            below = d.next;
            d.next = null;
            if (d.hasGivenUp()) {
                continue;
            }
            if (last == null) {
                first = d;
            } else {
                last.next = d;
            }
            last = d;
        }
        return first == null || push(first, last) ? null : first;
    }
}
