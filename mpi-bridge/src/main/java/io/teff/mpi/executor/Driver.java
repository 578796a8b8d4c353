// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.Poller;
import io.teff.engine.StolenFork;
import io.teff.remote.Codec;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * What happens between this rank and the others, at each look of whoever has time for it: a worker that
 * is idle or between two tasks, a thread that waits for a result or makes many calls, or, when all of them
 * are busy, the {@link Pulse}. One at a time: they take a token, and go on if another has it, so that MPI never sees
 * two threads at once.
 *
 * <pre>
 *  workers, callers, Pulse --------- token ---> Driver --- Transport --- other ranks
 *                                                   |
 *          Inbound    frames as they come, sorted into
 *            Serving      calls from there, which become tasks of the engine here
 *            Arrivals     results from there, for whoever waits
 *            Members      who is alive, and when all is done
 *            Thief        forks that go and come
 *          Peer       one for each other rank: calls that it has, and frames on their way to it
 * </pre>
 *
 * <p>Invariant: nothing that a user wrote runs under the token.
 *
 * <p>The race: a worker falls asleep while a caller leaves something to it, and cannot look as the caller has
 * the token. The worker first says that it sleeps and then tries the token; the caller gives the token back
 * and then asks who sleeps, with a full fence between. So one sees the other.
 */
final class Driver implements Poller {
    private static final int FRAMES = 16;
    private static final int SPINS = 2_000;
    private static final int YIELDS = 100;
    private static final long NAP_NS = 20_000;
    private static final long BUSY_NAP_NS = 50_000;
    private static final long IDLE_NAP_NS = 1_000_000;
    private static final long OFTEN_NS = 100_000; // for callers that look
    private static final long CALLER_NAP_NS = 250_000;
    private static final long QUIET_NS = 100_000_000;

    private final SpinLock token = new SpinLock();
    private final Transport transport;
    private final Peer[] peers; // null at this rank's place
    private final Engine engine;
    private final Serving serving;
    private final ObjectCalls objects;
    private final Redeal redeal;
    private final Members members;
    private final Thief thief;
    private final Inbound inbound;
    private final ConcurrentLinkedQueue<RemoteCall<?>> commons = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final Arrivals arrivals = new Arrivals(this, unfinished);
    private final AtomicLong made = new AtomicLong();
    private final ConcurrentLinkedQueue<Integer> lost = new ConcurrentLinkedQueue<>();
    private final AtomicLong looks = new AtomicLong(); // written under the token
    private final AtomicLong outsideLooks = new AtomicLong(); // the same
    private final AtomicLong seenOutsideLooks = new AtomicLong(); // by the sleeper that watches
    private final AtomicLong lastCallerNs =
            new AtomicLong(System.nanoTime()); // written under the token
    private final AtomicLong callerGapNs = new AtomicLong(OFTEN_NS); // the same
    private final AtomicBoolean hasWorked = new AtomicBoolean(); // since quietNs was asked
    private final AtomicLong lastWorkNs = new AtomicLong(System.nanoTime()); // by who asks that

    Driver(Transport transport, MpiConfig options, Codec codec, IntPredicate isGone) {
        this.transport = transport;
        peers = new Peer[transport.size()];
        for (int rank = 0; rank < peers.length; rank++) {
            if (rank != transport.rank()) {
                peers[rank] = new Peer(rank, transport, options.window());
            }
        }
        EngineConfig own = options.engine().ofRank(transport.rank(), transport.size());
        engine = Engine.start(own, this); // it looks here only from its first task on
        serving = new Serving(engine, codec, options, peers.length);
        objects = new ObjectCalls(this, codec);
        redeal = new Redeal(this, options.lossPolicy());
        members = new Members(this, options.silence(), isGone);
        thief = new Thief(this, options.functions());
        inbound = new Inbound(this, options.mostBytes());
    }

    Engine engine() {
        return engine;
    }

    Serving serving() {
        return serving;
    }

    /** The tasks of this rank that are objects. */
    ObjectCalls objects() {
        return objects;
    }

    /** Results that have come. */
    Arrivals arrivals() {
        return arrivals;
    }

    Members members() {
        return members;
    }

    Thief thief() {
        return thief;
    }

    Redeal redeal() {
        return redeal;
    }

    Inbound inbound() {
        return inbound;
    }

    String transport() {
        return transport.toString();
    }

    int rank() {
        return transport.rank();
    }

    int size() {
        return peers.length;
    }

    /** Another rank. */
    Peer peer(int rank) {
        return peers[rank];
    }

    /** Calls of this rank that others have not answered. */
    int open() {
        int open = 0;
        for (Peer peer : peers) {
            open += peer == null ? 0 : peer.open();
        }
        return open;
    }

    /** How many calls of a lane a message can hold. */
    int mostLaneCalls() {
        return (transport.frameBytes() - Wire.HEADER - Wire.WORD_BYTES) / (2 * Long.BYTES);
    }

    /** How often anybody has looked. */
    long looks() {
        return looks.get();
    }

