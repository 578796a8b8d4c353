// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * What a flow keeps of a task that uses options: its tries, its failures, where it runs. Handed to a
 * {@link RetryHandler}. One thread at a time owns it, as it owns the task.
 */
public final class TaskRecord {
    private final App<?> app;
    private final List<Throwable> failures = new ArrayList<>();
    private final List<AppFuture<?>> dependencies;
    private final TaskFiles files; // null if it has no work with files
    private int unseen; // dependencies, from the first, that may not have ended
    Object second; // argument, whose place in the call this has
    private Slot slot;
    private final Holding holding; // null if there is but one executor
    private volatile boolean hasOverrun;
    private TraceEntry trace; // null unless the flow keeps one
    private int tries;
    private double cost;
    private boolean memoized;
    private MemoKey memoKey; // once this task is the one that makes the result for others
    private Path stdout; // of a command
    private Path stderr;
    private boolean hasRun; // elsewhere, well, and what is left to do needs a thread
    private Object result; // of what has run

    TaskRecord(App<?> app, List<AppFuture<?>> dependencies, TaskFiles files) {
        this.app = app;
        this.dependencies = dependencies;
        unseen = dependencies.size();
        this.files = files;
        slot = app.only;
        holding = slot == null ? new Holding() : null;
        if (app.isBash) {
            redirect();
        }
    }

    private void redirect() {
        Redirect out = options().stdout();
        Redirect err = options().stderr();
        boolean isAuto = out == Redirect.AUTO || err == Redirect.AUTO;
        String log = isAuto ? app.flow.run.log(name()).toString() : null;
        stdout = file(out, log + ".stdout");
        stderr = file(err, log + ".stderr");
    }

    private static Path file(Redirect redirect, String automatic) {
        if (redirect == null) {
            return null;
        }
        return redirect == Redirect.AUTO ? Path.of(automatic) : redirect.file();
    }

    /** The app's name. */
    public String app() {
        return app.name();
    }

    /** The task's own name; that of the app if it has none. */
    public String name() {
        String name = options().name();
        return name == null ? app.name() : name;
    }

    /** How often the body has been started. */
    public int tries() {
        return tries;
    }

    /** What its failures have cost so far. */
    public double cost() {
        return cost;
    }

    /** Failures so far, oldest first. */
    public List<Throwable> failures() {
        return Collections.unmodifiableList(failures);
    }

    /** Label of the executor it was given to; null before. */
    public String executor() {
        return slot == null ? null : slot.label;
    }

    Options options() {
        return app.options;
    }

    /** The call has got this, and begins. */
    void begun(Arrival<?> call) {
        if (app.flow.trace != null) {
            trace = app.flow.trace.add(call, this);
        }
    }

    long traceId() {
        return trace == null ? Trace.NONE : trace.id;
    }

    // Dependencies that are no arguments

    List<AppFuture<?>> dependencies() {
        return dependencies;
    }

    /** One that has not ended; null if all have. */
    AppFuture<?> notEnded(Arrival<?> call) {
        for (; unseen > 0; unseen--) {
            AppFuture<?> future = dependencies.get(unseen - 1);
            if (!call.hasEnded(future)) {
                return future;
            }
        }
        return null;
    }

    AppFuture<?> failedDependency() {
        for (AppFuture<?> future : dependencies) {
            if (future.isFailed()) {
                return future;
            }
        }
        return null;
    }

    List<DataFuture> outputs() {
        return files == null ? List.of() : files.futures();
    }

    Path stdout() {
        return stdout;
    }

    Path stderr() {
        return stderr;
    }

    // Running

    Slot slot() {
        return slot;
    }

    boolean isMemoized() {
        return memoized;
    }

    /** The result comes from elsewhere. Before the task ends. */
    void memoized() {
        memoized = true;
    }

    /** The task is the one that makes the result for all calls with this key. */
    void memoKey(MemoKey key) {
        memoKey = key;
    }

    /** Whether the failure it ended with is its body's, not the executor's. */
    boolean isOwnFailure(Throwable error) {
        return app.joins
                ? tries > 0
                : !failures.isEmpty() && failures.get(failures.size() - 1) == error;
    }

    /** Whether its result goes to {@link #checkpoint}, which ends the task. */
    boolean checkpoints() {
        return memoKey != null && app.flow.memos().checkpoints();
    }

    void checkpoint(Call<?> call, Object value, Runner runner) {
        app.flow.memos().checkpoint(memoKey, value, call, runner);
    }

    /**
     * The task is about to be launched: looks whether its result is known, chooses the executor.
     * False if it has ended instead, or waits for another task.
     */
    boolean prepare(Call<?> call, Runner runner) {
        if (options().memoize() && memoKey == null && !app.flow.memos().admit(call, runner)) {
            return false;
        }
        if (app.only == null && (slot == null || (tries > 0 && !hasRun))) {
            slot = app.flow.choose(app.slots);
            holding.move(slot);
        }
        if (trace != null && !hasRun) {
            trace.launched(slot.label);
        }
        return true;
    }

    /** Whether the next step sends it to another process, rather than doing something here. */
    boolean isToBeSent() {
        return app.isSent && !hasRun;
    }

