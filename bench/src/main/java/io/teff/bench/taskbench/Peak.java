// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The best rate of the kernel that this machine has shown: all workers at one very large task each. */
final class Peak {
    private static final long WARM_ITERATIONS = 1 << 12;
    private static final int WARM_RUNS = 2_000;
    private static final long ITERATIONS = 1L << 22;
    private static final int RUNS = 7;

    private final int workers;
    private final Kernel kernel;
    private final List<Double> rates = new ArrayList<>();

    /** Of so many threads. */
    Peak(int workers, Kernel.Type type) {
        this.workers = workers;
        this.kernel = Kernel.of(type, ITERATIONS);
    }

    /** Measures again; what counts is the best of all. */
    void measure() throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            if (rates.isEmpty()) {
                seconds(pool, WARM_RUNS, kernel.iterations(WARM_ITERATIONS));
            }
            for (int run = 0; run < RUNS; run++) {
                double seconds = seconds(pool, 1, kernel);
                rates.add(workers * kernel.flops(kernel.iterations()) / seconds);
            }
        } finally {
            Stop.pool(pool);
        }
    }

    private double seconds(ExecutorService pool, int times, Kernel of) throws InterruptedException {
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

    /** Operations per second of all workers, at best. */
    double flops() {
        return rates.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** All that was measured. */
    List<Double> rates() {
        return List.copyOf(rates);
    }
}
