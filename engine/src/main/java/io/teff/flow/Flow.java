// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

/**
 * Dataflow on any {@link Executor}, after Parsl: functions become apps, calling an app gives a future
 * at once, and futures are arguments of further calls. A task runs when its arguments are there.
 *
 * <pre>{@code
 * try (Flow flow = Flow.on(executor)) {
 *     App1<Integer, Integer> increment = flow.app("increment", (Integer x) -> x + 1);
 *     AppFuture<Integer> two = increment.call(increment.call(0));
 *     System.out.println(two.get());
 * }
 * }</pre>
 *
 * <p>Any thread may use a flow. It owns no executor: close the flow first, then its executors. There
 * can be no cycle of tasks, since a call takes only futures that exist already.
 *
 * <p>Source: Babuji et al., Parsl: Pervasive Parallel Programming in Python, HPDC 2019.
 */
public final class Flow extends Apps implements AutoCloseable {
    final Runners runners = new Runners();
    final RunDirectory run;
    final Stager stager;
    final Processes processes;
    private final Map<String, Slot> slots;
    private final Placement placement;
    private final int retries;
    private final RetryHandler retryHandler;
    private final Resolver resolver;
    private final Bound bound; // null without a limit
    private final Exit exit;
    private final Clock clock = new Clock();
    final LocalThreads local = new LocalThreads();
    private final Ending ending = new Ending(this);
    private final Apparent apparent = new Apparent(this);
    private final Warnings warnings;
    private final Memos memos;
    private final Set<Derived<?>> foreign = ConcurrentHashMap.newKeySet(); // not ended yet
    private final List<Registered> apps = new ArrayList<>(); // guarded by itself
    final Trace trace; // null unless it keeps one
    final Feeds feeds; // null if nobody can watch
    private volatile boolean closed;
    private volatile boolean cancelling;

    /** An app as the summary knows it. */
    record Registered(String name, int id) {}

    Flow(FlowBuilder builder) {
        slots = new LinkedHashMap<>(builder.slots);
        placement = builder.placement;
        retries = builder.retries;
        retryHandler = builder.retryHandler;
        resolver = builder.resolver;
        bound = builder.maxInFlight == 0 ? null : new Bound(builder.maxInFlight, builder.rejects);
        exit = builder.exit;
        trace = builder.traces ? new Trace() : null;
        warnings = new Warnings(builder.warningHandler);
        memos =
                new Memos(
                        builder.memoizer,
                        new KeyEncoder(builder.memoEncoders),
                        builder.checkpoint(runners, warnings),
                        warnings);
        run = new RunDirectory(builder.runDirectory);
        stager = new Stager(this, builder.stagings, builder.stagingExecutors);
        processes = new Processes(builder.maxProcesses);
        memos.start(clock);
        feeds = apparent.begin() ? new Feeds() : null;
    }

    /** A flow on one executor, with no further options. */
    public static Flow on(Executor executor) {
        return builder().executor("default", executor).build();
    }

    /** To name executors and set options. */
    public static FlowBuilder builder() {
        return new FlowBuilder();
    }

