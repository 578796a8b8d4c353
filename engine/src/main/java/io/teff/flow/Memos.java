// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.flow.Memoizer.Memo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memoization of one flow. Before a task is launched, its result is looked for: in the {@link
 * Memoizer}, in the checkpoints that were read, and among the tasks that are running.
 *
 * <p>Of the calls with one key that are in flight, one runs, and the others wait in its {@link
 * Flight}. A flight is in {@code flights} from when its first call is admitted until the result has
 * been kept; so who finds neither result nor flight, then makes a flight, and still finds no result,
 * is the only one to run. If the one that runs is cancelled, the next one runs.
 */
final class Memos {
    private final Memoizer memoizer;
    private final KeyEncoder keys;
    final Checkpoint checkpoint; // null without
    private final Warnings warnings;
    private final ConcurrentHashMap<MemoKey, Flight> flights = new ConcurrentHashMap<>();
    private final Map<String, Class<?>> bodies = new ConcurrentHashMap<>(); // of memoized apps

    Memos(Memoizer memoizer, KeyEncoder keys, Checkpoint checkpoint, Warnings warnings) {
        this.memoizer = memoizer;
        this.keys = keys;
        this.checkpoint = checkpoint;
        this.warnings = warnings;
    }

    /** An app is to be memoized under its name. */
    void register(String name, Class<?> body) {
        Class<?> other = bodies.putIfAbsent(name, body);
        if (other != null && other != body) {
            throw new IllegalArgumentException(
                    "two apps with different bodies are called '"
                            + name
                            + "' and memoized, which would mix up their results; rename one");
        }
    }

    // Before a task is launched

    /** True if the task has to run; false if it has ended, or waits for its equal. */
    boolean admit(Call<?> call, Runner runner) {
        if (call.app.flow.isCancelling()) {
            return true; // it will be cancelled
        }
        MemoKey key;
        try {
            key = keys.of(call);
        } catch (Throwable t) {
            finish(call, new Outcome.Failed(t), runner);
            return false;
        }
        while (true) {
            Object known = find(key, call, runner);
            if (known != null) {
                finish(call, known, runner);
                return false;
            }
            Flight mine = new Flight(key);
            Flight flight = flights.putIfAbsent(key, mine);
            if (flight == null) {
                known = find(key, call, runner); // a flight may have landed in between
                if (known == null) {
                    mine.fly(call, runner);
                    return true;
                }
                finish(call, known, runner);
                mine.land(known, runner);
                return false;
            }
            if (flight.join(call)) {
                return false;
            }
        }
    }

    private Object find(MemoKey key, Call<?> call, Runner runner) {
        try {
            Memo memo = memoizer.find(key);
            if (memo != null) {
                return memo.failure() == null
                        ? Outcome.ofValue(memo.value())
                        : new Outcome.Failed(memo.failure());
            }
        } catch (Throwable t) { // of the user's
            warnings.warn("the memoizer could not look for " + call.name() + ": " + t, t);
        }
        if (checkpoint == null) {
            return null;
        }
        Object outcome = checkpoint.find(key, call.name(), runner);
        if (outcome != null && keep(key, new Memo(Outcome.value(outcome), null), call)) {
            checkpoint.forget(key);
        }
        return outcome;
    }

    private boolean keep(MemoKey key, Memo memo, Call<?> call) {
        try {
            memoizer.keep(key, memo);
            return true;
        } catch (Throwable t) { // of the user's
            warnings.warn("the memoizer could not keep " + call.name() + ": " + t, t);
            return false;
        }
    }

    /** Ends a task that does not run. */
    private static void finish(Call<?> call, Object outcome, Runner runner) {
        if (!(outcome instanceof Outcome.Failed)) {
            call.record().memoized();
        }
        call.end(outcome, runner); // or somebody has cancelled it
    }

    /** Calls with one key: one that runs, and those that wait for it. */
    private final class Flight {
        private final MemoKey key;
        private final Queue<Call<?>> waiting = new ArrayDeque<>(1); // guarded by this
        private boolean landed; // guarded by this

        Flight(MemoKey key) {
            this.key = key;
        }

        /** False if the flight is over, and the call was not taken. */
        synchronized boolean join(Call<?> call) {
            return !landed && waiting.add(call);
        }

        private synchronized Call<?> next() {
            Call<?> call = waiting.poll();
            if (call == null) {
                landed();
            }
            return call;
        }

        private void landed() {
            landed = true;
            flights.remove(key, this);
        }

        /** This call is to run. */
        void fly(Call<?> call, Runner runner) {
            call.record().memoKey(key);
            Listener listener = new Listener(then -> ended(call, then));
            if (!call.addDependent(listener)) { // cancelled already
                ended(call, runner);
            }
        }

        private void ended(Call<?> call, Runner runner) {
            Object outcome = call.outcome();
            if (outcome instanceof Outcome.Failed failed) {
                if (failed.isCancelled()) {
                    pass(runner);
                } else {
                    land(new Outcome.Failed(failed.error), runner);
                }
            } else {
                land(outcome, runner);
            }
        }

        /** The one that ran was cancelled: the next one runs. */
        private void pass(Runner runner) {
            Call<?> call;
            while ((call = next()) != null) {
                Call<?> next = call;
                next.record().memoKey(key);
                if (next.addDependent(new Listener(then -> ended(next, then)))) {
                    runner.ready(next);
                    return;
                }
                // cancelled while it waited
            }
        }

        /** All that wait end as the one that ran. */
        void land(Object outcome, Runner runner) {
            Call<?>[] all;
            synchronized (this) {
                landed();
                all = waiting.toArray(Call<?>[]::new);
                waiting.clear();
            }
            for (Call<?> call : all) {
                finish(call, outcome, runner);
            }
        }
    }

    // When a body is over

    boolean checkpoints() {
        return checkpoint != null && checkpoint.writes();
    }

    /** Takes the result of a task that made it for its key, and ends the task, now or soon. */
    void checkpoint(MemoKey key, Object value, Call<?> call, Runner runner) {
        if (!checkpoint.add(key, value, call, runner)) {
            call.end(Outcome.ofValue(value), runner);
        }
    }

    /**
     * Keeps the result of a task that made it for its key: before the task counts as ended, so that a
     * flow which has closed has kept all, and before any dependent is told.
     */
    void keep(MemoKey key, Object outcome, Call<?> call) {
        if (!(outcome instanceof Outcome.Failed failed)) {
            keep(key, new Memo(Outcome.value(outcome), null), call);
        } else if (!failed.isCancelled() && call.record().isOwnFailure(failed.error)) {
            keep(key, new Memo(null, failed.error), call);
        }
    }

    // For the flow

    /** Writes what has not been written; returns how many results. */
    long write() {
        if (!checkpoints()) {
            throw new IllegalStateException(
                    "the flow has no checkpoint: name a file by checkpoint(file, mode) on its"
                            + " builder");
        }
        try {
            return checkpoint.write();
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint could not be written", e);
        }
    }

    /** Begins to write from time to time, if the mode says so. */
    void start(Clock clock) {
        if (checkpoints() && checkpoint.mode().period() != null) {
            clock.repeat(checkpoint::writeSoon, checkpoint.mode().period());
        }
    }

    /** The flow does not wait for its tasks. */
    void leave() {
        if (checkpoints() && checkpoint.mode() != CheckpointMode.MANUAL) {
            checkpoint.writeOrWarn();
        }
    }

    /** No task is left. Idempotent. */
    void close() {
        if (checkpoint != null) {
            checkpoint.close();
        }
    }
}
