// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * A call and its arguments, some of which are futures that it waits for: it hangs on one of them at a
 * time, itself the link. When that has ended, whoever ended it looks for another that has not, so a
 * dependency that ends meanwhile costs nothing, and nothing is counted.
 *
 * <p>One thread at a time owns the call: the caller until the call hangs on something, then the
 * runner that ends that. The CAS on the future's outcome hands it over.
 *
 * <pre>
 * FIELD        WRITTEN BY    HOW      READ BY
 * flags        owner         plain    owner; others for RECORDED, which stays as it began
 * missed, a    owner         plain    owner
 * b            owner         plain    owner; others if it is the record, which it then stays
 * </pre>
 */
abstract class Arrival<R> extends Running<R> {
    private static final int OTHERS = 1; // of few arguments, some may have to be waited for
    private static final int MANY = 2; // of any number
    private static final int RECORDED = 4; // it has a record

    final App<R> app;
    private byte flags; // there are millions of calls at a time, so they are small
    private boolean missed; // a dependency has failed
    private Object a; // the first two arguments; further ones are the subclass's
    private Object b; // or the record, which keeps the argument then

    Arrival(App<R> app, Object a, Object b) {
        this.app = app;
        this.a = a;
        this.b = b;
    }

    /** All arguments are there. */
    abstract void ready(Runner runner);

    /** All arguments have ended, this one not well. */
    abstract void missed(AppFuture<?> bad, Runner runner);

    // Record

    /** Null for a task that uses no option: the fast path. Any thread. */
    final TaskRecord record() {
        return (flags & RECORDED) != 0 && b instanceof TaskRecord record ? record : null;
    }

    /** Before it begins. */
    final void keep(TaskRecord record) {
        record.second = b;
        b = record;
        flags = RECORDED;
    }

    // Arguments

    /** The number of arguments, if the app does not tell. */
    int listArity() {
        throw new AssertionError(app);
    }

    /** An argument that is not one of the first two of a fixed number. */
    Object furtherArg(int i) {
        throw new IndexOutOfBoundsException(i);
    }

    /** Lets go of further arguments. */
    void clearFurther() {}

    /** An argument that has not ended; null if all have. */
    AppFuture<?> argNotEnded() {
        for (int i = arity() - 1; i >= 0; i--) { // the last to end is one of the last, most likely
            AppFuture<?> future = notEnded(arg(i));
            if (future != null) {
                return future;
            }
        }
        return null;
    }

    final int arity() {
        int arity = app.arity;
        return arity >= 0 ? arity : listArity();
    }

    /** An argument: a value, an {@link AppFuture} of this flow, or {@link Nested}. */
    final Object arg(int i) {
        return i > 1 || app.arity < 0 ? furtherArg(i) : i == 0 ? a : second();
    }

    /** The first argument, of a fixed number. */
    final Object first() {
        return a;
    }

    /** The second argument, of a fixed number. */
    final Object second() {
        TaskRecord record = record();
        return record == null ? b : record.second;
    }

    /** Lets go of the arguments, so that a chain of results can be collected. */
    final void clear() {
        a = null;
        TaskRecord record = record();
        if (record == null) {
            b = null;
        } else {
            record.second = null;
        }
        if (app.arity > 2 || app.arity < 0) {
            clearFurther();
        }
    }

    // Dependencies

    /** Begins: waits for the arguments, or is launched at once. */
    final void begin(Runner runner) {
        TaskRecord record = record();
        if (record != null) {
            record.begun(this);
        }
        flags |= MANY;
        resolved(runner);
    }

    /**
     * Begins, for a call without a record whose arguments are these, or fewer, and none nested. False
     * if it need not wait: then who calls goes on with {@link #arrived}.
     *
     * @param caller knows on which argument the call before hung; null if nobody does
     */
    final boolean waits(Object x, Object y, Object z, Caller caller) {
        int usual = caller == null ? Caller.NONE : caller.place;
        AppFuture<?> one;
        boolean isChoice;
        do {
            flags = 0;
            one = newer(newer(newer(null, x, false), y, usual == 1), z, usual == 2);
            isChoice = flags != 0; // once it hangs, that is another's
        } while (one != null && !one.addDependent(this));
        if (caller != null && isChoice) {
            caller.hungOn(one == x ? 0 : one == y ? 1 : 2);
        }
        return one != null;
    }

