// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executors under random work and random ends. {@code -Dteff.test.seed} repeats a seed,
 * {@code -Dteff.test.stressTasks} sets the number of tasks.
 */
final class StressTest {
    private static final long SOME = Long.getLong("teff.test.stressTasks", 1_000_000);
    private static final long MANY = Long.getLong("teff.test.stressTasks", 10_000_000);

    @Test
    void threadPoolLosesNothing() throws Exception {
        stress("threads", () -> Executors.newFixedThreadPool(2), Stress.Kind.FIXED, SOME);
    }

    @Test
    void scheduledPoolLosesNothing() throws Exception {
        stress(
                "scheduled",
                () -> new ScheduledThreadPoolExecutor(2),
                Stress.Kind.SCHEDULED,
                SOME / 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void engineLosesNothing(int workers) throws Exception {
        stress("engine", () -> engine(workers), Stress.Kind.STRICT, SOME);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void threadPoolLosesNothingOfMany() throws Exception {
        stress("threads", () -> Executors.newFixedThreadPool(2), Stress.Kind.FIXED, MANY);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void engineLosesNothingOfMany() throws Exception {
        stress("engine", () -> engine(2), Stress.Kind.STRICT, MANY);
    }

    @Test
    void stressFindsALostTask() {
        assertFinds(() -> new BrokenPools.LosesTasks(2), "not in one place|returned or done");
    }

    @Test
    void stressFindsATaskThatRanTwice() {
        assertFinds(() -> new BrokenPools.RunsTasksTwice(2), "run more than once");
    }

    @Test
    void stressFindsATaskThatShutdownNowForgot() {
        assertFinds(
                () -> new BrokenPools.ForgetsOnShutdownNow(2), "not in one place|returned or done");
    }

    @Test
    void stressFindsTasksDroppedAtShutdown() {
        assertFinds(() -> new BrokenPools.DropsAtShutdown(2), "not in one place|returned or done");
    }

    @Test
    void stressFindsTasksAcceptedAfterShutdown() {
        assertFinds(
                () -> new BrokenPools.AcceptsAfterShutdown(2), "not in one place|returned or done");
    }

    private static ExecutorService engine(int workers) {
        // A small inbox, so that it wraps and runs full.
        return Engine.start(EngineConfig.builder().workers(workers).inboxCapacity(256).build());
    }

    private static void stress(
            String name, Supplier<ExecutorService> maker, Stress.Kind kind, long tasks)
            throws Exception {
        long seed = seed();
        System.out.println("stress " + name + " seed=" + seed);
        Stress.Tally tally = new Stress(maker, kind, seed).run(tasks);
        System.out.println("stress " + name + ": " + tally);
        assertThat(tally.all()).isGreaterThanOrEqualTo(tasks);
    }

    /** Found after some ten thousand tasks as a rule; but how an episode ends is a matter of chance. */
    private static void assertFinds(Supplier<ExecutorService> broken, String wrong) {
        long seed = seed();
        assertThatExceptionOfType(AssertionError.class)
                .as("seed %d", seed)
                .isThrownBy(() -> new Stress(broken, Stress.Kind.FIXED, seed).run(MANY))
                .withMessageMatching("(?s)(" + wrong + ").*");
    }

    private static long seed() {
        return Long.getLong("teff.test.seed", System.nanoTime());
    }
}
