// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks that the only worker of an engine took from a lane at once, copied out of their slots. Its
 * own thread's, all of it. Nobody else could have run them sooner, unless the worker blocks: then it
 * hands those that it has not begun to its deque, for the spare worker that takes its place.
 */
final class LaneChunk {
    /** Tasks in a full chunk. */
    static final int SIZE = 16;

    private final Forkable[] tasks = new Forkable[SIZE];
    private final long[] as = new long[SIZE];
    private final long[] bs = new long[SIZE];
    private final Object[] refs = new Object[SIZE];
    private AtomicInteger handedOn; // of the lane they came from
    private int next;
    private int end;

    void put(int i, Forkable task, long a, long b, Object ref) {
        if (tasks[i] != task) {
            tasks[i] = task;
        }
        as[i] = a;
        bs[i] = b;
        if (refs[i] != ref) {
            refs[i] = ref;
        }
    }

    /** Runs the first {@code n} tasks that were put. */
    void run(Worker worker, AtomicInteger counter, int n) {
        handedOn = counter;
        next = 0;
        end = n;
        while (next < end) {
            int i = next++;
            worker.runTyped(tasks[i], as[i], bs[i], refs[i]);
        }
    }

    /** The worker is about to block. What its deque does not take stays here. */
    void handOn(Worker worker) {
        while (next < end) {
            Forkable task = tasks[end - 1];
            long a = as[end - 1];
            long b = bs[end - 1];
            Object ref = refs[end - 1];
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
            end--;
        }
    }
}
