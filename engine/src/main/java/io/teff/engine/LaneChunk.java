// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks that the only worker of an engine took from a lane at once, copied out of their slots. Its
 * own thread's, all of it. Nobody else could have run them sooner, unless the worker blocks: then it
 * hands those that it has not begun to its deque, for the spare worker that takes its place.
 *
 * <p>A chunk grows while chunks are over in no time, and is small again after one that was not, so
 * that neither the inbox nor shutdownNow waits for a thousand long tasks. Large ones pay: the numbers
 * come from the producer's cache, and only a long copy keeps the prefetcher ahead of it.
 */
final class LaneChunk {
    /** Tasks in the largest chunk. */
    static final int MOST = 1024;

    private static final int LEAST = 16;
    private static final int FEW = 64; // so few are not worth a look at the clock
    private static final long LONG_NS = 20_000;

    /** Where they are put before they are run, from slot 0 on; one of several workers reads ahead here. */
    final LaneSlots slots = new LaneSlots(MOST);

    private AtomicInteger handedOn; // of the lane they came from
    private int size = LEAST;
    private int next;
    private int end;

    /** How many tasks to take at most. */
    int size() {
        return size;
    }

    /** Runs the first {@code n} tasks; returns how many it left, because the engine stopped. */
    int run(Worker worker, AtomicInteger counter, int n) {
        handedOn = counter;
        next = 0;
        end = n;
        worker.idling.works();
        if (worker.timeline != null && n > 0) {
            worker.timeline.before(slots.tasks[0]);
        }
        if (n < size && n < FEW) {
            runAll(worker);
        } else {
            long begin = System.nanoTime();
            runAll(worker);
            fit(n, System.nanoTime() - begin);
        }
        worker.counters.addTasks(next);
        return end - next;
    }

    private void fit(int n, long tookNs) {
        if (tookNs > LONG_NS) {
            size = LEAST;
        } else if (n == size && tookNs <= LONG_NS / 2) {
            size = Math.min(2 * size, MOST);
        }
    }

    private void runAll(Worker worker) {
        while (next < end && !worker.crew.isStopped()) {
            runSome(worker, next + LEAST);
        }
    }

    /** Runs tasks up to a limit, or to the first that throws. */
    private void runSome(Worker worker, int limit) {
        Forkable[] tasks = slots.tasks;
        long[] as = slots.as;
        int base = worker.head;
        try {
            for (int i = next; i < limit && i < end; i++) { // a task that blocks lowers the end
                next = i + 1;
                if (tasks[i] instanceof LongTask task) { // one virtual call and not two
                    task.compute(worker, as[i]);
                } else {
                    tasks[i].run(worker, as[i], slots.bs[i], slots.refs[i]);
                }
                if (worker.head != base) {
                    worker.failUnjoined(base);
                }
            }
        } catch (Throwable error) {
            worker.fail(error);
            if (worker.head != base) {
                worker.failUnjoined(base);
            }
        }
    }

    /** The worker is about to block. What its deque does not take stays here. */
    void handOn(Worker worker) {
        while (next < end) {
            int last = end - 1;
            Forkable task = slots.tasks[last];
            long a = slots.as[last];
            long b = slots.bs[last];
            Object ref = slots.refs[last];
            AtomicInteger counter = handedOn;
            counter.getAndIncrement();
            boolean pushed =
                    worker.push(
                            () -> {
                                try {
                                    Worker.current().runUncounted(task, a, b, ref);
                                } finally {
                                    counter.getAndDecrement();
                                }
                            });
            if (!pushed) {
                counter.getAndDecrement();
                return;
            }
            end = last;
        }
    }
}
