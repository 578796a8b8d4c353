// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinPlan;
import io.teff.affinity.PinResult;
import io.teff.affinity.Topology;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;

/**
 * What the workers of one engine share: inboxes, lanes, sleepers and spares; how tasks come in, and
 * who is woken for them. {@link RunState} says whether they may come in at all.
 */
final class Crew {
    private static final int MIN_INBOXES = 4;
    private static final int MAX_FUTILE = 255;

    final EngineConfig config;
    final Worker[] workers;
    final Inbox[] inboxes;
    final Sleepers sleepers;
    final Spares spares;
    final Timers timers = new Timers(this);
    final RunState runState = new RunState(this);
    private final int[] cpus;
    private final AtomicReferenceArray<WorkerThread> threads;
    private final AtomicReferenceArray<PinResult> pins;
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger unstarted; // regular workers that have no thread yet
    private final AtomicInteger nextLane = new AtomicInteger();
    private final Object lock = new Object();
    private volatile Submitter[] lanes = {};
    private int futile;

    Crew(EngineConfig config) {
        this.config = config;
        int n = config.workers();
        Topology topology = config.pin().equals(PinPlan.NONE) ? null : Topology.read();
        if (topology == null) {
            cpus = new int[n];
            Arrays.fill(cpus, -1);
        } else {
            cpus = config.pin().assign(topology, n);
        }
        sleepers = new Sleepers(n + config.maxSpares());
        inboxes = new Inbox[Math.max(MIN_INBOXES, Integer.highestOneBit(2 * n - 1))];
        for (int i = 0; i < inboxes.length; i++) {
            inboxes[i] = new Inbox(config.inboxCapacity());
        }
        threads = new AtomicReferenceArray<>(n);
        unstarted = new AtomicInteger(n);
        pins = new AtomicReferenceArray<>(n);
        workers = new Worker[n];
        for (int i = 0; i < n; i++) {
            workers[i] = newWorker(i, topology);
            sleepers.add(i); // asleep until the first task starts its thread
        }
        spares = new Spares(this, config.maxSpares(), n, i -> newWorker(i, null));
    }

    private Worker newWorker(int index, Topology topology) {
        StealOrder order =
                new StealOrder(
                        index,
                        config.workers(),
                        (a, b) -> topology == null ? 0 : topology.distance(cpus[a], cpus[b]),
                        config.seed() + index);
        return new Worker(this, index, order);
    }

    // Submitting

    /** Any thread but this crew's workers: accepts a task, or says why not. */
    void submit(Runnable task, Thread from) {
        if (isShutdown()) {
            throw rejected(task);
        }
        enqueue(task, from);
    }

    private void enqueue(Runnable task, Thread from) {
        Inbox inbox = inboxes[(int) from.getId() & inboxes.length - 1];
        while (!inbox.offer(task)) {
            if (inbox.isClosed()) {
                throw rejected(task);
            }
            Worker worker =
                    Worker.currentOrNull(); // of another engine, or of ours with a full deque
            if (policyFor(worker) == FullPolicy.HELP && runHere(task, worker)) {
                return;
            }
            awaitRoom("inbox", inbox.roomOrClosed, worker);
        }
        wakeFor(inbox);
    }