    @Override
    App.Kind kind(String name, App.Type type) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("an app needs a name, not '" + name + "'");
        }
        synchronized (apps) {
            int id = apps.size();
            apps.add(new Registered(name, id));
            return new App.Kind(this, name, id, type);
        }
    }

    List<Registered> apps() {
        synchronized (apps) {
            return List.copyOf(apps);
        }
    }

    /** A future that has its value already, to stand among others. */
    public <R> AppFuture<R> value(R value) {
        return new Derived.Value<>(this, value);
    }

    /** Somebody else's stage as a future of this flow; a future of this flow as it is. */
    public <R> AppFuture<R> future(CompletionStage<? extends R> stage) {
        return Foreign.adopt(this, stage);
    }

    /**
     * This flow as an {@link ExecutorService}, for code that wants one: its tasks are those of an app
     * of this name. Its shutdown ends neither the flow nor its executors.
     */
    public ExecutorService asExecutorService(String name) {
        return new FlowPool(this, name);
    }

    // Calls

    void begin(Call<?> call) {
        Nest nest = Nest.current();
        Runner runner = enter(call, nest);
        try {
            call.begin(runner);
        } finally {
            exit(runner, nest);
        }
    }

    /** A call without a record, whose arguments are these or fewer: the fast path. */
    void begin(Call<?> call, Object x, Object y, Object z) {
        Caller caller = call.app.caller;
        Runner runner;
        if (caller != null && caller.isHere() && caller.isFree() && !closed) {
            caller.count();
            runner = caller.runner;
        } else if ((runner = runnerAtHand(call.app)) != null) {
            runner.count(call.app.id, Tally.SUBMITTED);
            caller = null;
        } else {
            begin(call);
            return;
        }
        if (!call.waits(x, y, z, caller)) {
            launch(call, runner);
        }
    }

    /** The one that runs the task whose call this is, or one that need not be borrowed; or null. */
    private Runner runnerAtHand(App<?> app) {
        Nest nest = runners.nest();
        Runner runner = nest.running;
        if (runner == null) {
            runner = closed || bound != null ? null : runners.idle(nest);
            if (runner != null) {
                runners.meet(app, runner, nest.thread);
            }
            return runner;
        }
        return runner.owner == runners ? runner : null;
    }

    private void launch(Call<?> call, Runner runner) {
        Nest nest = runner.nest();
        if (runner != nest.running) {
            runner.isInUse = true;
        }
        try {
            call.arrived(runner);
        } finally {
            exit(runner, nest);
        }
    }

    private Runner enter(Call<?> call, Nest nest) {
        Runner runner = nest.running;
        if (runner == null || runner.owner != runners) {
            if (closed || bound != null) {
                admit(call);
            }
            runner = runners.borrow(nest);
        } // else a task's own call, not held up: what it would wait for might be the task
        runner.count(call.app.id, Tally.SUBMITTED);
        return runner;
    }

    private void admit(Call<?> call) {
        checkOpen(call);
        if (bound != null && !(call instanceof StageCall)) { // its task may hold the last place
            bound.enter(call);
            call.counted = true;
            if (closed) {
                bound.leave();
                checkOpen(call);
            }
        }
    }

    private void exit(Runner runner, Nest nest) {
        if (runner != nest.running) {
            runners.settleAndReturn(runner, nest);
        } else if (runner.mayLinger()) {
            runner.handOutNext(); // the body may wait for it, in ways that we do not see
        }
    }

    private void checkOpen(Call<?> call) {
        if (closed) {
            throw new RejectedExecutionException(call.name() + " rejected: its flow is closed");
        }
    }

    void leave() {
        bound.leave();
    }

    /** Ends a call that could not begin, but for which others may wait. */
    void refused(Call<?> call, Throwable reason) {
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            runner.count(call.app.id, Tally.SUBMITTED);
            call.end(new Outcome.Failed(reason), runner);
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }

    /**
     * The folder of this run, for output files with automatic names and for copies of files that have
     * been told no place: {@code runinfo/000}, or the next number that is free. Made when first
     * needed, and not deleted.
     *
     * @throws UncheckedIOException if it cannot be made
     */
    public Path runDirectory() {
        return run.path();
    }

    /** The executors with these labels; all of them if there is none. */
    List<Slot> slots(List<String> labels) {
        if (labels.isEmpty()) {
            return List.copyOf(slots.values());
        }
        List<Slot> chosen = new ArrayList<>();
        for (String label : labels) {
            Slot slot = slots.get(label);
            if (slot == null) {
                throw new IllegalArgumentException(
                        "no executor is called '" + label + "': the flow has " + slots.keySet());
            }
            chosen.add(slot);
        }
        return List.copyOf(chosen);
    }

    Slot choose(List<Slot> candidates) {
        if (placement == Placement.RANDOM) {
            return candidates.get(ThreadLocalRandom.current().nextInt(candidates.size()));
        }
        Slot best = candidates.get(0);
        for (Slot slot : candidates) {
            if (slot.load.get() < best.load.get()) {
                best = slot;
            }
        }
        return best;
    }

    int retries() {
        return retries;
    }

    RetryHandler retryHandler() {
        return retryHandler;
    }

    Resolver resolver() {
        return resolver;
    }

    ScheduledExecutorService clock() {
        return clock.timer();
    }

    Memos memos() {
        return memos;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isCancelling() {
        return cancelling;
    }

    void outstanding(Derived<?> future, boolean on) {
        if (on) {
            foreign.add(future);
        } else {
            foreign.remove(future);
        }
    }

    // Ending

    /**
     * Writes to the {@linkplain FlowBuilder#checkpoint checkpoint} all results of memoized apps that have
     * not been written yet.
     *
     * @return how many
     * @throws IllegalStateException if the flow has none
     * @throws java.io.UncheckedIOException if that failed; the results are tried again next time
     */
    public long checkpoint() {
        return memos.write();
    }

    /** What the flow has had to warn of, the first hundred of it; see {@link FlowBuilder#onWarning}. */
    public List<Warning> warnings() {
        return warnings.kept();
    }

    /** Counts of tasks by state and app. */
    public Summary summary() {
        return Summary.of(this);
    }

    /**
     * What was done when and where, so far.
     *
     * @throws IllegalStateException if the flow was not built with {@link FlowBuilder#trace}
     */
    public Trace trace() {
        if (trace == null) {
            throw new IllegalStateException(
                    "this flow keeps no trace: make it with Flow.builder().trace()");
        }
        return trace;
    }

    /** Whether every task that was called has ended. */
    public boolean isIdle() {
        return ending.isIdle();
    }

    /**
     * Waits until every task that was called has ended, in whatever way. Not from a task of this
     * flow, which would wait for itself.
     *
     * @throws TimeoutException if they have not after {@code timeout}
     * @throws IllegalStateException if tasks are left whose executors were shut down, or in a task of
     *     this flow
     */
    public void await(Duration timeout) throws InterruptedException, TimeoutException {
        ending.await(timeout);
    }

    /** As {@link #close(Exit)} with the flow's exit mode, {@link Exit#WAIT} unless set. */
    @Override
    public void close() {
        close(exit);
    }

    /**
     * Refuses further calls but those of the flow's own tasks, then does as {@code exit} says. An
     * interrupt while waiting cancels what is left, as in an executor's close. Idempotent.
     *
     * <p>A checkpoint is written, unless its mode is {@link CheckpointMode#MANUAL}, and its file can
     * be used by others; but after {@link Exit#SKIP} it stays open until the flow is closed in
     * another way, or the program ends.
     *
     * @throws IllegalStateException if tasks are left whose executors were shut down, or in a task of
     *     this flow, which would wait for itself
     */
    public void close(Exit exit) {
        if (exit == Exit.SKIP) {
            closed = true;
            memos.leave();
            return;
        }
        ending.checkOutside();
        closed = true;
        cancelling |= exit == Exit.CANCEL;
        boolean interrupted = false;
        try {
            interrupted = !ending.awaitQuiet(this::cancelAll);
        } finally {
            processes.close();
            clock.stop();
            local.stop();
            apparent.end();
            memos.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Further bodies do not start, and what goes on is stopped; again, while more may come. */
    private void cancelAll() {
        cancelling = true;
        for (Derived<?> future : foreign) {
            future.cancel(true);
        }
        runners.forEachCurrent(call -> call.cancel(true));
        processes.cancelAll();
    }

    /** The executors, in the order in which they were given. */
    Collection<Slot> slots() {
        return slots.values();
    }

    @Override
    public String toString() {
        return "flow on " + slots.keySet();
    }
}
