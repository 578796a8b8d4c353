// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * Forks, then submits, very many tasks in one small JVM, and prints what it counted. EnduranceTest
 * starts it and checks the numbers.
 *
 * <p>Arguments: how many tasks to fork, how many to submit. Output: lines of a name and a number.
 */
final class EnduranceMain {
    private static final int FIB = 24; // 75024 forks
    private static final long FORKS_PER_RUN = 75_024;
    private static final int WORKERS = 2;
    private static final int PARTS = 10; // heap is looked at after each of them
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    /** Counts the tasks it is made of, itself included. */
    private static final LongTask COUNT =
            new LongTask() {
                @Override
                protected long compute(Worker w, long n) {
                    if (n < 2) {
                        return 1;
                    }
                    int right = fork(w, n - 1);
                    long left = compute(w, n - 2);
                    return 1 + left + join(w, right);
                }
            };

    /** Adds to a sum and a count of the worker that runs it. */
    private static final LongPairTask ADD =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    long[] mine = ((long[][]) ref)[w.index()];
                    mine[16] += a;
                    mine[17]++;
                    return 0;
                }
            };

    private final Engine engine;
    private final Submitter lane;
    private final long[][] sums = new long[WORKERS][64];
    private long forked;
    private long counted;
    private long submitted;
    private long expectedSum;

    private EnduranceMain(Engine engine, Submitter lane) {
        this.engine = engine;
        this.lane = lane;
    }

    public static void main(String[] args) {
        long forks = Long.parseLong(args[0]);
        long submissions = Long.parseLong(args[1]);
        EngineConfig config =
                EngineConfig.builder().workers(WORKERS).maxSpares(0).name("endurance").build();
        try (Engine engine = Engine.start(config);
                Submitter lane = engine.submitter(64)) {
            new EnduranceMain(engine, lane).run(forks, submissions);
        }
    }

    private void run(long forks, long submissions) {
        long[] heap = new long[PARTS + 1];
        long garbage = 0;
        for (int part = 1; part <= PARTS; part++) {
            long workersBefore = part == 1 ? 0 : allocatedByWorkers();
            long ownBefore = allocatedByThisThread();
            while (forked < forks * part / PARTS) {
                counted += engine.invoke(COUNT, FIB);
                forked += FORKS_PER_RUN;
            }
            long invocations = forked / FORKS_PER_RUN; // each is an object: not a typed path
            while (submitted < submissions * part / PARTS) {
                submit();
            }
            lane.await();
            long own = allocatedByThisThread() - ownBefore;
            garbage += part == 1 ? 0 : own + allocatedByWorkers() - workersBefore;
            heap[part] = heapAfterGc();
            System.err.printf(
                    "%d %%: %d forks in %d computations, %d submitted, heap %d%n",
                    100 * part / PARTS, forked, invocations, submitted, heap[part]);
        }
        print("forked", forked);
        print("expectedCount", forked / FORKS_PER_RUN * (2 * FORKS_PER_RUN + 1));
        print("counted", counted);
        print("submitted", submitted);
        long sum = 0;
        long ran = 0;
        for (long[] mine : sums) {
            sum += mine[16];
            ran += mine[17];
        }
        print("ran", ran);
        print("sum", sum);
        print("expectedSum", expectedSum);
        print("heapEarly", heap[1]);
        print("heapLate", heap[PARTS]);
        print("allocated", garbage);
        print("computations", (forked / FORKS_PER_RUN) * (PARTS - 1) / PARTS);
    }

    private void submit() {
        for (int i = 0; i < 1000; i++) {
            lane.submit(ADD, submitted, 0, sums);
            expectedSum += submitted++;
        }
    }

    private static long heapAfterGc() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static long allocatedByThisThread() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static long allocatedByWorkers() {
        long sum = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("endurance-")) {
                sum += THREADS.getThreadAllocatedBytes(thread.getId());
            }
        }
        return sum;
    }

    private static void print(String name, long value) {
        System.out.println(name + " " + value);
    }
}
