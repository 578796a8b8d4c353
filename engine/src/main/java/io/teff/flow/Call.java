// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import io.teff.monitor.NamedTask;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One call of an app: the task, the future of its result, and the first link to what it waits for,
 * in one object.
 *
 * <p>Exactly one thread at a time owns the task: the caller until the last dependency is pushed, then
 * the runner that resolves the last one, then the executor, then the runner that runs it. Executors
 * pass it on with a happens-before edge.
 *
 * <p>Cancelling races with running: the CAS on the future's outcome decides. Who may be interrupted
 * then is {@link Running}'s business.
 */
abstract class Call<R> extends Arrival<R> implements Runnable, NamedTask {
    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(), "state", VarHandle.class, Call.class, byte.class);

    private static final int DONE = Tally.ending(TaskState.EXEC_DONE);

    private byte state; // moved by the owner, opaque; read by anyone, as a hint
    boolean counted; // against the flow's limit of tasks in flight

    Call(App<R> app, Object a, Object b) {
        super(app, a, b);
    }

    /** What goes on for a task whose body has returned. */
    interface Hold {
        /** The task was cancelled: so is this. */
        void cancel(Runner runner);
    }

    @Override
    public final String taskName() {
        return app.name();
    }

    // What the kinds of calls differ in

    /** Runs the body on the arguments' values. */
    abstract Object invoke() throws Throwable;

    /** The body with its arguments' values, without this flow. */
    final Callable<Object> detached() {
        Object[] values = new Object[arity()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(arg(i));
        }
        return Detached.of(app.function(), app.arity == App.LIST, values);
    }

    // Dependencies

    @Override
    final void ready(Runner runner) {
        runner.ready(this);
    }

    @Override
    final void missed(AppFuture<?> bad, Runner runner) {
        if (bad.isCancelled()) {
            end(cancelledAs(bad.name() + " was"), runner);
        } else {
            DependencyError error = DependencyError.of(name(), bad);
            end(new Outcome.Failed(error, TaskState.DEP_FAIL), runner);
        }
    }

    private Outcome.Cancelled cancelledAs(String reason) {
        return Outcome.Cancelled.inTurn(name() + " was cancelled, as " + reason);
    }

    // Running

    /** Where it runs; null while the flow has not chosen. */
    final Slot slot() {
        Slot only = app.only;
        TaskRecord record = record();
        return only != null ? only : record == null ? null : record.slot();
    }

    /** Gives the task to its executor; what goes wrong there is the task's failure. */
    final void execute(Runner runner) {
        TaskRecord record = record();
        if (isDone() || (record != null && !record.prepare(this, runner))) {
            return;
        }
        state(TaskState.LAUNCHED);
        try {
            slot().execute(this);
        } catch (Throwable t) {
            end(new Outcome.Failed(t), runner);
        }
    }

    /** Called by the executor. */
    @Override
    public final void run() {
        app.flow.runners.run(this);
    }

    /** Whether it is of the simplest kind: no join app's, without a record, and counted against no limit. */
    final boolean isSimple() {
        return !app.joins && !counted && record() == null;
    }

    /**
     * As {@link #step}, of a task of the simplest kind, but for what follows: gives those that waited
     * for its value, or null. No more code than it takes, so that it is compiled into the loop.
     */
    final Dependent stepSimple(Runner runner) {
        enter(runner.thread);
        Dependent waiting = dependents();
        if (!mayRun(waiting, runner)) {
            return null;
        }
        Object value;
        try {
            value = invoke();
        } catch (Throwable t) {
            failed(t, runner);
            return null;
        }
        // Most often the same still wait; a new look would load from the next task before the CAS.
        Dependent before = exchange(waiting, Outcome.ofValue(value));
        if (before == TAKEN) {
            overtaken();
            return null;
        }
        clear();
        enter(null);
        runner.count(app.id, DONE);
        return before;
    }

    /** Runs the body and ends the task, unless it was cancelled meanwhile. */
    final void step(Runner runner) {
        enter(runner.thread);
        if (!mayRun(dependents(), runner)) {
            return;
        }
        TaskRecord record = record();
        if (record != null) {
            runner.count(app.id, Tally.STARTED);
            record.step(this, runner);
            return;
        }
        Object value;
        try {
            value = invoke();
        } catch (Throwable t) {
            failed(t, runner);
            return;
        }
        if (app.joins) {
            join(value, runner);
        } else {
            finish(Outcome.ofValue(value), runner);
        }
    }

    /** Whether the body runs; else the task has ended, or ends here. */
    private boolean mayRun(Dependent waiting, Runner runner) {
        if (waiting == TAKEN || app.flow.isCancelling()) {
            notRun(runner);
            return false;
        }
        state(TaskState.RUNNING);
        return true;
    }

    private void notRun(Runner runner) {
        if (isDone() || !end(cancelledAs("its flow was closed"), runner)) {
            awaitInterrupt(); // who cancelled it may have found this thread here
        }
    }

    /** The body of a task with a record has returned. */
    final void succeeded(Object value, Runner runner) {
        if (app.joins) {
            join(value, runner);
        } else if (record().checkpoints()) {
            runner.count(app.id, Tally.FINISHED);
            leave(); // the task ends only later, and perhaps elsewhere
            if (isDone()) {
                awaitInterrupt();
            } else {
                record().checkpoint(this, value, runner);
            }
        } else {
            finish(Outcome.ofValue(value), runner);
        }
    }

    @Override
    final void failed(Throwable error, Runner runner) {
        finish(new Outcome.Failed(error), runner);
    }

    /** Ends the task from the thread that ran it. */
    private void finish(Object with, Runner runner) {
        if (record() != null) {
            runner.count(app.id, Tally.FINISHED);
        }
        if (!end(with, runner)) {
            overtaken();
        }
    }

    /** The body has returned, but somebody had cancelled the task. */
    private void overtaken() {
        returned(TaskState.LAUNCHED);
        awaitInterrupt();
    }

    private void join(Object value, Runner runner) {
        Joining joining;
        try {
            joining = Joining.of(this, value);
        } catch (Throwable t) {
            failed(t, runner);
            return;
        }
        TaskRecord record = record();
        if (record != null) {
            runner.count(app.id, Tally.FINISHED);
            record.joins(joining.inner());
        }
        returned(TaskState.JOINING);
        if (join(runner.thread, joining)) { // see ended
            runner.count(app.id, Tally.JOINED);
            joining.resolved(runner);
        } else {
            awaitInterrupt();
            joining.cancel(runner);
        }
    }

    /** What the join app waited for is there. */
    final void joined(Object value, Runner runner) {
        TaskRecord record = record();
        if (record != null && record.checkpoints()) {
            record.checkpoint(this, value, runner);
            return;
        }
        end(Outcome.ofValue(value), runner);
    }

    // Ending

    @Override
    final void ended(Object with, Runner runner) {
        TaskRecord record = record();
        TaskState last = TaskState.EXEC_DONE;
        Object at;
        if (app.outlasts) {
            at = takeAt(); // join fails, or we see what it left
            if (at instanceof Joining) {
                runner.count(app.id, Tally.JOIN_ENDED);
            }
        } else {
            at = at();
        }
        if (with instanceof Outcome.Failed failed) {
            last = failed.state;
            if (with instanceof Outcome.Cancelled cancelled) {
                cancelled.at = at;
            }
        } else if (record != null && record.isMemoized()) {
            last = TaskState.MEMO_DONE;
        }
        if (last != TaskState.CANCELLED
                && (at == runner.thread || !(at instanceof Thread))
                && (record == null || !record.hasOverrun())) {
            clear(); // others must not: the body may be about to read the arguments
            enter(null);
        }
        if (record != null) {
            record.ended(this, with);
        }
        if (counted) {
            app.flow.leave(); // before it counts as ended: a flow that is idle has room
        }
        runner.count(app.id, Tally.ending(last));
    }

    @Override
    public final boolean cancel(boolean interrupt) {
        Runners runners = Runners.of(flow());
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            return cancel(interrupt, runner);
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }

    @Override
    final void cancel(Runner runner) {
        cancel(true, runner);
    }

    /** Interrupts before any dependent is resolved: the body's thread waits for that to be over. */
    private boolean cancel(boolean interrupt, Runner runner) {
        Outcome.Cancelled cancelled = new Outcome.Cancelled(name() + " was cancelled");
        boolean won;
        try {
            won = end(cancelled, runner);
            if (won && interrupt) {
                strike(cancelled);
            }
        } finally {
            cancelled.settled = true; // pairs with awaitInterrupt
        }
        if (cancelled.at instanceof Hold hold) {
            runner.add(new Listener(hold::cancel)); // not here: joins may be nested deeply
        }
        return won;
    }

    final void state(TaskState to) {
        STATE.setOpaque(this, (byte) to.code());
    }

    /** As {@link #state(TaskState)}, after a body without which the task goes on, or has ended. */
    private void returned(TaskState to) {
        STATE.setRelease(
                this, (byte) to.code()); // pairs with isInBody: what the body called is counted
    }

    /**
     * Whether the body runs, be the task cancelled or not. Any thread; only of a task without a
     * record, since {@link Tally} counts the others.
     */
    final boolean isInBody() {
        if ((byte) STATE.getAcquire(this) != TaskState.RUNNING.code()) {
            return false;
        }
        Object s = outcome();
        return !isOutcome(s) || s instanceof Outcome.Cancelled; // else the body has given it
    }

    @Override
    public final TaskState state() {
        Object s = outcome();
        if (!isOutcome(s)) {
            return TaskState.of((byte) STATE.getOpaque(this));
        }
        if (s instanceof Outcome.Failed failed) {
            return failed.state;
        }
        TaskRecord record = record();
        return record != null && record.isMemoized() ? TaskState.MEMO_DONE : TaskState.EXEC_DONE;
    }

    @Override
    public final Flow flow() {
        return app.flow;
    }

    @Override
    public final String name() {
        TaskRecord record = record();
        return record == null ? app.name() : record.name();
    }

    @Override
    final long traceId() {
        TaskRecord record = record();
        return record == null ? Trace.NONE : record.traceId();
    }

    @Override
    public final List<DataFuture> outputs() {
        TaskRecord record = record();
        return record == null ? List.of() : record.outputs();
    }

    @Override
    public final Path stdout() {
        TaskRecord record = record();
        return record == null ? null : record.stdout();
    }

    @Override
    public final Path stderr() {
        TaskRecord record = record();
        return record == null ? null : record.stderr();
    }
}
