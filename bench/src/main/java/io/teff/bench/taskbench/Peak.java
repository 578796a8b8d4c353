// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.affinity.Affinity;
import io.teff.affinity.CpuSet;
import io.teff.affinity.PinPlan;
import io.teff.affinity.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The rate of the kernel that this machine can show: all workers at one very large task each.
 *
 * <p>A shared machine is twice as fast in one second as in the next. So each run is held against the
 * peak just before and just after it, {@link #probe()}. Its threads are pinned where that can be done: two
 * that began on one CPU would share it for the few milliseconds that a probe takes. For one thread.
 */
final class Peak implements AutoCloseable {
    private static final long WARM_ITERATIONS = 1 << 12;
    private static final int WARM_RUNS = 2_000;
    private static final long ITERATIONS = 1L << 19; // a few milliseconds
    private static final int RUNS = 3;
    private static final int PROBES = 7;

    private final int workers;
    private final Kernel kernel;
    private final ExecutorService pool;
    private final List<Double> rates = new ArrayList<>();

    /** Of so many threads. */
    Peak(int workers, Kernel.Type type) {
        this.workers = workers;
        this.kernel = Kernel.of(type, ITERATIONS);
        int[] cpus = PinPlan.COMPACT.assign(Topology.read(), workers);
        AtomicInteger next = new AtomicInteger();
        pool =
                Executors.newFixedThreadPool(
                        workers, body -> new Thread(() -> pinned(cpus, next, body), "teff-peak"));
    }

    private static void pinned(int[] cpus, AtomicInteger next, Runnable body) {
        Affinity.pinCurrentThread(CpuSet.of(cpus[next.getAndIncrement() % cpus.length]));
        body.run();
    }

    /** Probes some times, for {@link #rates()}. */
    void measure() throws InterruptedException {
        if (rates.isEmpty()) {
            seconds(WARM_RUNS, kernel.iterations(WARM_ITERATIONS));
        }
        for (int n = 0; n < PROBES; n++) {
            rates.add(probe());
        }
    }

    /** Operations per second of all workers as of now, the best of a few runs. */
    double probe() throws InterruptedException {
        double best = Double.POSITIVE_INFINITY;
        for (int run = 0; run < RUNS; run++) {
            best = Math.min(best, seconds(1, kernel));
        }
        return workers * kernel.flops(kernel.iterations()) / best;
    }

    private double seconds(int times, Kernel of) throws InterruptedException {
        CyclicBarrier together = new CyclicBarrier(workers);
        Callable<long[]> body =
                () -> {
                    together.await();
                    long start = System.nanoTime();
                    for (int n = 0; n < times; n++) {
                        of.run(Work.ofThread(), 0, 0, 0);
                    }
                    return new long[] {start, System.nanoTime()};
                };
        List<Callable<long[]>> all = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            all.add(body);
        }
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Future<long[]> span : pool.invokeAll(all)) {
            try {
                start = Math.min(start, span.get()[0]);
                end = Math.max(end, span.get()[1]);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return (end - start) * 1e-9;
    }

    /** What was probed at the beginning and at the end of each sweep. */
    List<Double> rates() {
        return List.copyOf(rates);
    }

    @Override
    public void close() {
        Stop.pool(pool);
    }
}
