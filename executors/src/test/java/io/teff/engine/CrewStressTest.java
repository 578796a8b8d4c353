// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.executors.disruptor.DisruptorExecutor;
import io.teff.executors.xqueue.XQueueExecutor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine's {@link Stress} on the executors with crews: random work, random ends, each task in
 * exactly one place. {@code -Dteff.test.seed} repeats a seed, {@code -Dteff.test.stressTasks} sets
 * the number of tasks. In this package since that is where Stress is.
 */
final class CrewStressTest {
    private static final long SOME = Long.getLong("teff.test.stressTasks", 150_000);
    private static final long MANY = Long.getLong("teff.test.stressTasks", 10_000_000);

    /** Capacities that wrap and run full all the time, and the usual ones. */
    @ParameterizedTest
    @CsvSource({"1, 4", "2, 8", "3, 64", "2, 8192"})
    void disruptorLosesNothing(int workers, int capacity) throws Exception {
        stress("disruptor", () -> new DisruptorExecutor(workers, capacity), SOME);
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @CsvSource({"2, 8", "2, 8192"})
    void disruptorLosesNothingOfMany(int workers, int capacity) throws Exception {
        stress("disruptor", () -> new DisruptorExecutor(workers, capacity), MANY);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 8", "3, 64", "2, 1024"})
    void xqueueLosesNothing(int workers, int capacity) throws Exception {
        stress("xqueue", () -> new XQueueExecutor(workers, capacity), SOME);
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @CsvSource({"2, 8", "2, 1024"})
    void xqueueLosesNothingOfMany(int workers, int capacity) throws Exception {
        stress("xqueue", () -> new XQueueExecutor(workers, capacity), MANY);
    }

    private static void stress(String name, Supplier<ExecutorService> maker, long tasks)
            throws Exception {
        long seed = Long.getLong("teff.test.seed", System.nanoTime());
        System.out.println("stress " + name + " seed=" + seed);
        Stress.Tally tally = new Stress(maker, Stress.Kind.FIXED, seed).run(tasks);
        System.out.println("stress " + name + ": " + tally);
        assertThat(tally.all()).isGreaterThanOrEqualTo(tasks);
        assertThat(tally.done).isPositive();
        assertThat(tally.failed).isPositive();
        assertThat(tally.cancelled).isPositive();
        assertThat(tally.returned).isPositive();
        assertThat(tally.rejected).isPositive();
    }
}
