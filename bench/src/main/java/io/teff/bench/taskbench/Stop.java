// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends pools for certain. */
final class Stop {
    private static final long LIMIT_S = 30;

    private Stop() {}

    /**
     * Stops the pool and waits for its threads; an interrupt is kept for the caller.
     *
     * @throws IllegalStateException if they do not end in 30 s
     */
    static void pool(ExecutorService pool) {
        pool.shutdownNow();
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!pool.isTerminated()) {
            try {
                if (!pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    throw new IllegalStateException("did not end in " + LIMIT_S + " s: " + pool);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
