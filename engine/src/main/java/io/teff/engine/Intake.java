// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * How tasks come in: into which ring or deque, what happens when that is full, and what when the
 * engine ends at the same moment. Any thread may call any method.
 *
 * <p>The race: a task comes in while the engine shuts down. An inbox is closed before it is emptied
 * for the last time, so an offer either succeeds before, and its task is run or given back, or fails,
 * and its task is rejected. A worker's own deque cannot be closed: the worker pushes, then reads the
 * state, and takes back what it can. There is no fence between the two, so a stop may be missed: the
 * worker finds the task before its thread ends, see {@code Worker.runLeftovers}.
 */
final class Intake {
    private final Crew crew;
    private final EngineConfig config;

    Intake(Crew crew) {
        this.crew = crew;
        config = crew.config;
    }

    /** Any thread but this crew's workers: accepts a task, or says why not. */
    void submit(Runnable task, Thread from) {
        if (crew.isShutdown()) {
            throw rejected(task);
        }
        enqueue(task, from);
    }

    /** This crew's workers: into their own deque, which others may steal from. */
    void submitLocal(Runnable submitted, Worker worker) {
        if (crew.isShutdown()) {
            throw rejected(submitted);
        }
        Runnable task = worker.probe == null ? submitted : worker.probe.sample(submitted);
        if (!worker.push(task)) {
            enqueue(task, Thread.currentThread());
        } else if (crew.isStopped() && worker.deque.pop() == task) {
            throw rejected(
                    task); // else it was taken: shutdownNow gives it back, or a thief runs it
        }
    }

    private void enqueue(Runnable task, Thread from) {
        Inbox inbox = inbox(from);
        if (!inbox.offer(task)) {
            long since = System.nanoTime(); // a wait for room counts
            Worker worker = Worker.currentOrNull(); // of another engine, or ours with a full deque
            long deadline = deadline();
            do {
                if (inbox.isClosed()) {
                    throw rejected(task);
                }
                if (policyFor(worker) == FullPolicy.HELP && runHere(task, worker)) {
                    return;
                }
                awaitRoom("inbox", inbox.roomOrClosed, worker, deadline);
            } while (!inbox.offer(task, since)); // others may have been faster; the deadline stays
        }
        wakeFor(inbox);
    }

    private boolean runHere(Runnable task, Worker worker) {
        if (crew.isOwn(worker)) {
            worker.nesting.runMeanwhile(task);
        } else if (worker == null && task instanceof Invocation) {
            return false; // forks need a worker
        } else {
            task.run();
        }
        return true;
    }

    /**
     * A timer's task, whose time has come: accepted long ago, so no policy applies to it.
     *
     * @throws RejectedExecutionException if the engine has stopped
     */
    void deliver(Runnable task) {
        Inbox inbox = inbox(Thread.currentThread());
        Waiting waiting = new Waiting();
        while (!inbox.offer(task)) {
            if (crew.isStopped()) {
                throw rejected(task);
            }
            waiting.pause();
        }
        wakeFor(inbox);
    }

    private Inbox inbox(Thread from) {
        return crew.inboxes[(int) from.getId() & crew.inboxes.length - 1];
    }

    private void wakeFor(Inbox inbox) {
        if (crew.sleepers.any() // after offer's CAS; see Sleepers
                && crew.waker.isWorthIt(inbox.countSkipped())) {
            inbox.clearSkipped();
            crew.wakeOne();
        }
    }

    FullPolicy policyFor(Worker worker) {
        return crew.isOwn(worker) ? config.whenFullInside() : config.whenFull();
    }

    /** When a wait for room that begins now must end, if the policy is {@link FullPolicy#TIMED}. */
    long deadline() {
        return System.nanoTime() + config.fullTimeout().toNanos();
    }

    /**
     * After an attempt that found a ring full: waits for room as the policy says. Room that appears
     * after the deadline is too late.
     *
     * @param deadline of the whole submission, see {@link #deadline()}
     * @throws RejectedExecutionException if the policy says so, or the engine has stopped
     */
    void awaitRoom(String what, BooleanSupplier hasRoom, Worker worker, long deadline) {
        FullPolicy policy = policyFor(worker);
        boolean inside = crew.isOwn(worker);
        boolean blocking = false;
        int rounds = 0;
        if (crew.sleepers.any()) {
            crew.wakeOne(); // a full ring is reason enough
        }
        try {
            do {
                if (crew.isStopped()) {
                    throw new RejectedExecutionException("a full " + what + ": " + crew.describe());
                }
                if (policy == FullPolicy.REJECT
                        || (policy == FullPolicy.TIMED && System.nanoTime() - deadline >= 0)) {
                    throw full(what);
                }
                if (inside && worker.nesting.help()) {
                    continue;
                }
                if (inside && !blocking) { // what it waits for may be its own to do
                    crew.beginBlocking(worker);
                    blocking = true;
                }
                rounds = Waiting.pause(rounds);
            } while (!hasRoom.getAsBoolean());
        } finally {
            if (blocking) {
                crew.endBlocking();
            }
        }
    }

    private RejectedExecutionException full(String what) {
        return new RejectedExecutionException(
                "the "
                        + what
                        + " is full; raise its capacity, or choose FullPolicy.BLOCK or HELP: "
                        + config);
    }

    RejectedExecutionException rejected(Runnable task) {
        return new RejectedExecutionException("task " + task + " rejected: " + crew.describe());
    }
}
