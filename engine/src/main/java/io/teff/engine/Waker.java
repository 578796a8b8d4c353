// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Wakes workers: which one, whether a task is worth it, and how, which for a worker that has no
 * thread yet means to start it. {@link Sleepers} says who sleeps and is the protocol with those who
 * fall asleep. Any thread may call any method.
 *
 * <pre>
 * FIELD      WRITTEN BY                             HOW              READ BY
 * threads[]  whoever cleared the worker's bit       volatile, once   everyone: volatile
 * unstarted  the same                               getAndDecrement  submitters: volatile
 * futile     workers that were woken                plain, a hint    submitters: plain
 * </pre>
 * Invariant: whoever clears a worker's bit, and nobody else, unparks the worker or starts its thread.
 * A worker without a thread cannot set its bit again, so no worker gets two threads.
 *
 * <p>The race: a thread that was just started may sleep and be woken before the one that started it
 * goes on. So it is in {@code threads} before it runs, and the second waker unparks it.
 */
final class Waker {
    private static final int MAX_FUTILE = 255;

    private final Crew crew;
    private final int[] cpus; // by regular worker; -1 for one that is not pinned
    private final AtomicReferenceArray<WorkerThread> threads; // of regular workers
    private final AtomicInteger unstarted;
    private int futile;

    Waker(Crew crew, int[] cpus) {
        this.crew = crew;
        this.cpus = cpus;
        threads = new AtomicReferenceArray<>(cpus.length);
        unstarted = new AtomicInteger(cpus.length);
    }

    /**
     * Wakes a worker if one sleeps. Not on a stack that is nearly full: an overflow half-way would
     * leave the sleepers miscounted for ever. They look for themselves now and then.
     */
    void wakeOne() {
        if (!Errors.stackHasRoomToWake()) {
            return;
        }
        int worker = crew.sleepers.removeAny();
        if (worker >= 0) {
            wake(worker);
        }
    }

    /**
     * Wakes a worker for what the caller has just written and workers look for, if one sleeps.
     *
     * @param anyhow even if another one is awake
     */
    void wakeToLook(boolean anyhow) {
        Crew.fullFence(); // pairs with Sleepers.add: one of the two sees what the other wrote
        if (anyhow ? crew.sleepers.any() : areAllAsleep()) {
            wakeOne();
        }
    }

    private boolean areAllAsleep() {
        return crew.sleepers.count() >= crew.workers.length;
    }

    /**
     * Whether a new task is reason enough to wake a sleeper while others are awake. When wake-ups
     * were in vain, because those awake kept up, only every so many tasks are: a wake-up costs as
     * much as hundreds of small tasks. Sleepers look for themselves now and then, but a worker whose
     * thread was never started does not.
     *
     * @param skipped tasks that came since somebody was last woken, this one included
     */
    boolean isWorthIt(int skipped) {
        int f = futile;
        return skipped > f || unstarted.get() > 0 || areAllAsleep();
    }

    /** A woken worker found nothing to do. */
    void wokenInVain() {
        futile = Math.min(2 * futile + 1, MAX_FUTILE);
    }

    /** A woken worker found work. */
    void wokenInTime() {
        if (futile != 0) {
            futile = 0;
        }
    }

    /**
     * Wakes somebody in the place of a worker that is about to block: a sleeper, or else a spare. If
     * there is no memory for a thread, the worker blocks without, and what it blocks for goes on.
     */
    void wakeStandIn() {
        if (!Errors.stackHasRoomToWake()) {
            return;
        }
        int sleeper = crew.sleepers.removeAny();
        try {
            if (sleeper >= 0) {
                wake(sleeper);
            } else {
                crew.spares.activate();
            }
        } catch (OutOfMemoryError noThread) {
            return; // the sleeper is back among the sleepers, the spare's place is free again
        }
    }

    /** Wakes every worker that has a thread, for good: the engine stops. */
    void wakeAll() {
        int worker;
        while ((worker = crew.sleepers.removeAny()) >= 0) {
            if (isSpare(worker) || threads.get(worker) != null) {
                wake(worker);
            }
        }
        crew.spares.unparkAll();
    }

    /** The caller has cleared the worker's bit. */
    private void wake(int worker) {
        if (isSpare(worker) || threads.get(worker) != null) {
            crew.worker(worker).unpark();
        } else {
            startThread(worker);
        }
    }

    private void startThread(int worker) {
        boolean started = false;
        try {
            WorkerThread thread = new WorkerThread(crew.workers[worker], cpus[worker]);
            threads.set(worker, thread); // before it runs: it may sleep and be woken at once
            thread.launch();
            started = true;
            unstarted.getAndDecrement();
        } finally {
            if (!started) {
                threads.set(worker, null);
                crew.sleepers.add(worker);
            }
        }
    }

    private boolean isSpare(int worker) {
        return worker >= threads.length();
    }

    /** The thread of a regular worker; null if it was not started yet. */
    WorkerThread thread(int worker) {
        return threads.get(worker);
    }
}