    // The look

    private enum Looker {
        BUSY_WORKER,
        IDLE_WORKER,
        CALLER,
        WAITER
    }

    /** A worker looks. */
    @Override
    public boolean poll(boolean idle) {
        return look(idle ? Looker.IDLE_WORKER : Looker.BUSY_WORKER);
    }

    /** A thread looks that is no worker, and has nothing else to do than to wait for results. */
    private boolean lookForResults() {
        return look(Looker.WAITER);
    }

    /**
     * A thread looks, unless it is a worker, that makes one call after the other: results do not gather
     * then, and what is known of a call is still in its core's cache. It may hold locks of its own. So it
     * completes results, and leaves to workers what may last: tasks that have come, what follows results.
     */
    void lookAsCaller() {
        if (!engine.isWorker()) {
            look(Looker.CALLER);
        }
    }

    private boolean look(Looker by) {
        if (peers.length == 1 || !token.tryLock()) {
            return false;
        }
        List<Runnable> tasks;
        List<ResultBatch> results;
        boolean isLeft = false; // to a worker: tasks, or what follows results
        boolean wasLeft = false;
        try {
            looks.setOpaque(looks.getPlain() + 1);
            if (by == Looker.WAITER) {
                outsideLooks.setOpaque(outsideLooks.getPlain() + 1);
            } else if (by == Looker.CALLER) {
                noteCaller();
                wasLeft = inbound.hasTasks() || arrivals.hasLeft();
            }
            forgetTheLost();
            receive();
            flushTheOld();
            thief.look(by == Looker.IDLE_WORKER && inbound.isEmpty());
            tasks = by == Looker.CALLER ? List.of() : inbound.takeTasks();
            isLeft = inbound.hasTasks();
            results = inbound.takeResults();
            for (ResultBatch batch : results) {
                unfinished.getAndAdd(batch.size()); // so that nobody thinks that all is done
            }
        } finally {
            token.unlock();
        }
        if (by != Looker.CALLER) {
            arrivals.handOverTheLeft();
        } else if (isLeft || arrivals.hasLeft()) {
            engine.pollNow(wasLeft); // anyhow, if nobody came for it since the last look
        }
        if (tasks.isEmpty() && results.isEmpty()) {
            return false;
        }
        noteWork();
        if (results.size() == 1 && results.get(0) instanceof Completions few && few.isOnePlain()) {
            few.handNext(this);
            unfinished.getAndDecrement();
        } else {
            arrivals.addAll(results);
        }
        for (Runnable task : tasks) {
            hand(task); // which may have to wait for room: then others find the results
        }
        if (by == Looker.WAITER) {
            arrivals.handOver(false);
        } else if (by == Looker.CALLER) {
            arrivals.handOver(true);
            if (arrivals.hasLeft()) {
                engine.pollNow(wasLeft);
            }
        } else {
            arrivals.handOverSoon(results.size()); // one for each
        }
        return true;
    }

    /** Under the token. */
    private void noteCaller() {
        long now = System.nanoTime();
        callerGapNs.setOpaque(now - lastCallerNs.getPlain());
        lastCallerNs.setOpaque(now);
    }

    /** Whether a thread that makes many calls looks often enough. */
    private boolean isCallerHere() {
        return callerGapNs.getOpaque() < OFTEN_NS
                && System.nanoTime() - lastCallerNs.getOpaque() < OFTEN_NS;
    }

    /** Sends what has gathered for long enough. */
    private void flushTheOld() {
        long now = 0;
        for (Peer peer : peers) {
            if (peer != null && peer.hasMail()) {
                noteWork(); // it may have to wait for room
                now = now == 0 ? System.nanoTime() : now;
                peer.flushIfOld(now);
            }
        }
    }

    private void receive() {
        try {
            transport.poll(inbound, FRAMES);
        } catch (RuntimeException | Error broken) {
            members.giveUp("no message can be received: " + broken, broken);
        }
    }

    private void forgetTheLost() {
        Integer rank;
        while ((rank = lost.poll()) != null) {
            transport.forget(rank);
            inbound.forget(rank);
            thief.forget(rank);
            OpenCalls.Call[] calls = peers[rank].takeAll();
            if (calls.length > 0) {
                inbound.add(redeal.of(calls, peers[rank]));
            }
        }
    }

    /** Has a task run by the engine. Not under the token. */
    void hand(Runnable task) {
        hand(task, 1);
    }

    /** As {@link #hand(Runnable)}, for one that stands for so many calls. */
    void hand(Runnable task, int calls) {
        made.getAndAdd(calls);
        unfinished.getAndAdd(calls);
        try {
            engine.execute(
                    () -> {
                        try {
                            task.run();
                        } finally {
                            unfinished.getAndAdd(-calls);
                        }
                    });
        } catch (RejectedExecutionException e) {
            unfinished.getAndAdd(-calls);
            if (task instanceof StolenFork fork) {
                fork.fail(e);
            } else {
                task.run(); // the engine was stopped: who waits must hear of it all the same
            }
        }
    }

