// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * A function that a {@link Flow} runs as a task whenever it is called: {@link App0} to {@link App5},
 * and {@link AppList}. Made by the flow. Calling never waits for arguments, and never throws what
 * the body throws.
 *
 * @param <R> type of the result
 */
public abstract class App<R> {
    /** What becomes of what a body returns. */
    enum Type {
        /** It is the result. */
        PLAIN,
        /** Futures, whose results are the result. */
        JOIN,
        /** A command line, to be run. */
        BASH,
        /** No body of a user's: it moves files. */
        STAGING
    }

    /** What all apps are made of. */
    record Kind(Flow flow, String name, int id, Type type) {}

    /** The arity of an app that takes lists. */
    static final int LIST = -1;

    final Flow flow;
    final int id;
    final int arity;
    final boolean joins;
    final boolean isBash;
    final boolean outlasts; // its tasks go on after the body has returned, or without it
    final boolean isSent; // to executors that are remote
    final Options options;
    final List<Slot> slots; // that may run it
    final Slot only; // if there is just one
    final int retries;
    Caller caller; // see there; null at first, and always in a flow with a limit
    private final Type type;
    private final String name;
    final Class<?> bodyClass;
    private final boolean isPlain;
    private final boolean isFast; // plain, and nobody watches its flow

    App(Kind kind, int arity, Object body) {
        this(kind, arity, body == null ? null : body.getClass(), Options.NONE);
        if (body == null) {
            throw new NullPointerException("body of app " + name);
        }
    }

    App(App<R> app, Options options) {
        this(new Kind(app.flow, app.name, app.id, app.type), app.arity, app.bodyClass, options);
    }

    App(Kind kind, int arity, Class<?> bodyClass, Options options) {
        this.arity = arity;
        this.bodyClass = bodyClass;
        flow = kind.flow;
        name = kind.name;
        id = kind.id;
        type = kind.type;
        joins = type == Type.JOIN;
        isBash = type == Type.BASH;
        isSent = type == Type.PLAIN || isBash;
        this.options = options;
        slots = flow.slots(options.executors());
        only = slots.size() == 1 ? slots.get(0) : null;
        boolean isRemote = slots.stream().anyMatch(slot -> slot.remote != null);
        outlasts = joins || isBash || isRemote;
        retries = options.retries() < 0 ? flow.retries() : options.retries();
        isPlain =
                only != null
                        && options.isPlain()
                        && retries == 0
                        && !isBash
                        && !isRemote
                        && flow.trace == null;
        isFast = isPlain && flow.feeds == null;
        flow.stager.check(options);
        if (!options.resources().isEmpty()) {
            checkResources();
        }
        if (options.memoize()) {
            flow.memos().register(name, bodyClass);
        }
    }

    private void checkResources() {
        for (Slot slot : slots) {
            if (!(slot.executor instanceof ResourceExecutor executor)) {
                throw new InvalidResourceSpecification(
                        "app "
                                + name
                                + " asks for "
                                + options.resources()
                                + ", but executor "
                                + slot
                                + " knows no resources; choose one that does by executors(label)");
            }
            try {
                executor.check(options.resources());
            } catch (IllegalArgumentException e) {
                throw new InvalidResourceSpecification(
                        "app " + name + " on executor " + slot + ": " + e.getMessage());
            }
        }
    }

    /** What its tasks run, if that is a function of the user's. */
    Object function() {
        throw new AssertionError(this);
    }

    /** Its name, as in messages and summaries. */
    public final String name() {
        return name;
    }

    /** Its flow. */
    public final Flow flow() {
        return flow;
    }

    /**
     * Begins a call.
     *
     * @throws RejectedExecutionException if the flow is closed, or full and told to reject
     */
    final AppFuture<R> begin(Call<R> call) {
        if (flow.feeds != null) {
            flow.feeds.count(call);
        }
        if (isPlain) {
            flow.begin(call);
            return call;
        }
        List<AppFuture<?>> dependencies = new ArrayList<>();
        TaskFiles files = inputs(dependencies);
        call.keep(new TaskRecord(this, dependencies, files));
        flow.begin(call);
        if (files != null) {
            files.begun(call);
        }
        return call;
    }

    /**
     * Begins a call of at most three arguments, which are these, by hanging it on one that has not
     * ended, if this thread is the app's {@link Caller}; else false, and it is to be begun. No more
     * code than it takes, so that it is compiled into whatever calls, which {@link #begin} may be too
     * large for.
     */
    final boolean hangs(Call<R> call, Object x, Object y, Object z) {
        Caller caller = callerHere();
        if (caller == null || isAnyNested(x, y, z)) {
            return false;
        }
        caller.count(); // first: it may end at once, elsewhere
        int usual = caller.place;
        if (call.waitsOnNew(usual == 0 ? x : usual == 1 ? y : z) || call.waits(x, y, z, caller)) {
            return true;
        }
        caller.takeBack();
        return false;
    }

    /** As {@link #hangs}, of a call whose one future this is, and whose other argument, if any, a value. */
    final boolean hangsOn(Call<R> call, Object future, Object value) {
        Caller caller = callerHere();
        if (caller == null
                || value instanceof AppFuture // as one may have been called a value
                || value instanceof Nested
                || !(future instanceof AppFuture<?> one)) {
            return false;
        }
        caller.count(); // as above
        if (one.addDependent(call)) {
            return true;
        }
        caller.takeBack();
        return false;
    }

    private Caller callerHere() {
        Caller caller = this.caller;
        return caller != null && caller.isHere() && !flow.isClosed() ? caller : null;
    }

    /** Begins a call of at most three arguments, which are these. */
    final AppFuture<R> begin(Call<R> call, Object x, Object y, Object z) {
        if (!isFast || isAnyNested(x, y, z)) {
            return begin(call);
        }
        flow.begin(call, x, y, z);
        return call;
    }

    private static boolean isAnyNested(Object x, Object y, Object z) {
        return x instanceof Nested || y instanceof Nested || z instanceof Nested;
    }

    /** Sorts out the inputs that are no arguments; gives null if the task has no work with files. */
    private TaskFiles inputs(List<AppFuture<?>> dependencies) {
        List<InTask> fetches = new ArrayList<>();
        for (Object input : options.inputs()) {
            Object item =
                    input instanceof DataFile file
                            ? flow.stager.argument(file, options.outputs())
                            : input;
            if (item instanceof CompletionStage<?> stage) {
                dependencies.add(Foreign.adopt(flow, stage));
            } else if (item instanceof InTask fetch) {
                fetches.add(fetch);
            }
        }
        return fetches.isEmpty() && options.outputs().isEmpty()
                ? null
                : new TaskFiles(flow, fetches, options.outputs());
    }

    final Object argument(Object value) {
        return value instanceof DataFile file
                ? flow.stager.argument(file, options.outputs())
                : Nested.take(this, value);
    }

    final Object future(CompletionStage<?> stage) {
        if (stage instanceof Call<?> call && call.app.flow == flow) {
            return call; // as most are: spares a virtual call
        }
        return stage == null ? null : Foreign.adopt(flow, stage);
    }

    @Override
    public String toString() {
        return "app " + name;
    }
}
