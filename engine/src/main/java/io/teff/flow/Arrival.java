// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A call and its arguments, some of which are futures that it waits for: it is the first link to
 * what it waits for itself.
 *
 * <pre>
 * FIELD         WRITTEN BY         HOW                              READ BY
 * args, record  caller             plain, before the task hangs     runner of the task
 *                                  on anything
 * pending       caller; runners    plain before; getAndAdd          runners
 * missed        caller; runners    plain, before getAndAdd          who finds that all have arrived
 * </pre>
 */
abstract class Arrival<R> extends Running<R> {
    private static final VarHandle PENDING =
            fieldVarHandle(
                    MethodHandles.lookup(), "pending", VarHandle.class, Arrival.class, int.class);

    final App<R> app;
    TaskRecord record; // null for a task that uses no option: the fast path
    private int pending; // 0 also with one dependency, which needs no counting
    private boolean missed; // a dependency has failed
    private Object a; // the first two arguments; further ones are the subclass's
    private Object b;

    Arrival(App<R> app, Object a, Object b) {
        this.app = app;
        this.a = a;
        this.b = b;
    }

    /** All arguments are there. */
    abstract void ready(Runner runner);

    /** All arguments have ended, this one not well. */
    abstract void missed(AppFuture<?> bad, Runner runner);

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

    final int arity() {
        int arity = app.arity;
        return arity >= 0 ? arity : listArity();
    }

    /** An argument: a value, an {@link AppFuture} of this flow, or {@link Nested}. */
    final Object arg(int i) {
        return i > 1 || app.arity < 0 ? furtherArg(i) : i == 0 ? a : b;
    }

    /** Lets go of the arguments, so that a chain of results can be collected. */
    final void clear() {
        a = null;
        b = null;
        if (app.arity > 2 || app.arity < 0) {
            clearFurther();
        }
    }

    // Dependencies

    /** Begins: waits for the arguments, or is launched at once. */
    final void begin(Runner runner) {
        int n = arity();
        int waits = record == null ? 0 : record.begin(this);
        AppFuture<?> only = null;
        for (int i = 0; i < n; i++) {
            Object arg = arg(i);
            if (arg instanceof AppFuture<?> future) {
                only = future;
                waits++;
            } else if (arg instanceof Nested nested) {
                waits += nested.futures().size();
            }
        }
        if (waits == 0) {
            arrived(runner);
        } else if (waits == 1 && only != null) {
            if (isThere(only, this)) {
                arrived(runner);
            }
        } else {
            await(waits, runner);
        }
    }

    /**
     * Begins, for a call without a record whose arguments are these, or fewer. False if it need not
     * wait: then the caller goes on with {@link #arrived}.
     */
    final boolean waits(Object x, Object y, Object z) {
        AppFuture<?> first = x instanceof AppFuture<?> future ? future : null;
        AppFuture<?> second = y instanceof AppFuture<?> future ? future : null;
        AppFuture<?> third = z instanceof AppFuture<?> future ? future : null;
        int waits = (first != null ? 1 : 0) + (second != null ? 1 : 0) + (third != null ? 1 : 0);
        if (waits > 1) {
            return waits(waits, first, second, third);
        }
        AppFuture<?> only = first != null ? first : second != null ? second : third;
        return only != null && !isThere(only, this);
    }

    private boolean waits(int waits, AppFuture<?> first, AppFuture<?> second, AppFuture<?> third) {
        pending = waits;
        int there = 0;
        Dependent link = this;
        for (int i = 0; i < 3; i++) { // a loop, as it is inlined wherever calls are made
            AppFuture<?> future = i == 0 ? first : i == 1 ? second : third;
            if (future == null) {
                continue;
            }
            if (isThere(future, link == null ? new Edge(this) : link)) {
                there++;
            } else {
                link = null;
            }
        }
        return there == 0 || (int) PENDING.getAndAdd(this, -there) != there;
    }

    /** Whether a dependency has ended; if not, the link hangs on it now. */
    private boolean isThere(AppFuture<?> future, Dependent link) {
        if (future.addDependent(link)) {
            return false;
        }
        if (future.isFailed()) {
            miss();
        }
        return true;
    }

    private void await(int waits, Runner runner) {
        pending = waits;
        int there = 0;
        boolean linked = false;
        for (int i = 0, n = arity(); i < n; i++) {
            Object arg = arg(i);
            if (arg instanceof AppFuture<?> future) {
                if (isThere(future, linked ? new Edge(this) : this)) {
                    there++;
                } else {
                    linked = true;
                }
            } else if (arg instanceof Nested nested) {
                there += awaitAll(nested.futures());
            }
        }
        if (record != null) {
            there += awaitAll(record.dependencies());
        }
        if (there > 0 && (int) PENDING.getAndAdd(this, -there) == there) {
            arrived(runner);
        }
    }

    private int awaitAll(Iterable<? extends AppFuture<?>> futures) {
        int there = 0;
        for (AppFuture<?> future : futures) {
            if (isThere(future, new Edge(this))) {
                there++;
            }
        }
        return there;
    }

    @Override
    final void resolved(Runner runner) {
        // none to count, or none but this: who was before has released what it did by getAndAdd
        if ((int) PENDING.getAcquire(this) <= 1 || (int) PENDING.getAndAdd(this, -1) == 1) {
            arrived(runner);
        }
    }

    @Override
    final void miss() {
        missed = true; // before getAndAdd; read by whoever finds that all have arrived
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