    /** Tasks and calls that the engine has for this executor, about. */
    int load() {
        return unfinished.get();
    }

    /** Whether anything is open that this rank has begun. */
    boolean isBusy() {
        return unfinished.get() != 0 || open() != 0 || !objects.isEmpty();
    }

    /** One more task, of {@link #objects}, goes to the engine. */
    void begins() {
        made.getAndIncrement();
    }

    /**
     * How many tasks and calls there were, so far, about: one that any rank may fetch counts once more where
     * it runs. Grows with all that begins, before that is open no more: if it is the same, nothing was begun
     * meanwhile.
     */
    long made() {
        long sum = made.get();
        for (Peer peer : peers) {
            sum += peer == null ? 0 : peer.made();
        }
        return sum;
    }

    /** Tasks that any rank may fetch; for each there is a task of the engine that looks here. */
    Queue<RemoteCall<?>> commons() {
        return commons;
    }

    /** What no future holds was thrown here. */
    void uncaught(Throwable error) {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler own = engine.config().uncaughtHandler();
        try {
            (own != null ? own : thread.getUncaughtExceptionHandler())
                    .uncaughtException(thread, error);
        } catch (Throwable ofTheHandler) {
            return; // the JVM ignores what an uncaught handler throws, and so do we
        }
    }

    /** A thread that waits: runs a task or has a look, whichever is its to do; false: neither. */
    boolean help() {
        return engine.help()
                || arrivals.handOver(false)
                || (!engine.isWorker() && lookForResults());
    }

    /** Sends what has gathered. */
    void flush() {
        for (Peer peer : peers) {
            if (peer != null) {
                peer.flush();
            }
        }
    }

    /** Something has come or is to leave, and more may follow: there should be looks often. Any thread. */
    void noteWork() {
        hasWorked.setOpaque(true);
    }

    /** For how long nothing has come, about. Any thread. */
    long quietNs() {
        long now = System.nanoTime();
        if (hasWorked.getOpaque() && hasWorked.getAndSet(false)) {
            lastWorkNs.setOpaque(now);
        }
        return now - lastWorkNs.getOpaque();
    }

    /** Long when nothing happens, and while a thread that is no worker does the looking. */
    @Override
    public long napNs() {
        if (peers.length == 1) {
            return Long.MAX_VALUE; // nothing ever comes
        }
        long outside = outsideLooks.getOpaque();
        boolean isAttended = outside != seenOutsideLooks.getAndSet(outside);
        boolean isQuiet = quietNs() > QUIET_NS && open() == 0;
        if (isAttended || isQuiet) {
            return IDLE_NAP_NS;
        }
        return isCallerHere() ? CALLER_NAP_NS : BUSY_NAP_NS;
    }

    /** A rank is no more: what it had goes elsewhere, with the next look. Any thread. */
    void lose(int rank) {
        Peer peer = peers[rank];
        if (peer != null && !peer.isLost()) {
            peer.lose();
            lost.add(rank);
        }
    }

    /** A rank with the fewest tasks of this one; null: this one itself. */
    Peer leastLoaded() {
        Peer best = null;
        int least = load();
        for (Peer peer : peers) {
            if (peer != null && !peer.isLost() && peer.open() < least) {
                best = peer;
                least = peer.open();
            }
        }
        return best;
    }

    boolean hasLost() {
        for (Peer peer : peers) {
            if (peer != null && peer.isLost()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Something is not there yet: does what brings it, or waits, for longer with each round. A worker that
     * has to wait is replaced, since what it waits for may be for its rank to do.
     *
     * @return the round to ask with next; begin with 0
     */
    int await(int round) {
        if (help()) {
            return 0;
        }
        if (round < SPINS) {
            Thread.onSpinWait();
        } else if (round < SPINS + YIELDS) {
            Thread.yield();
        } else {
            Engine.blocking(
                    () -> {
                        LockSupport.parkNanos(this, NAP_NS);
                        return null;
                    });
            return round;
        }
        return round + 1;
    }

    /** Sends a call to whichever other rank has the fewest; false if none has room for it. */
    boolean send(OpenCalls.Call call) {
        Peer best = null;
        for (Peer peer : peers) {
            if (peer != null && !peer.isLost() && (best == null || peer.open() < best.open())) {
                best = peer;
            }
        }
        return best != null && best.send(call);
    }

    /**
     * After the last look. Calls may still be open of what nobody counts, tasks that were handed to the
     * engine itself: they fail, or the engine would wait for them.
     */
    void close() {
        for (Peer peer : peers) {
            OpenCalls.Call[] late = peer == null ? new OpenCalls.Call[0] : peer.endCalls();
            if (late.length > 0) {
                hand(redeal.failing(late, members.whyEnded()));
            }
        }
        engine.close();
        token.lock(); // for ever
        for (Peer peer : peers) {
            if (peer != null) {
                peer.close(); // somebody may still want to cancel something
            }
        }
        transport.close();
    }
}
