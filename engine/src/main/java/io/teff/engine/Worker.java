// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker: one thread with its fork stack, its deque, and its duty cycle: {@link Search} for work,
 * run it, or else {@link Idling}. While it waits, for a fork or for a future, {@link Joiner} and {@link
 * Nesting} say what it may run. User code meets it as the first argument of {@code compute}, and
 * passes it on to fork and join.
 *
 * <p>All methods are the worker's own thread's, but for those marked otherwise.
 */
public final class Worker extends ForkStack {
    private static final VarHandle LANE =
            fieldVarHandle(
                    MethodHandles.lookup(), "lane", VarHandle.class, Worker.class, Submitter.class);

    final Crew crew;
    final int index;
    final TaskDeque deque; // what tasks of this worker submitted, newest first
    final TaskDeque arrivals; // what it took from an inbox, oldest first
    final Counters counters = new Counters();
    final Idling idling;
    final WaitRecorder waits;
    final Probe probe; // null without a monitor
    final Timeline timeline; // the probe's; null when off
    final Search search;
    final Joiner joiner = new Joiner(this);
    final Nesting nesting = new Nesting(this);
    private volatile Thread thread; // whoever interrupts or wakes it reads it; see RunState
    private Submitter lane;
    private LaneChunk chunk; // made for the first lane
    private int skipped; // pushes since it last woke somebody

    Worker(Crew crew, int index, StealOrder order) {
        super(crew.config.maxForks());
        this.crew = crew;
        this.index = index;
        deque = new TaskDeque(crew.config.dequeCapacity(), crew.config.maxDequeCapacity());
        arrivals = new TaskDeque(Search.BATCH, Search.BATCH);
        idling = new Idling(this);
        waits = crew.config.sampleWaits() > 0 ? new WaitRecorder() : null;
        probe = crew.monitor == null ? null : crew.monitor.newProbe(counters);
        timeline = probe == null ? null : probe.timeline;
        search = new Search(this, order);
    }

    /**
     * The worker whose thread this is.
     *
     * @throws IllegalStateException if the calling thread is no engine's worker
     */
    public static Worker current() {
        Worker worker = currentOrNull();
        if (worker == null) {
            throw noWorker("Worker.current()");
        }
        return worker;
    }

    static Worker currentOrNull() {
        return Thread.currentThread() instanceof WorkerThread thread ? thread.worker : null;
    }

    static IllegalStateException noWorker(String what) {
        return new IllegalStateException(
                what
                        + " on thread "
                        + Thread.currentThread().getName()
                        + ", which is no worker: call it inside compute, with the Worker that compute"
                        + " was given, and start from outside with Engine.invoke");
    }

    /** This worker's number in its engine, from 0; spare workers come after the regular ones. */
    public int index() {
        return index;
    }

    boolean isCurrent() {
        return currentOrNull() == this;
    }

    String strayThread(String what) {
        return what
                + " with worker "
                + index
                + " on thread "
                + Thread.currentThread().getName()
                + ": a Worker serves its own thread only";
    }

    // The duty cycle

    void run(Thread self) {
        thread = self;
        idling.begin();
        if (probe != null) {
            probe.begins();
        }
        while (!crew.isStopped()) {
            if (!search.runOne()) {
                idling.idle();
            }
            if (crew.spares.isSurplus(this) && !hasTasks()) {
                leave(false);
                return;
            }
        }
        runLeftovers();
        leave(true);
    }

    private void leave(boolean isStopped) {
        if (probe != null) {
            probe.ends(isStopped);
        }
    }

    /**
     * The engine has stopped. Nobody begins a task that shutdownNow can still give back; what is here
     * after that was accepted in the same moment, and seen too late. It runs with an interrupt, as
     * everything that runs on.
     */
    private void runLeftovers() {
        crew.runState.awaitCollected();
        Runnable task;
        while ((task = deque.pop()) != null) {
            Thread.currentThread().interrupt();
            runTask(task);
        }
    }

