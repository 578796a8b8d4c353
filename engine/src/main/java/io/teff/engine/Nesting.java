// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.ArrayDeque;
import java.util.concurrent.Future;

/**
 * Tasks in the midst of tasks: what a worker runs while a task of its own waits, and whose code runs
 * now. An interrupt meant for a task that waits must not strike the one that runs meanwhile: it is
 * kept until the waiting task's own code runs again.
 *
 * <pre>
 * FIELD    WRITTEN BY  HOW             READ BY
 * running  worker      plain           worker
 * depth    worker      plain           worker
 * waiting  worker      under its lock  whoever cancels: under the lock
 * </pre>
 * Invariants: {@code waiting} holds an entry for each task that others run in the midst of, the newest
 * first, and {@code running} is in none of them; between two tasks it is null, so an idle worker keeps
 * no future and no result alive.
 *
 * <p>The race: a task is cancelled just as it begins to wait. The worker enters it, then takes off an
 * interrupt that came before; a later one finds the entry. So none gets lost, and none reaches the
 * other task.
 */
final class Nesting {
    private static final int MAX_DEPTH = 256;

    private final Worker self;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>(); // guarded by itself
    private Future<?> running; // null: a plain Runnable, or none
    private int depth;

    private static final class Entry {
        final Future<?> future;
        boolean interrupted;

        Entry(Future<?> future) {
            this.future = future;
        }
    }

    Nesting(Worker self) {
        this.self = self;
    }

    /** The code of a future begins; returns what to hand to {@link #end}. */
    Future<?> begin(Future<?> future) {
        Future<?> outer = running;
        running = future;
        return outer;
    }

    /** The code of the future that was begun last has ended. */
    void end(Future<?> outer) {
        running = outer;
    }

    /** While a task waits: runs another one, if that is allowed and there is one. */
    boolean help() {
        Crew crew = self.crew;
        if ((depth >= MAX_DEPTH && crew.spares.hasLeft())
                || crew.isStopped()
                || !Errors.stackHasRoom()) {
            return false;
        }
        Runnable task = self.search.anyTask();
        if (task == null) {
            return self.crew.watch.poll(true);
        }
        runMeanwhile(task);
        return true;
    }

    /** Runs another task in the midst of one; neither gets the interrupts of the other. */
    void runMeanwhile(Runnable task) {
        Future<?> outer = running;
        enter(outer); // first: an interrupt that came before it is taken off next
        running = null;
        boolean interrupted = Thread.interrupted();
        if (self.crew.isStopped()) {
            Thread.currentThread().interrupt(); // what we took off may have been shutdownNow's
        }
        depth++;
        try {
            self.runTask(task);
        } finally {
            depth--;
            running = outer;
            boolean meanwhile = leave();
            if (meanwhile || interrupted || self.crew.isStopped()) {
                Thread.currentThread().interrupt(); // shutdownNow means every task that has begun
            }
        }
    }

    private void enter(Future<?> future) {
        synchronized (waiting) {
            waiting.push(new Entry(future));
        }
    }

    /** The newest one goes on; true if it was to be interrupted meanwhile. */
    private boolean leave() {
        synchronized (waiting) {
            return waiting.pop().interrupted;
        }
    }

    /**
     * Any thread: interrupts the future's code, at once if it runs, else when it does again.
     *
     * @param thread the worker's
     */
    void interrupt(Future<?> future, Thread thread) {
        synchronized (waiting) {
            for (Entry entry : waiting) {
                if (entry.future == future) {
                    entry.interrupted = true;
                    return;
                }
            }
            thread.interrupt(); // under the lock: it cannot begin to wait in between
        }
    }
}
