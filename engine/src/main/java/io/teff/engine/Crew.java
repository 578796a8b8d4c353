// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinPlan;
import io.teff.affinity.Topology;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;

/**
 * What the workers of one engine share, and where each part of it is: how tasks come in ({@link
 * Intake}, and the lanes, here), who sleeps, who is woken and who stands in ({@link Sleepers}, {@link
 * Waker}, {@link Spares}), what comes later ({@link Timers}), and how it ends ({@link RunState}).
 *
 * <p>The arrays never change, but for {@code lanes}: replaced as a whole under the lock by whoever
 * opens or closes one, read by workers without it. Any thread may call any method.
 */
final class Crew {
    private static final int MIN_INBOXES = 4;

    final EngineConfig config;
    final Worker[] workers; // the regular ones
    final Inbox[] inboxes;
    final Sleepers sleepers;
    final Waker waker;
    final Spares spares;
    final Intake intake;
    final Timers timers = new Timers(this);
    final RunState runState = new RunState(this);
    final Watch watch;
    final Monitor monitor; // null when off
    private final boolean fillsMachine; // with a processor for each worker, none is left
    private final AtomicInteger nextLane = new AtomicInteger();
    private final Object lock = new Object();
    private volatile Submitter[] lanes = {};

    Crew(EngineConfig config, Poller poller) {
        this.config = config;
        watch = new Watch(this, poller);
        int n = config.workers();
        fillsMachine = n >= Runtime.getRuntime().availableProcessors();
        Topology topology = config.pin().equals(PinPlan.NONE) ? null : Topology.read();
        int[] cpus = new int[n];
        if (topology == null) {
            Arrays.fill(cpus, -1);
        } else {
            cpus = config.pin().assign(topology, n);
        }
        sleepers = new Sleepers(n + config.maxSpares());
        waker = new Waker(this, cpus);
        intake = new Intake(this);
        monitor = Monitor.of(this);
        inboxes = new Inbox[Math.max(MIN_INBOXES, Integer.highestOneBit(2 * n - 1))];
        for (int i = 0; i < inboxes.length; i++) {
            inboxes[i] =
                    monitor == null || config.monitorSampling() == 0
                            ? new Inbox(config.inboxCapacity())
                            : new Inbox(
                                    config.inboxCapacity(),
                                    config.monitorSampling(),
                                    monitor::stamp);
        }
        workers = new Worker[n];
        IntBinaryOperator distance = distance(topology, cpus);
        for (int i = 0; i < n; i++) {
            workers[i] = newWorker(i, distance);
            sleepers.add(i); // asleep until the first task starts its thread
        }
        spares = new Spares(this, config.maxSpares(), n, i -> newWorker(i, (a, b) -> 0));
    }

    private static IntBinaryOperator distance(Topology topology, int[] cpus) {
        return topology == null ? (a, b) -> 0 : (a, b) -> topology.distance(cpus[a], cpus[b]);
    }

    private Worker newWorker(int index, IntBinaryOperator distance) {
        StealOrder order = new StealOrder(index, config.workers(), distance, config.seed() + index);
        return new Worker(this, index, order);
    }

    // Workers

    /** How many workers have ever existed, spares included; only these may hold tasks. */
    int size() {
        return workers.length + spares.count();
    }

    /** The worker of this index; spares come after the regular ones. */
    Worker worker(int i) {
        return i < workers.length ? workers[i] : spares.get(i - workers.length);
    }

    /** Whether this is a worker, and of this crew. */
    boolean isOwn(Worker worker) {
        return worker != null && worker.crew == this;
    }

    /** Whether some worker but the caller, which is one, looks for work or has some. */
    boolean isAnotherAwake() {
        return sleepers.count() < workers.length - 1;
    }

    /**
     * Whether a thread of others that waits may spin: there is a processor to spare, or a worker leaves
     * its own to it. Workers that never sleep are no reason not to: who chose that wants it so.
     */
    boolean hasRoomToSpin() {
        return !fillsMachine || !config.idle().parks || sleepers.any();
    }

    void wakeOne() {
        waker.wakeOne();
    }

    /** A worker is about to block: its forks become public, and another takes its place. */
    void beginBlocking(Worker worker) {
        worker.shareEverything();
        spares.begin();
        if (worker.probe != null) {
            worker.probe.blocks();
        }
        waker.wakeStandIn();
    }

    /** The worker that called {@link #beginBlocking} goes on. */
    void endBlocking() {
        spares.end();
        if (monitor != null) {
            Worker.current().probe.goesOn();
        }
    }

    /** After a thread's last task: true when it is a spare's and was called back. */
    boolean retire(Worker worker) {
        return worker.index >= workers.length && !isStopped() && spares.retire(worker);
    }

    /** Asks every worker but the asker, if it is one, for work at its next fork. */
    void askAllForWork(Worker asker) {
        for (int i = 0; i < size(); i++) {
            Worker worker = worker(i);
            if (worker != asker) {
                worker.askForWork();
            }
        }
    }

    /** The oldest fork of some worker, for somebody elsewhere; null when there is none for it. */
    StolenFork stealFork(Object thief, Predicate<Frame> canRun) {
        int n = size();
        int start = n == 1 ? 0 : ThreadLocalRandom.current().nextInt(n);
        for (int i = 0; i < n; i++) {
            Worker victim = worker((start + i) % n);
            Frame frame = victim.stealFor(thief, canRun);
            if (frame != null) {
                StolenFork fork = new StolenFork(victim, frame);
                boolean travels = false;
                try {
                    travels = canRun.test(frame);
                } finally {
                    if (!travels) {
                        fork.runHere(this); // reused between the look and the theft, or it threw
                    }
                }
                if (travels) {
                    return fork;
                }
            }
        }
        return null;
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
        for (int i = 0; i < size(); i++) {
            Worker worker = worker(i);
            if (worker.hasPublic() || worker.hasTasks()) {
                return true;
            }
        }
        return false;
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
        for (int i = 0; i < size(); i++) {
            if (worker(i).isInLane(lane)) {
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

    String describe() {
        return "engine " + config.name() + " is " + runState;
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

    static void fullFence() {
        VarHandle.fullFence();
    }
}