    /** Runs a detached task: whatever it throws stays here. */
    void runTask(Runnable task) {
        int base = head;
        try {
            task.run();
        } catch (Throwable error) {
            fail(error);
        }
        if (head != base) {
            failUnjoined(base);
        }
        counters.addTask();
        dropInterrupt();
    }

    /** After a task: an interrupt that is left was meant for the one that has ended. */
    static void dropInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            Thread.interrupted();
        }
    }

    /** Runs a typed task from a lane; as {@link #runTask}. */
    void runTyped(Forkable task, long a, long b, Object ref) {
        idling.works();
        if (timeline != null) {
            timeline.before(task);
        }
        runUncounted(task, a, b, ref);
        counters.addTask();
    }

    /** As {@link #runTyped}, inside a Runnable, which counts already. */
    void runUncounted(Forkable task, long a, long b, Object ref) {
        int base = head;
        try {
            if (task instanceof LongTask single) {
                single.compute(this, a); // one virtual call and not two
            } else {
                task.run(this, a, b, ref);
            }
        } catch (Throwable error) {
            fail(error);
        }
        if (head != base) {
            failUnjoined(base);
        }
    }

    /** A detached task ended with forks above {@code base}. */
    void failUnjoined(int base) {
        fail(joiner.unjoined(base));
    }

    /** What a detached task threw. */
    void fail(Throwable error) {
        counters.addFailed();
        crew.uncaught(Thread.currentThread(), error);
    }

    /** Any thread: whether this worker holds tasks that could be stolen. */
    boolean hasTasks() {
        return !deque.isEmpty() || !arrivals.isEmpty();
    }

    /** Any thread: how many those are, about. */
    int queued() {
        return deque.size() + arrivals.size();
    }

    /** Says which lane's tasks it may be running; before the first CAS on that lane. */
    void enterLane(Submitter entered) {
        LANE.setVolatile(this, entered);
        if (crew.sleepers.any()) {
            askForWork(); // so that the first fork of a lane's task wakes somebody
        }
    }

    void leaveLane() {
        LANE.setRelease(this, (Submitter) null);
    }

    /** Any thread. */
    boolean isInLane(Submitter asked) {
        return (Submitter) LANE.getVolatile(this) == asked;
    }

    /** What it takes, or has read ahead, from the lane it is in. */
    LaneChunk chunk() {
        if (chunk == null) {
            chunk = new LaneChunk();
        }
        return chunk;
    }

    /** It is about to block: what it has and has not begun becomes public. */
    void shareEverything() {
        shareAll();
        if (chunk != null) {
            chunk.handOn(this);
        }
    }

    // Detached tasks

    /**
     * Accepts a task into this worker's own deque; false when that is full. There is no fence between
     * the push and the question who sleeps: a worker that falls asleep at this very moment may be
     * missed, and finds the task when its first nap is over, if this worker has not run it by then.
     */
    boolean push(Runnable task) {
        if (!deque.push(task)) {
            return false;
        }
        wakeIfWorth();
        return true;
    }

    /** There is more work than this worker will come to at once. */
    void wakeIfWorth() {
        if (crew.sleepers.any() && crew.waker.isWorthIt(++skipped)) {
            skipped = 0;
            crew.wakeOne();
        }
    }

    @Override
    void shared() {
        counters.addShare();
        if (crew.sleepers.any()) { // after the CAS that published; pairs with sleep's add
            crew.wakeOne();
            if (crew.sleepers.any()) {
                askForWork(); // sleepers cannot ask: keep sharing until nobody sleeps
            }
        }
    }

    @Override
    void asked() {
        if (crew.watch.isOn() && Errors.stackHasRoom()) {
            crew.watch.poll(false);
        }
    }

    // Idle, and others

    /** It is idle: lets go of what was stolen from it, run or joined. */
    void release() {
        deque.sweep();
        arrivals.sweep();
        forget();
    }

    /** Any thread: the last that it had; null if it never had one. */
    Thread thread() {
        return thread;
    }

    /** Any thread. */
    void interrupt() {
        Thread t = thread;
        if (t != null) {
            t.interrupt();
        }
    }

    /** Any thread. */
    void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return crew.config.name() + "-worker-" + index;
    }
}