    private boolean runHere(Runnable task, Worker worker) {
        if (worker != null && worker.crew == this) {
            worker.runBeneath(task);
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
        Inbox inbox = inboxes[(int) Thread.currentThread().getId() & inboxes.length - 1];
        Waiting waiting = new Waiting();
        while (!inbox.offer(task)) {
            if (isStopped()) {
                throw rejected(task);
            }
            waiting.pause();
        }
        wakeFor(inbox);
    }

    private void wakeFor(Inbox inbox) {
        if (sleepers.any()
                && worthWaking(inbox.countSkipped())) { // after offer's CAS; see Sleepers
            inbox.clearSkipped();
            wakeOne();
        }
    }

    /** This crew's workers: into their own deque, which others may steal from. */
    void submitLocal(Runnable task, Worker worker) {
        if (isShutdown()) {
            throw rejected(task);
        }
        if (!worker.push(task)) {
            enqueue(task, Thread.currentThread());
            return;
        }
        if (isStopped()) { // shutdownNow may have emptied this deque before our push
            Runnable last = worker.deque.pop();
            if (last == task) {
                throw rejected(task);
            } else if (last != null) {
                worker.deque.push(last);
            }
        }
    }

    FullPolicy policyFor(Worker worker) {
        return worker != null && worker.crew == this ? config.whenFullInside() : config.whenFull();
    }

    /** Waits for room in a full ring as the policy says. */
    void awaitRoom(String what, BooleanSupplier hasRoom, Worker worker) {
        FullPolicy policy = policyFor(worker);
        long deadline = System.nanoTime() + config.fullTimeout().toNanos();
        boolean inside = worker != null && worker.crew == this;
        boolean blocking = false;
        int rounds = 0;
        if (sleepers.any()) {
            wakeOne(); // a full ring is reason enough
        }
        try {
            while (!hasRoom.getAsBoolean()) {
                if (isStopped()) {
                    throw new RejectedExecutionException("a full " + what + ": " + describe());
                }
                if (policy == FullPolicy.REJECT
                        || (policy == FullPolicy.TIMED && System.nanoTime() - deadline >= 0)) {
                    throw new RejectedExecutionException(
                            "the "
                                    + what
                                    + " is full; raise its capacity, or choose FullPolicy.BLOCK or"
                                    + " HELP: "
                                    + config);
                }
                if (inside && worker.help()) {
                    continue;
                }
                if (inside && !blocking) { // what it waits for may be its own to do
                    beginBlocking(worker);
                    blocking = true;
                }
                rounds = Waiting.pause(rounds);
            }
        } finally {
            if (blocking) {
                endBlocking();
            }
        }
    }

    RejectedExecutionException rejected(Runnable task) {
        return new RejectedExecutionException("task " + task + " rejected: " + describe());
    }

    String describe() {
        return "engine " + config.name() + " is " + runState;
    }

    // Lanes

    Submitter openLane(int batch) {
        if (isShutdown()) {
            throw new RejectedExecutionException("lane refused: " + describe());
        }
        int home = (nextLane.getAndIncrement() & Integer.MAX_VALUE) % config.workers();
        Submitter lane = new Submitter(this, home, config.inboxCapacity(), batch);
        synchronized (lock) {
            Submitter[] more = Arrays.copyOf(lanes, lanes.length + 1);
            more[lanes.length] = lane;
            lanes = more; // workers read it without the lock
        }
        return lane;
    }

    void removeLane(Submitter lane) {
        synchronized (lock) {
            lanes = Arrays.stream(lanes).filter(l -> l != lane).toArray(Submitter[]::new);
        }
    }

    Submitter[] lanes() {
        return lanes;
    }

    boolean isInLane(Submitter lane) {
        for (Worker worker : workers) {
            if (worker.isInLane(lane)) {
                return true;
            }
        }
        for (int i = 0; i < spares.count(); i++) {
            if (spares.get(i).isInLane(lane)) {
                return true;
            }
        }
        return false;
    }

    // Waking and spares

    /**
     * Wakes a worker if one sleeps. Not on a stack that is nearly full: an overflow half-way would
     * leave the sleepers miscounted for ever. They look for themselves now and then.
     */
    void wakeOne() {
        if (!Errors.stackHasRoomToWake()) {
            return;
        }
        int worker = sleepers.removeAny();
        if (worker >= 0) {
            wake(worker);
        }
    }

    /**
     * Whether a new task is reason enough to wake a sleeper while others are awake. When wake-ups
     * were in vain, because those awake kept up, only every so many tasks are: a wake-up costs as
     * much as hundreds of small tasks. Sleepers look for themselves now and then, but a worker whose
     * thread was never started does not.
     */
    boolean worthWaking(int skipped) {
        int f = futile;
        return skipped > f || unstarted.get() > 0 || sleepers.count() >= workers.length;
    }

    /** A woken worker found nothing to do. Racy, a hint. */
    void wokenInVain() {
        futile = Math.min(2 * futile + 1, MAX_FUTILE);
    }

    /** A woken worker found work. */
    void wokenInTime() {
        if (futile != 0) {
            futile = 0;
        }
    }

    /** Wakes every worker that has a thread, for good: the engine stops. */
    void wakeAll() {
        int worker;
        while ((worker = sleepers.removeAny()) >= 0) {
            if (worker >= workers.length || threads.get(worker) != null) {
                wake(worker);
            }
        }
        spares.unparkAll();
    }

    /** A thread's last word. */
    void left() {
        if (live.decrementAndGet() == 0) {
            runState.lastLeft();
        }
    }

    /** The caller has cleared the worker's bit: unparks it, or starts its thread. */
    private void wake(int index) {
        if (index >= workers.length) {
            spares.get(index - workers.length).unpark();
        } else if (threads.get(index) != null) {
            workers[index].unpark();
        } else {
            boolean started = false;
            try {
                WorkerThread thread = newThread(workers[index], cpus[index]);
                threads.set(index, thread); // before it runs: it may sleep and be woken at once
                start(thread);
                started = true;
                unstarted.getAndDecrement();
            } finally {
                if (!started) {
                    threads.set(index, null);
                    sleepers.add(index);
                }
            }
        }
    }

    WorkerThread newThread(Worker worker, int cpu) {
        return new WorkerThread(worker, cpu, config.stackBytes());
    }

    void start(WorkerThread thread) {
        live.getAndIncrement();
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                live.getAndDecrement();
            }
        }
    }

    /** A worker is about to block: its forks become public, and another takes its place. */
    void beginBlocking(Worker worker) {
        worker.shareEverything();
        spares.begin();
        if (!Errors.stackHasRoomToWake()) {
            return;
        }
        int woken = sleepers.removeAny();
        try {
            if (woken >= 0) {
                wake(woken);
            } else {
                spares.activate();
            }
        } catch (OutOfMemoryError noThread) {
            return; // it blocks without a stand-in, and what it blocks for goes on
        }
    }

    void endBlocking() {
        spares.end();
    }

    boolean isSurplus(Worker worker) {
        return spares.isSurplus(worker);
    }

    boolean retire(Worker worker) {
        return worker.index >= workers.length && !isStopped() && spares.retire(worker);
    }

    int spareCount() {
        return spares.count();
    }

    Worker spare(int i) {
        return spares.get(i);
    }

    void askAllForWork(Worker asker) {
        for (Worker worker : workers) {
            if (worker != asker) {
                worker.askForWork();
            }
        }
        for (int i = 0; i < spares.count(); i++) {
            spares.get(i).askForWork();
        }
    }

    /** Whether anything could be taken just now. Ordered after the caller's fence. */
    boolean hasWork() {
        for (Inbox inbox : inboxes) {
            if (!inbox.isEmpty()) {
                return true;
            }
        }
        for (Submitter lane : lanes) {
            if (lane.hasTasks()) {
                return true;
            }
        }
        for (Worker worker : workers) {
            if (worker.hasPublic() || worker.hasTasks()) {
                return true;
            }
        }
        for (int i = 0; i < spares.count(); i++) {
            Worker spare = spares.get(i);
            if (spare.hasPublic() || spare.hasTasks()) {
                return true;
            }
        }
        return false;
    }

    // Run state

    boolean isShutdown() {
        return runState.isShutdown();
    }

    boolean isStopped() {
        return runState.isStopped();
    }

    /** A bug of the engine, not of a task: stops it, and says so. */
    void crash(Throwable bug) {
        uncaught(
                Thread.currentThread(),
                new IllegalStateException("a bug in engine " + config.name() + " stops it", bug));
        for (Runnable task : runState.shutdownNow()) {
            if (task instanceof TaskFuture<?> future) {
                future.cancel(false);
            }
        }
    }

    /** Hands over what no future holds. A handler that throws is ignored, as the JVM's own are. */
    void uncaught(Thread thread, Throwable error) {
        Thread.UncaughtExceptionHandler handler = config.uncaughtHandler();
        try {
            (handler != null ? handler : thread.getUncaughtExceptionHandler())
                    .uncaughtException(thread, error);
        } catch (Throwable ignored) {
            // there is nobody left to tell
        }
    }

    // What happened

    void pinned(Worker worker, PinResult result) {
        if (worker.index < pins.length()) {
            pins.set(worker.index, result);
        }
    }

    /** What came of pinning regular worker {@code i}; null if that was not tried. */
    PinResult pin(int i) {
        return pins.get(i);
    }

    /** Threads alive. */
    int live() {
        return live.get();
    }

    static void fullFence() {
        VarHandle.fullFence();
    }
}