    /** One try. */
    void step(Call<?> call, Runner runner) {
        if (hasRun) {
            hasRun = false;
            finishOutside(call, runner);
            return;
        }
        tries++;
        if (trace != null) {
            trace.started(tries);
        }
        if (slot.remote != null && app.isSent) {
            send(call, runner);
            return;
        }
        Limit limit = null;
        Object value = null;
        Throwable error = null;
        try {
            if (options().walltime() != null) {
                limit = new Limit(this, call, runner.thread, app.flow.clock());
            }
            if (files != null) {
                files.before();
            }
            value = call.invoke();
            if (files != null && !app.isBash) {
                files.check(name());
                files.after();
            }
        } catch (Throwable t) {
            error = t;
        }
        if (limit != null && !limit.finish()) {
            call.awaitInterrupt();
            return; // the clock has gone on with the task
        }
        if (trace != null && !app.isBash) {
            trace.returned();
        }
        if (app.isBash) {
            runCommand((String) value, error, call, runner);
        } else if (error == null) {
            call.succeeded(value, runner);
        } else {
            tryFailed(error, call, runner);
        }
    }

    // Outside this process

    private void send(Call<?> call, Runner runner) {
        Shipment shipment;
        try {
            if (files != null) {
                files.before();
            }
            Callable<Object> body =
                    app.isBash
                            ? new RemoteCommand(CommandLine.of(this, (String) call.invoke()))
                            : call.detached();
            RemoteTask<Object> task =
                    new RemoteTask<>(
                            app(),
                            name(),
                            app.bodyClass,
                            body,
                            options().priority(),
                            options().resources());
            shipment = new Shipment(call, this, slot.remote.send(task));
        } catch (Throwable t) {
            tryFailed(t, call, runner);
            return;
        }
        if (!call.join(runner.thread, shipment)) {
            shipment.cancel(runner); // the task has been, and ends its try as others do
        }
        shipment.await();
    }

    // Commands

    /** The body of a bash app has returned or thrown. */
    private void runCommand(String line, Throwable error, Call<?> call, Runner runner) {
        if (error != null) {
            boolean isFormat = error instanceof IllegalFormatException;
            tryFailed(isFormat ? new AppBadFormatting(name(), error) : error, call, runner);
            return;
        }
        Command command;
        try {
            command = new Command(call, this, CommandLine.of(this, line));
        } catch (Throwable t) {
            tryFailed(t, call, runner);
            return;
        }
        if (!call.join(runner.thread, command)) {
            call.failed(new CancellationException(), runner); // it has ended so already
            return;
        }
        try {
            app.flow.processes.submit(command);
        } catch (Throwable t) { // before it was taken
            tryFailed(t, call, runner);
        }
    }

    /** The body has run in another process, or the command, and well. */
    void ranOutside(Object value, Call<?> call, Runner runner) {
        try {
            if (files != null) {
                files.check(name());
                hasRun = files.hasWorkAfter();
            }
        } catch (Throwable t) {
            tryFailed(t, call, runner);
            return;
        }
        if (trace != null) {
            trace.returned();
        }
        if (hasRun) {
            result = value;
            runner.count(app.id, Tally.FINISHED);
            runner.ready(call);
        } else {
            call.succeeded(value, runner);
        }
    }

    private void finishOutside(Call<?> call, Runner runner) {
        Object value = result;
        result = null;
        try {
            files.after();
        } catch (Throwable t) {
            tryFailed(t, call, runner);
            return;
        }
        call.succeeded(value, runner);
    }

    /** The clock has taken the task from the body, which may still run. */
    void overrun() {
        hasOverrun = true;
        if (trace != null) {
            trace.returned();
        }
    }

    boolean hasOverrun() {
        return hasOverrun;
    }

    void joins(List<AppFuture<?>> inner) {
        if (trace != null) {
            trace.joins(inner);
        }
    }

    /** A try has failed: runs the body again if that is within the budget. */
    void tryFailed(Throwable error, Call<?> call, Runner runner) {
        Throwable last = error;
        boolean again = false;
        if (!app.joins && !call.isDone()) {
            failures.add(error);
            try {
                double more = app.flow.retryHandler().cost(error, this);
                if (!(more >= 0)) {
                    throw new IllegalStateException(
                            "the retry handler gave a cost of " + more + ": it must be 0 or more");
                }
                cost += more;
                again = cost <= app.retries;
            } catch (Throwable t) {
                if (t != error) { // a handler may throw what it was asked about
                    t.addSuppressed(error);
                }
                last = t;
            }
        }
        if (again) {
            call.state(TaskState.FAIL_RETRYABLE);
            runner.count(app.id, Tally.FINISHED);
            runner.count(app.id, Tally.RETRIED);
            call.leave();
            call.awaitInterrupt();
            runner.ready(call);
        } else {
            call.failed(last, runner);
        }
    }

    /** Any thread, once. */
    void ended(Call<?> call, Object outcome) {
        if (memoKey != null) {
            app.flow.memos().keep(memoKey, outcome, call);
        }
        if (trace != null) {
            trace.ended(call.state());
        }
        if (app.only == null) {
            holding.end();
        }
    }
}
