// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The result to come of an app's call. A {@link Future} and a {@link CompletionStage}, and an
 * argument of further calls. Threads may share it. How it ends, and who is told: {@link Promise}.
 *
 * @param <R> type of the result
 */
public abstract class AppFuture<R> extends Promise<R> implements Future<R> {
    AppFuture() {}

    AppFuture(Object outcome) {
        super(outcome);
    }

    // What users ask

    /** The flow that made it. */
    public abstract Flow flow();

    /** Name of the app, or of what was done with its result. */
    public abstract String name();

    /** Where the task is; a hint, unless final. */
    public abstract TaskState state();

    /**
     * Futures of the files that this call was told to make, in the order of {@link
     * Options#outputs}.
     */
    public List<DataFuture> outputs() {
        return List.of();
    }

    /** The file that a command's standard output goes to; null if there is none. */
    public Path stdout() {
        return null;
    }

    /** The file that a command's standard error goes to; null if there is none. */
    public Path stderr() {
        return null;
    }

    @Override
    public final boolean isDone() {
        return isOutcome(outcome());
    }

    @Override
    public final boolean isCancelled() {
        return outcome() instanceof Outcome.Failed failed && failed.isCancelled();
    }

    /** Whether it ended without a result: failed, or was cancelled. */
    public final boolean isFailed() {
        return outcome() instanceof Outcome.Failed;
    }

    /**
     * Why there is no result; null if there is one, or the task has not ended. A {@link
     * CancellationException} if it was cancelled.
     */
    public final Throwable failure() {
        return outcome() instanceof Outcome.Failed failed ? failed.error : null;
    }

    @Override
    public final R get() throws InterruptedException, ExecutionException {
        Object s = outcome();
        if (!isOutcome(s)) {
            s = Waiter.await(this, 0);
        }
        return report(s);
    }

    @Override
    public final R get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        Object s = outcome();
        if (!isOutcome(s)) {
            s = Waiter.await(this, Math.max(1, unit.toNanos(timeout)));
            if (!isOutcome(s)) {
                throw new TimeoutException(
                        name() + " has no result after " + Duration.ofNanos(unit.toNanos(timeout)));
            }
        }
        return report(s);
    }

    /**
     * Waits for the result, without checked exceptions and whether or not the thread is interrupted.
     *
     * @throws CompletionException with the failure as its cause
     * @throws CancellationException if the task was cancelled
     */
    public final R join() {
        Object s = outcome();
        if (!isOutcome(s)) {
            s = Waiter.awaitUninterruptibly(this);
        }
        if (s instanceof Outcome.Failed failed) {
            if (failed.isCancelled()) {
                throw cancellation();
            }
            throw new CompletionException(failed.error);
        }
        return valueOf(s);
    }

    private R report(Object s) throws ExecutionException {
        if (s instanceof Outcome.Failed failed) {
            if (failed.isCancelled()) {
                throw cancellation();
            }
            throw new ExecutionException(failed.error);
        }
        return valueOf(s);
    }

    private CancellationException cancellation() {
        return new CancellationException(name() + " was cancelled");
    }

    /**
     * Cancels the task unless it has ended: its body does not start any more, or is interrupted if
     * {@code interrupt} says so, and tasks that depend on it are cancelled as well. A join app
     * cancels the tasks that it waits for.
     */
    @Override
    public boolean cancel(boolean interrupt) {
        return end(new Outcome.Cancelled(name() + " was cancelled"));
    }

    /**
     * What {@code function} makes of the result, computed by the thread that completes this future:
     * no task of its own.
     */
    public final <S> AppFuture<S> map(Function<? super R, ? extends S> function) {
        return new Mapped<>(this, name() + ".map", function);
    }

    /**
     * The entry of the result under {@code key}: of a map, or of a list, an array or any other {@link
     * Iterable} by its index.
     */
    @SuppressWarnings("unchecked") // as the caller says
    public final <S> AppFuture<S> get(Object key) {
        return new Mapped<>(this, name() + "[" + key + "]", value -> (S) Mapped.entry(value, key));
    }

    @Override
    public final CompletableFuture<R> toCompletableFuture() {
        CompletableFuture<R> future = new CompletableFuture<>();
        whenEnded(
                runner -> {
                    Object s = outcome();
                    if (s instanceof Outcome.Failed failed) {
                        future.completeExceptionally(failed.error);
                    } else {
                        future.complete(valueOf(s));
                    }
                });
        return future;
    }

    @Override
    public String toString() {
        return name() + " " + state() + (isFailed() ? ": " + failure() : "");
    }

    // What the package does with it

    @SuppressWarnings("unchecked")
    private R valueOf(Object s) {
        return (R) Outcome.value(s);
    }

    /** Runs {@code action} when the future has ended, at once if it has. */
    final void whenEnded(Listener.Action action) {
        Listener listener = new Listener(action);
        if (!addDependent(listener)) {
            Runners.of(flow()).now(listener);
        }
    }

    /** As {@link #end(Object, Runner)}, from a thread that is no runner: resolves dependents here. */
    final boolean end(Object with) {
        Runners runners = Runners.of(flow());
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            return end(with, runner);
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }

    /** As {@code cancel(true)}, with dependents left to the runner. */
    void cancel(Runner runner) {
        cancel(true);
    }

    /** Its number in the flow's {@link Trace}; -1 if it is in none. */
    long traceId() {
        return Trace.NONE;
    }
}
