// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
    private volatile int state = RUNNING;

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
            leave();
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
            crew.timers.stop(never::add);
            takeAll(never);
            for (Worker worker : crew.workers) {
                worker.interrupt();
            }
            for (int i = 0; i < crew.spares.count(); i++) {
                crew.spares.get(i).interrupt();
            }
            synchronized (lock) {
                leave();
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
        for (Worker worker : crew.workers) {
            takeAll(worker.arrivals, never);
            takeAll(worker.deque, never);
        }
        for (int i = 0; i < crew.spares.count(); i++) {
            takeAll(crew.spares.get(i).arrivals, never);
            takeAll(crew.spares.get(i).deque, never);
        }
    }

    private static void takeAll(TaskDeque deque, List<Runnable> never) {
        Runnable task;
        while ((task = deque.steal()) != null) {
            if (task != TaskDeque.LOST) {
                giveBack(task, never);
            }
        }
    }

    private static void giveBack(Runnable task, List<Runnable> never) {
        if (task instanceof Invocation invocation) {
            invocation.cancel(false); // its caller waits; nobody else knows of it
        } else {
            never.add(task instanceof TimedTask timed ? timed.task() : task);
        }
    }

    /** Lets every thread see STOP. Under the lock. */
    private void leave() {
        crew.wakeAll();
        if (crew.live() == 0) {
            terminate();
        }
    }

    /** The last thread has ended. */
    void lastLeft() {
        if (isStopped()) {
            terminate();
        }
    }

    private void terminate() {
        state = TERMINATED;
        crew.timers.close();
        terminated.countDown();
    }

    @Override
    public String toString() {
        return NAMES[state];
    }
}
