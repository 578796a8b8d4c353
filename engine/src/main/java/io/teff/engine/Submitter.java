// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SingleProducerSequencer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A lane into the engine for one producer thread: typed slots in a single-producer Disruptor ring of
 * its own, published in batches, with no allocation and no CAS on the producer's side. Results are
 * not returned; a task leaves them where its reference points.
 *
 * <pre>{@code
 * try (Submitter lane = engine.submitter(16)) {
 *     for (long i = 0; i < n; i++) {
 *         lane.submit(TASK, i, 0, sink);
 *     }
 *     lane.await();
 * }
 * }</pre>
 *
 * <p>Only the thread that uses it may call {@code submit}, {@code flush}, {@code await} and {@code
 * close}; handing the lane from one thread to another needs a happens-before edge. What a task throws
 * goes to the engine's uncaught handler.
 *
 * <p>Protocol: the producer fills slots and moves the ring's cursor; a worker reads slots after
 * {@code taken}, then moves {@code taken} past them by CAS, and owns the tasks if the CAS succeeds. The
 * ring is gated by {@code taken}, so a slot is not overwritten before the CAS, and a reader that was
 * too late fails its CAS. One CAS per task is what it costs that nothing is ever stuck behind a long
 * task; the only worker of an engine, before whom nobody could come, takes them in chunks. A
 * worker at home runs what it finds; another one takes a task only when the lane has not moved since
 * it last looked, since two workers on tiny tasks would only pull the counter to and fro.
 *
 * <p>Falling asleep: a full batch is published without a fence, so the producer may miss a worker that
 * says at that very moment that it sleeps; that one looks again, see {@link Sleepers}. In the same way
 * a batch may be missed by an engine that is being shut down by another thread; flush, await and close,
 * which do fence, or the next submit find that out.
 */
public final class Submitter extends Pads.LaneFields implements AutoCloseable {
    private static final int VISIT = LaneChunk.MOST;

    private final Crew crew;
    private final int home;
    private final int batch;
    private final int capacity;
    private final SingleProducerSequencer ring;
    private final LaneSlots slots;
    private final Sequence taken = new Sequence(-1);
    private final AtomicInteger handedOn =
            new AtomicInteger(); // tasks of a chunk, in somebody's deque
    private final BooleanSupplier hasRoom; // made once: no garbage
    private int returned; // guarded by taken
    private int skipped; // batches since it last woke somebody
    private boolean closed;

    Submitter(Crew crew, int home, int capacity, int batch) {
        this.crew = crew;
        this.home = home;
        this.batch = batch;
        this.capacity = capacity;
        ring = new SingleProducerSequencer(capacity, new BusySpinWaitStrategy());
        slots = new LaneSlots(capacity);
        ring.addGatingSequences(taken);
        int enough = 1 + capacity / 4; // not one slot at a time: see claim
        hasRoom = () -> ring.remainingCapacity() >= enough;
        next = 0;
        claimed = -1;
        published = -1;
    }

    /** The worker that looks here first. */
    int home() {
        return home;
    }

    /**
     * Submits a task. Workers see it when its batch is full, or at the next {@link #flush()}. If
     * another thread stops the engine meanwhile, {@link #await()} and {@link #close()} say what became
     * of it.
     *
     * @throws RejectedExecutionException if the engine was shut down, or the ring is full and the
     *     engine's {@link FullPolicy} says so
     */
    public void submit(LongTask task, long a) {
        put(task, a, 0, null);
    }

    /** As {@link #submit(LongTask, long)}, without a reference. */
    public void submit(LongPairTask task, long a, long b) {
        put(task, a, b, null);
    }

    /** As {@link #submit(LongTask, long)}. */
    public void submit(LongPairTask task, long a, long b, Object ref) {
        put(task, a, b, ref);
    }

