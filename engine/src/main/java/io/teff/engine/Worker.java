// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker: one thread with its fork stack, its deque, and its duty cycle: {@link Search} for work,
 * run it, or else {@link Idling}. User code meets it as the first argument of {@code compute}, and
 * passes it on to fork and join.
 *
 * <p>All methods are the worker's own thread's, but for those marked otherwise.
 */
public final class Worker extends ForkStack {
    private static final VarHandle LANE =
            fieldVarHandle(
                    MethodHandles.lookup(), "lane", VarHandle.class, Worker.class, Submitter.class);
    private static final int MAX_HELP_DEPTH = 256;
    private static final int JOIN_SPINS = 1000;
    private static final int JOIN_YIELDS = 100;
    private static final long JOIN_PARK_NS = 1_000_000;

    final Crew crew;
    final int index;
    final TaskDeque deque; // what tasks of this worker submitted, newest first
    final TaskDeque arrivals; // what it took from an inbox, oldest first
    final Counters counters = new Counters();
    final Idling idling;
    final WaitRecorder waits;
    private final Search search;
    private Thread thread;
    private Submitter lane;
    final LaneChunk chunk;
    TaskFuture<?> running; // the one begun last; owner only
    final Suspended suspended = new Suspended();
    private int helpDepth;
    private int skipped; // pushes since it last woke somebody

    Worker(Crew crew, int index, StealOrder order) {
        super(crew.config.maxForks());
        this.crew = crew;
        this.index = index;
        deque = new TaskDeque(crew.config.dequeCapacity(), crew.config.maxDequeCapacity());
        arrivals = new TaskDeque(Search.BATCH, Search.BATCH);
        idling = new Idling(this);
        waits = crew.config.sampleWaits() > 0 ? new WaitRecorder() : null;
        search = new Search(this, order);
        chunk = crew.config.workers() == 1 ? new LaneChunk() : null;
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
        while (!crew.isStopped()) {
            if (search.runOne()) {
                idling.found();
            } else {
                idling.idle();
            }
            if (crew.isSurplus(this) && !hasTasks()) {
                return;
            }
        }
        Runnable task;
        while ((task = deque.pop()) != null) {
            runTask(task); // accepted as the engine stopped, and seen too late to be given back
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
            fail(unjoined(base));
        }
        counters.addTask();
        if (thread.isInterrupted()) {
            Thread.interrupted(); // it was meant for the task that has ended
        }
    }

    /** Runs a typed task from a lane; as {@link #runTask}. */
    void runTyped(Forkable task, long a, long b, Object ref) {
        runUncounted(task, a, b, ref);
        counters.addTask();
    }

    /** As {@link #runTyped}, inside a Runnable, which counts already. */
    void runUncounted(Forkable task, long a, long b, Object ref) {
        int base = head;
        try {
            task.run(this, a, b, ref);
        } catch (Throwable error) {
            fail(error);
        }
        if (head != base) {
            fail(unjoined(base));
        }
    }

