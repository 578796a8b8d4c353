// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Spare workers, which take the place of blocked ones, so that a pool never deadlocks on its own
 * children.
 *
 * <pre>
 * NONE -> ACTIVE      whoever blocks, by CAS; starts a thread
 * RETIRED -> ACTIVE   whoever blocks, by CAS; unparks the thread
 * ACTIVE -> RETIRED   the spare, when no more than its number of workers are blocked
 * RETIRED -> NONE     the spare, after some idle time, as its thread ends
 * </pre>
 * Spare k may run while more than k workers are blocked. A blocker raises {@code blocked} before it
 * looks for a spare that is not ACTIVE; a spare says RETIRED before it reads {@code blocked} once
 * more: one of the two sees the other.
 *
 * <p>Workers are made from the lowest up, under the monitor, and stay for good; {@code created} is
 * raised after each. So those below {@code created} are there for whoever looks for tasks, and a spare
 * that runs is always among them.
 */
final class Spares {
    private static final int NONE = 0;
    private static final int ACTIVE = 1;
    private static final int RETIRED = 2;
    private static final long KEEP_NS = 1_000_000_000;

    private final Crew crew;
    private final int firstIndex;
    private final IntFunction<Worker> factory;
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicIntegerArray states;
    private final AtomicReferenceArray<Worker> workers;
    private final AtomicReferenceArray<Thread> threads;
    private volatile int created; // written under the monitor

    Spares(Crew crew, int max, int firstIndex, IntFunction<Worker> factory) {
        this.crew = crew;
        this.firstIndex = firstIndex;
        this.factory = factory;
        states = new AtomicIntegerArray(max);
        workers = new AtomicReferenceArray<>(max);
        threads = new AtomicReferenceArray<>(max);
    }

    /** How many have ever existed; those below this number may hold tasks. */
    int count() {
        return created;
    }

    Worker get(int i) {
        return workers.get(i);
    }

    int blocked() {
        return blocked.get();
    }

    /** A worker blocks from now on. */
    void begin() {
        blocked.getAndIncrement();
    }

    /** It goes on. */
    void end() {
        blocked.getAndDecrement();
    }

    /** Whether one more worker may block and have a spare in its place. */
    boolean hasLeft() {
        return blocked.get() < states.length();
    }

    /** Starts or revives one spare, if one is allowed. */
    void activate() {
        int allowed = Math.min(blocked.get(), states.length());
        for (int i = 0; i < allowed; i++) {
            if (states.get(i) == RETIRED && states.compareAndSet(i, RETIRED, ACTIVE)) {
                LockSupport.unpark(threads.get(i));
                return;
            }
            if (states.get(i) == NONE && states.compareAndSet(i, NONE, ACTIVE)) {
                start(i);
                return;
            }
        }
    }

    private void start(int i) {
        boolean started = false;
        try {
            WorkerThread thread = new WorkerThread(worker(i), -1);
            threads.set(i, thread); // before it runs: it may retire and be called back at once
            thread.launch();
            started = true;
        } finally {
            if (!started) {
                states.set(i, NONE); // or the engine would wait for it to fall asleep
            }
        }
    }

    /** The worker, made if it never was, and before it all below it. */
    private synchronized Worker worker(int i) {
        for (int n = created; n <= i; n++) {
            workers.set(n, factory.apply(firstIndex + n));
            created = n + 1; // after the worker is there
        }
        return workers.get(i);
    }

    boolean isSurplus(Worker worker) {
        return worker.index >= firstIndex && blocked.get() <= worker.index - firstIndex;
    }

    /** Whether every spare sleeps or is away. */
    boolean allAsleep(Sleepers sleepers) {
        for (int i = 0; i < states.length(); i++) {
            if (states.get(i) == ACTIVE && !sleepers.contains(firstIndex + i)) {
                return false;
            }
        }
        return true;
    }

    /** The spare itself, out of work and surplus: waits to be needed; false when its time is over. */
    boolean retire(Worker worker) {
        int i = worker.index - firstIndex;
        states.set(i, RETIRED);
        if (!isSurplus(worker) && states.compareAndSet(i, RETIRED, ACTIVE)) {
            return true; // somebody blocked just as we left, and may have missed us
        }
        activate(); // whoever woke us because it blocks needs one that is allowed to run
        crew.runState.tryTerminate();
        long deadline = System.nanoTime() + KEEP_NS;
        while (states.get(i) == RETIRED) {
            long left = deadline - System.nanoTime();
            if (crew.isStopped() || left <= 0) {
                if (states.compareAndSet(i, RETIRED, NONE)) {
                    return false;
                }
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        return true;
    }

    void unparkAll() {
        for (int i = 0; i < threads.length(); i++) {
            LockSupport.unpark(threads.get(i));
        }
    }
}