    private void put(Forkable task, long a, long b, Object ref) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        if (closed || crew.isShutdown()) {
            throw rejected("task");
        }
        long s = next;
        if (s > claimed && !claim()) {
            full(task, a, b, ref);
            return;
        }
        slots.put(slots.index(s), task, a, b, ref);
        next = s + 1;
        if (s - published >= batch) {
            check(publish());
        }
    }

    /**
     * Claims all slots that are free; they are published one by one as filled. To see what is free it
     * reads the line on which the worker takes, so it does that seldom.
     */
    private boolean claim() {
        int n = (int) ring.remainingCapacity();
        if (n <= 0) {
            return false;
        }
        claimed = ring.next(n); // there is room, so this does not wait
        return true;
    }

    private void full(Forkable task, long a, long b, Object ref) {
        int back = publishAll();
        if (back > 0) {
            throw rejected(back + 1 + " tasks"); // and this one
        }
        Worker worker = Worker.currentOrNull();
        if (crew.intake.policyFor(worker) == FullPolicy.HELP && worker != null) {
            worker.runTyped(task, a, b, ref);
            return;
        }
        // its one producer has nobody to race with
        crew.intake.awaitRoom("lane", hasRoom, worker, crew.intake.deadline());
        put(task, a, b, ref);
    }

    /**
     * Publishes what was submitted since the last batch.
     *
     * @throws RejectedExecutionException if the engine stopped before it could accept them; says how
     *     many tasks were given back
     */
    public void flush() {
        check(publishAll());
    }

    private void check(int back) {
        if (back > 0) {
            throw rejected(back + " tasks");
        }
    }

    /**
     * Publishes a batch; returns how many tasks it had to take back, since the engine has stopped.
     * Without a fence, which would wait at each batch for the line that the worker reads. So a worker
     * that falls asleep at this very moment may be missed, and finds the batch when it looks again;
     * and one that is published while the engine stops may be found by {@link #publishAll} only.
     */
    private int publish() {
        long last = next - 1;
        if (last == published) {
            return 0;
        }
        ring.publish(last);
        published = last;
        if (crew.sleepers.any() && crew.waker.isWorthIt(++skipped)) {
            skipped = 0;
            crew.wakeOne();
        }
        return crew.runState.isTidying() ? takeBackIfStopped() : 0;
    }

    /** Publishes, and makes sure that somebody sees all that was ever published. */
    private int publishAll() {
        int back = publish();
        Crew.fullFence(); // the cursor is seen before we read who sleeps, and the state
        if (crew.sleepers.any() && hasTasks()) {
            crew.wakeOne();
        }
        return back + (crew.runState.isTidying() ? takeBackIfStopped() : 0);
    }

    private int takeBackIfStopped() {
        crew.runState.awaitTidied();
        int[] back = new int[1];
        if (crew.isStopped()) {
            drain(task -> back[0]++); // by CAS, since shutdownNow may be at it too
        }
        return back[0];
    }

    private RejectedExecutionException rejected(String what) {
        return new RejectedExecutionException(
                what
                        + " rejected from a lane: "
                        + (closed ? "the lane is closed" : crew.describe()));
    }

    /**
     * Flushes, then waits until every task that was accepted has run.
     *
     * @throws RejectedExecutionException if the engine stopped before they did
     */
    public void await() {
        int back = publishAll();
        if (isBusy()) {
            Worker worker = Worker.currentOrNull();
            if (worker == null || worker.crew != crew) {
                back += awaitRuns();
            } else {
                crew.beginBlocking(worker); // its tasks are for others, and there may be no others
                try {
                    back += awaitRuns();
                } finally {
                    crew.endBlocking();
                }
            }
        }
        if (crew.isStopped()) {
            back += countReturned();
        }
        if (back > 0) {
            throw rejected(back + " tasks");
        }
    }

    private boolean isBusy() {
        return taken.get() < published || crew.isInLane(this) || handedOn.get() > 0;
    }

    /** Returns how many tasks will never run, but for those that shutdownNow took from the ring. */
    private int awaitRuns() {
        int back = 0;
        int rounds = 0;
        while (isBusy()) {
            if (crew.runState.isTerminated()) {
                back += takeBackIfStopped();
                back += handedOn.getAndSet(0); // these shutdownNow took from a deque
            }
            rounds = Waiting.pause(rounds);
        }
        return back;
    }

    /** As {@link #await()}, then gives the lane up. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            await();
        } finally {
            closed = true;
            crew.removeLane(this);
        }
    }

    // Workers

    /** Whether published tasks wait to be taken. */
    boolean hasTasks() {
        return ring.getCursor() > taken.get();
    }

    /** How many, about. */
    long size() {
        return Math.max(0, ring.getCursor() - taken.get());
    }

    /** Runs tasks of this lane; false when it took none. */
    boolean run(Worker worker) {
        long t = taken.get();
        long last = ring.getCursor();
        if (last <= t) {
            return false;
        }
        boolean atHome = home == worker.index;
        if (!atHome && seen != t) {
            seen = t;
            return false;
        }
        worker.enterLane(this); // before the first CAS; pairs with await's isInLane after taken
        try {
            int ran =
                    atHome && crew.config.workers() == 1
                            ? runAlone(worker, t, last)
                            : runShared(worker, t, last, atHome ? VISIT : 1);
            return ran > 0;
        } finally {
            worker.leaveLane();
        }
    }

    /** The only worker: takes many tasks at once. */
    private int runAlone(Worker worker, long t, long last) {
        LaneChunk chunk = worker.chunk();
        int ran = 0;
        while (ran < VISIT && t < last) {
            int n = upTo(chunk.size(), t, last);
            slots.copy(t + 1, n, chunk.slots); // valid if the CAS succeeds
            if (take(t, n)) {
                int left = chunk.run(worker, handedOn, n);
                ran += n;
                t += n;
                if (left > 0) {
                    addReturned(left); // before leaveLane, and so before await asks
                    break;
                }
            } else {
                t = taken.get();
            }
            if (t >= last) {
                last = published(t);
            }
        }
        return ran;
    }

    /**
     * One of several workers: takes one task at a time, but reads ahead, since after each CAS it would
     * wait anew for what comes from the producer's cache. What it read is valid if its CAS succeeds.
     */
    private int runShared(Worker worker, long t, long last, int most) {
        LaneSlots ahead = worker.chunk().slots;
        long from = t; // ahead holds what comes after from, up to end
        long end = t;
        int ran = 0;
        while (ran < most && t < last) {
            if (t >= end) {
                from = t;
                end = t + upTo(most, t, last);
                slots.copy(from + 1, (int) (end - from), ahead);
            }
            int i = (int) (t - from);
            Forkable task = ahead.tasks[i];
            long a = ahead.as[i];
            long b = ahead.bs[i];
            Object ref = ahead.refs[i];
            if (take(t, 1)) {
                worker.runTyped(task, a, b, ref);
                ran++;
                t++;
            } else {
                t = taken.get();
            }
            if (t >= last) {
                last = published(t);
            }
        }
        return ran;
    }

    /** How many to copy: when {@code t} is stale, {@code last} may be more than one round ahead. */
    private int upTo(int most, long t, long last) {
        return (int) Math.min(Math.min(most, capacity), last - t);
    }

    /** Takes the {@code n} tasks after {@code t}, if nobody has taken any of them. */
    private boolean take(long t, int n) {
        return taken.compareAndSet(t, t + n);
    }

    /**
     * The last published task, for a worker that has come to {@code t}. If there is just a little
     * more, the producer is at it: falls back so that the cursor's line need not cross for each task.
     */
    private long published(long t) {
        long last = ring.getCursor();
        if (last > t && last - t < Search.SMALL_BATCH) {
            Search.fallBack();
            last = ring.getCursor();
        }
        return last;
    }

    /** shutdownNow: takes every published task, as a Runnable. The producer's await will say so. */
    void giveBack(Consumer<Runnable> to) {
        synchronized (taken) {
            drain(
                    task -> {
                        returned++;
                        to.accept(task);
                    });
        }
    }

    private void addReturned(int n) {
        synchronized (taken) {
            returned += n;
        }
    }

    /** How many tasks shutdownNow has returned, or kept a worker from, since this was last asked. */
    private int countReturned() {
        synchronized (taken) { // waits until it is done with this lane
            int n = returned;
            returned = 0;
            return n;
        }
    }

    /** Any thread: takes every published task, as a Runnable. */
    void drain(Consumer<Runnable> to) {
        for (; ; ) {
            long t = taken.get();
            if (t >= ring.getCursor()) {
                return;
            }
            int i = slots.index(t + 1);
            Forkable task = slots.tasks[i];
            long a = slots.as[i];
            long b = slots.bs[i];
            Object ref = slots.refs[i];
            if (take(t, 1)) {
                to.accept(() -> Worker.current().runUncounted(task, a, b, ref));
            }
        }
    }

    /** Slots in this lane's ring. */
    public int capacity() {
        return capacity;
    }
}
