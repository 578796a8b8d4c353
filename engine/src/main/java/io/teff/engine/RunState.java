// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether an engine takes tasks, runs them, or has ended; and how it ends.
 *
 * <pre>
 * RUNNING -> SHUTDOWN    shutdown: new tasks are refused
 * SHUTDOWN -> TIDYING    tryTerminate, when everybody sleeps; for a moment, under the lock
 * TIDYING -> SHUTDOWN    there was a task after all
 * TIDYING -> STOP        there was none: the threads leave
 * any -> STOP            shutdownNow, or a bug of the engine
 * STOP -> TERMINATED     the last thread left
 * </pre>
 * A submitter makes its task visible, then reads the state; the terminator writes the state (or
 * closes the inbox), then looks for tasks. So each task is seen by the terminator, or its submitter
 * sees the stop and rejects it. A worker that submits leaves out the fence between the two, and looks
 * into its own deque once more before it leaves.
 *
 * <pre>
 * FIELD      WRITTEN BY                              HOW                   READ BY
 * state      see above                               CAS or under lock     everyone: volatile
 * collected  whoever stops it, after the last look   volatile, once        leaving workers: volatile
 * live       who starts a thread, before; the        getAndIncrement,      who stops it: volatile
 *            thread, at its end                      decrementAndGet
 * </pre>
 * A worker that sees STOP begins nothing until {@code collected}: what it holds is still shutdownNow's
 * to give back. A worker's thread writes {@code Worker.thread}, then reads the state; shutdownNow
 * writes the state, then reads the threads to interrupt them: it misses none that will run a task.
 */
final class RunState {
    private static final int RUNNING = 0;
    private static final int SHUTDOWN = 1;
    private static final int TIDYING = 2;
    private static final int STOP = 3;
    private static final int TERMINATED = 4;
    private static final String[] NAMES = {
        "running", "shut down", "shutting down", "stopped", "terminated"
    };

    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(), "state", VarHandle.class, RunState.class, int.class);

    private final Crew crew;
    private final Object lock = new Object();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final AtomicInteger live = new AtomicInteger();
    private volatile int state = RUNNING;
    private volatile boolean collected;

    RunState(Crew crew) {
        this.crew = crew;
    }

    boolean isShutdown() {
        return state >= SHUTDOWN;
    }

    boolean isStopped() {
        return state >= STOP;
    }

    boolean isTidying() {
        return state >= TIDYING;
    }

    boolean isTerminated() {
        return state == TERMINATED;
    }

    void awaitTidied() {
        Waiting waiting = new Waiting();
        while (state == TIDYING) {
            waiting.pause();
        }
    }

    boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    void shutdown() {
        if (STATE.compareAndSet(this, RUNNING, SHUTDOWN)) {
            crew.timers.shutdown();
        }
        tryTerminate();
    }

    /** Stops if the engine is shut down, everybody sleeps, and there is nothing left to do. */
    void tryTerminate() {
        synchronized (lock) {
            if (state != SHUTDOWN || crew.timers.isPending() || !allAsleep()) {
                return;
            }
            state = TIDYING;
            for (Inbox inbox : crew.inboxes) {
                inbox.close();
            }
            if (crew.timers.isPending() || crew.hasWork() || !allAsleep()) {
                for (Inbox inbox : crew.inboxes) {
                    inbox.reopen(); // delayed tasks that were accepted may still come
                }
                state = SHUTDOWN;
                crew.wakeOne(); // whoever finds nothing comes back here
                return;
            }
            state = STOP;
            collected = true; // there is nothing
            dismiss();
        }
    }

    private boolean allAsleep() {
        for (int i = 0; i < crew.workers.length; i++) {
            if (!crew.sleepers.contains(i)) {
                return false;
            }
        }
        return crew.spares.allAsleep(crew.sleepers);
    }

    List<Runnable> shutdownNow() {
        List<Runnable> never = new ArrayList<>();
        boolean first;
        synchronized (lock) {
            first = state < STOP;
            if (first) {
                state = STOP;
            }
        }
        if (first) {
            try {
                crew.timers.stop(never::add);
                takeAll(never);
            } finally {
                collected = true;
            }
            for (int i = 0; i < crew.size(); i++) {
                crew.worker(i).interrupt();
            }
            synchronized (lock) {
                dismiss();
            }
        }
        return never;
    }

    /** After STOP: no worker moves tasks any more, once its drain in progress has ended. */
    private void takeAll(List<Runnable> never) {
        Waiting waiting = new Waiting();
        for (Inbox inbox : crew.inboxes) {
            inbox.close();
            inbox.drainAll(task -> giveBack(task, never));
            while (!inbox.isEmpty()) { // claimed, not yet filled
                waiting.pause();
                inbox.drainAll(task -> giveBack(task, never));
            }
        }
        for (Submitter lane : crew.lanes()) {
            lane.giveBack(task -> giveBack(task, never));
        }
        for (int i = 0; i < crew.size(); i++) {
            takeAll(crew.worker(i).arrivals, never);
            takeAll(crew.worker(i).deque, never);
        }
    }

    private void takeAll(TaskDeque deque, List<Runnable> never) {
        Runnable task;
        while ((task = deque.steal()) != null) {
            if (task != TaskDeque.LOST) {
                giveBack(task, never);
            }
        }
    }

    private void giveBack(Runnable task, List<Runnable> never) {
        if (task instanceof Invocation invocation) {
            invocation.cancel(false); // its caller waits; nobody else knows of it
        } else if (task instanceof StolenFork fork) {
            fork.fail(crew.intake.rejected(fork)); // its join waits, and so would the engine's end
        } else {
            never.add(unwrap(task));
        }
    }

    /** As it was submitted. */
    private static Runnable unwrap(Runnable task) {
        Runnable own = task instanceof SampledTask sampled ? sampled.task() : task;
        return own instanceof TimedTask timed ? timed.task() : own;
    }

    /** A worker's thread that has seen STOP: waits until shutdownNow has what it gives back. */
    void awaitCollected() {
        Waiting waiting = new Waiting();
        while (!collected) {
            waiting.pause();
        }
    }

    /** Lets every thread see STOP. Under the lock. */
    private void dismiss() {
        crew.waker.wakeAll();
        if (live.get() == 0) {
            terminate();
        }
    }

    // Threads

    /** A thread is about to be started: from now on the engine does not end without it. */
    void threadStarts() {
        live.getAndIncrement();
    }

    /** A thread's last word, or that of whoever failed to start it. */
    void threadEnds() {
        if (live.decrementAndGet() == 0 && isStopped()) {
            terminate();
        }
    }

    /** Threads alive. */
    int live() {
        return live.get();
    }

    private void terminate() {
        state = TERMINATED;
        crew.timers.close();
        if (crew.monitor != null) {
            crew.monitor.end();
        }
        terminated.countDown();
    }

    @Override
    public String toString() {
        return NAMES[state];
    }
}