    /**
     * Begins by hanging on this argument, if that is a future for which nobody waits. In the usual
     * place it is the newest; the other arguments, which lie further back in memory, are looked at when
     * it has ended. False if it is none such: then who calls goes on with {@link #waits(Object, Object,
     * Object, Caller)}.
     */
    final boolean waitsOnNew(Object arg) {
        if (arg instanceof AppFuture<?> future && future.outcome() == null) {
            flags = OTHERS;
            return future.addDependent(this);
        }
        return false;
    }

    /**
     * The one to hang on, which should be the last to end, and so the newest. That is one that nobody
     * waits for; of several, the one in the usual place, else the first. (At the edge of a grid nobody
     * may wait for an old one either. Calls that hang on it make the next ones in its row hang so as
     * well, until all of the grid runs across the order of its calls, and of its memory.)
     */
    private AppFuture<?> newer(AppFuture<?> before, Object arg, boolean isUsual) {
        if (!(arg instanceof AppFuture<?> future) || hasEnded(future)) {
            return before;
        }
        if (before == null) {
            return future;
        }
        flags = OTHERS;
        return future.outcome() == null && (isUsual || before.outcome() != null) ? future : before;
    }

    /** Hangs on an argument, of any number, that has not ended; false if all have. */
    private boolean waits() {
        TaskRecord record = record();
        AppFuture<?> future;
        do {
            future = record == null ? null : record.notEnded(this);
            if (future == null) {
                future = argNotEnded();
            }
        } while (future != null && !future.addDependent(this));
        return future != null;
    }

    /** What of an argument has not ended; null if all has. */
    final AppFuture<?> notEnded(Object arg) {
        if (arg instanceof AppFuture<?> future) {
            return hasEnded(future) ? null : future;
        }
        return arg instanceof Nested nested ? nested.notEnded(this) : null;
    }

    /** Whether a dependency has ended; if it has failed, that is remembered. */
    final boolean hasEnded(AppFuture<?> future) {
        Object s = future.outcome();
        if (s instanceof Outcome.Failed) {
            missed = true;
        }
        return isOutcome(s);
    }

    @Override
    final void resolved(Runner runner) {
        if (flags != 0 && waitsOn()) {
            return;
        }
        arrived(runner);
    }

    private boolean waitsOn() {
        return flags == OTHERS ? waits(a, b, app.arity > 2 ? furtherArg(2) : null, null) : waits();
    }

    /** What it hung on has ended, and well: whether that was all, and it may run there at once. */
    final boolean goesOn(Slot slot) {
        return flags == 0 && !missed && app.only == slot;
    }

    @Override
    final void miss() {
        missed = true;
    }

    /** All arguments are there, or have failed. */
    final void arrived(Runner runner) {
        if (missed) {
            missed(failedDependency(), runner);
        } else {
            ready(runner);
        }
    }

    private AppFuture<?> failedDependency() {
        for (int i = 0, n = arity(); i < n; i++) {
            Object arg = arg(i);
            if (arg instanceof AppFuture<?> future) {
                if (future.isFailed()) {
                    return future;
                }
            } else if (arg instanceof Nested nested) {
                for (AppFuture<?> future : nested.futures()) {
                    if (future.isFailed()) {
                        return future;
                    }
                }
            }
        }
        TaskRecord record = record();
        return record == null ? null : record.failedDependency();
    }

    /** The value of an argument that has arrived. */
    static Object value(Object arg) {
        if (arg instanceof AppFuture<?> future) {
            return Outcome.value(future.outcome());
        }
        return arg instanceof Nested nested ? nested.value() : arg;
    }
}