    private void fail(Throwable error) {
        counters.addFailed();
        crew.uncaught(thread, error);
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

    /** It is about to block: what it has and has not begun becomes public. */
    void shareEverything() {
        shareAll();
        if (chunk != null) {
            chunk.handOn(this);
        }
    }

    // Fork and join

    /** Steals the victim's oldest fork and runs it; false when there was none. */
    boolean runFork(Worker victim) {
        counters.addAttempt();
        Frame frame = victim.steal(this);
        if (frame == null) {
            return false;
        }
        counters.addSteal();
        if (crew.sleepers.any() && victim.hasPublic()) {
            crew.wakeOne();
        }
        int base = head;
        long result = 0;
        Throwable error = null;
        try {
            result = frame.task.run(this, frame.a, frame.b, frame.ref);
        } catch (Throwable thrown) {
            error = thrown;
        }
        try {
            if (head != base) {
                error = error == null ? unjoined(base) : Errors.join(error, abandon(base));
            }
        } finally {
            if (frame.finish(result, error)) {
                LockSupport.unpark(victim.thread);
            }
        }
        return true;
    }

    /** Runs a whole computation on this worker, whatever it is in the midst of. */
    long runRoot(Forkable task, long a, long b, Object ref) {
        int base = head;
        if (crew.sleepers.any()) {
            askForWork(); // so that the first fork wakes somebody
        }
        long result;
        try {
            result = task.run(this, a, b, ref);
        } catch (Throwable error) {
            if (head != base) {
                Errors.join(error, abandon(base));
            }
            throw error;
        }
        if (head != base) {
            throw unjoined(base);
        }
        return result;
    }

    /** Join, when the fork is public, stolen, or not the newest. */
    long joinSlow(int forked) {
        if (forked < 0 || forked >= head) {
            throw new IllegalStateException(
                    "join without fork: token "
                            + forked
                            + " is not among the "
                            + head
                            + " open forks of worker "
                            + index
                            + "; each fork is joined once, the newest first");
        }
        if (head > forked + 1) {
            Throwable lost = abandon(forked + 1); // an exception came past them, and was caught
            if (lost != null) {
                fail(lost);
            }
        }
        Frame frame = frames[forked];
        if (pop(forked)) {
            return frame.task.run(this, frame.a, frame.b, frame.ref);
        }
        awaitStolen(frame);
        Throwable error = frame.takeError();
        long result = frame.a;
        popFinished(forked);
        if (error != null) {
            throw Errors.sneak(error);
        }
        return result;
    }

    /**
     * Gives up the forks above {@code base}, which nobody will join: drops those that are still here
     * and waits for the stolen ones. Returns what those threw, or null.
     */
    private Throwable abandon(int base) {
        Throwable first = null;
        while (head > base) {
            int newest = head - 1;
            Frame frame = frames[newest];
            if (!pop(newest)) {
                awaitStolen(frame);
                Throwable thrown = frame.takeError();
                popFinished(newest);
                first = Errors.join(first, thrown);
            }
        }
        return first;
    }

    /** Gives up the forks above {@code base} of a computation that has returned without them. */
    private IllegalStateException unjoined(int base) {
        int forks = head - base;
        return new IllegalStateException(
                forks + " forks were never joined: join each fork in the compute that made it",
                abandon(base));
    }

    /**
     * Waits for a stolen fork, and meanwhile steals from its thief alone: that is work which came out
     * of our own fork, so nothing unrelated runs under locks our callers hold. Source: Wagner and
     * Calder, "Leapfrogging", 1993.
     */
    private void awaitStolen(Frame frame) {
        boolean interrupted = false;
        int rounds = 0;
        while (!frame.isFinished()) {
            if (frame.thief() instanceof Worker thief && Errors.stackHasRoom() && runFork(thief)) {
                rounds = 0;
            } else if (rounds < JOIN_SPINS) {
                rounds++;
                Thread.onSpinWait();
            } else if (rounds < JOIN_SPINS + JOIN_YIELDS || !Errors.stackHasRoomToWake()) {
                rounds++; // or no room to call a replacement: an overflow would leave it half
                // called
                Thread.yield();
            } else {
                crew.beginBlocking(this);
                try {
                    if (frame.announceWait()) {
                        LockSupport.parkNanos(this, JOIN_PARK_NS);
                        interrupted |= Thread.interrupted();
                    }
                } finally {
                    crew.endBlocking();
                }
            }
        }
        if (interrupted) {
            thread.interrupt();
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
        if (crew.sleepers.any() && crew.worthWaking(++skipped)) {
            skipped = 0;
            crew.wakeOne();
        }
    }

    /** While this worker waits for a future: runs another task, if that is allowed and there is one. */
    boolean help() {
        if ((helpDepth >= MAX_HELP_DEPTH && crew.spares.hasLeft())
                || crew.isStopped()
                || !Errors.stackHasRoom()) {
            return false;
        }
        Runnable task = search.anyTask();
        if (task == null) {
            return false;
        }
        runBeneath(task);
        return true;
    }

    /** Runs another task in the midst of one; neither gets the interrupts of the other. */
    void runBeneath(Runnable task) {
        TaskFuture<?> waiting = running;
        suspended.push(waiting); // first: an interrupt that came before it is taken off next
        boolean interrupted = Thread.interrupted();
        helpDepth++;
        try {
            runTask(task);
        } finally {
            helpDepth--;
            running = waiting;
            boolean meanwhile = suspended.pop();
            if (meanwhile || interrupted || crew.isStopped()) {
                thread.interrupt(); // shutdownNow interrupts every task that it finds begun
            }
        }
    }

    /** Lets go of what it no longer needs, before it sleeps. */
    void release() {
        deque.sweep();
        arrivals.sweep();
        forget();
    }

    /** Any thread. */
    void interrupt() {
        Thread t = thread;
        if (t != null) {
            t.interrupt();
        }
    }

    /** Any thread, after the worker's bit was cleared. */
    void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return crew.config.name() + "-worker-" + index;
    }
}
