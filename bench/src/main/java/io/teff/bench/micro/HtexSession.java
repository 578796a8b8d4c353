// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.executors.htex.HtexExecutor;
import io.teff.remote.RemoteCallable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A running htex executor and what is measured with it. Every value is checked. */
final class HtexSession implements AutoCloseable {
    private static final String TWICE = "twice";
    private static final long PATIENCE_S = 120;

    private final HtexExecutor htex;
    private final boolean byName;

    /** Starts it, and waits until a task has run. */
    HtexSession(HtexStep step, int workers) throws Exception {
        byName = step.byName;
        htex =
                new HtexExecutor(
                        step.config()
                                .workersPerNode(workers)
                                // small, serial heaps: many JVMs share the machine
                                .jvmOptions("-Xms16m", "-Xmx256m", "-XX:+UseSerialGC")
                                .function(TWICE, arguments -> 2 * (long) arguments[0])
                                .build());
        try {
            submit(1).get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            htex.close();
            throw e;
        }
    }

    private Future<Long> submit(long x) {
        return byName ? htex.call(TWICE, x) : htex.submit((RemoteCallable<Long>) () -> 2 * x);
    }

    /** Submits x -> 2x for 0 to n - 1, and adds what comes back: n(n - 1). */
    long sumOfDoubles(int n) throws Exception {
        List<Future<Long>> futures = new ArrayList<>(n);
        for (int x = 0; x < n; x++) {
            futures.add(submit(x));
        }
        long sum = 0;
        for (Future<Long> future : futures) {
            sum += future.get(PATIENCE_S, TimeUnit.SECONDS);
        }
        return sum;
    }

    /** Times of single calls, one after the other, in ns, sorted; null if a value was wrong. */
    long[] latencies(int calls) throws Exception {
        long[] ns = new long[calls];
        boolean areRight = true;
        for (int x = 0; x < calls; x++) {
            long start = System.nanoTime();
            long value = submit(x).get(PATIENCE_S, TimeUnit.SECONDS);
            ns[x] = System.nanoTime() - start;
            areRight &= value == 2L * x;
        }
        Arrays.sort(ns);
        return areRight ? ns : null;
    }

    @Override
    public void close() {
        htex.close();
    }
}
