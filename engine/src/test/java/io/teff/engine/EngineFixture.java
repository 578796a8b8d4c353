// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What the engine's own tests share: engines with names of their own, seeds, threads, rest, and what
 * holds of every engine and every count.
 */
final class EngineFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration SOON = Duration.ofMinutes(1);

    private EngineFixture() {}

    /** Options of a small engine, whose name no other engine has. */
    static EngineConfig.Builder config(int workers) {
        return EngineConfig.builder()
                .workers(workers)
                .name("t" + NUMBER.incrementAndGet() + "x")
                .inboxCapacity(16)
                .dequeCapacity(4);
    }

    static Engine engine(int workers) {
        return Engine.start(config(workers).build());
    }

    /** A new seed, printed so that a failure can be repeated; {@code -Dteff.seed} sets it. */
    static long seed(Object test) {
        long seed = Long.getLong("teff.seed", System.nanoTime());
        System.out.println(test.getClass().getSimpleName() + " seed=" + seed);
        return seed;
    }

    /** The threads that are alive and belong to the engine: workers, spares and timer. */
    static List<Thread> threadsOf(Engine engine) {
        String prefix = engine.config().name() + "-";
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    static void assertNoThreadsOf(Engine engine) {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(threadsOf(engine)).as("threads alive").isEmpty());
    }

    /** Waits until every worker sleeps; then counters are exact. */
    static void awaitRest(Engine engine) {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(
                        () -> {
                            EngineStats stats = engine.stats();
                            assertThat(stats.asleep())
                                    .as("%s", stats)
                                    .isEqualTo(engine.config().workers());
                            assertThat(stats.blocked()).as("%s", stats).isZero();
                            assertThat(stats.queued()).as("%s", stats).isZero();
                        });
    }

    /** Waits for a latch, and fails after some time; also for use inside tasks. */
    static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).as("latch opened in time").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Makes all open forks public, and waits until somebody has begun one. */
    static void letOneBeStolen(Worker w, CountDownLatch begun) {
        w.shareAll();
        pass(begun);
    }

    /** Fails if forks were left open, or if the engine no longer computes as it should. */
    static void assertWhole(Engine engine) {
        assertThat(engine.invoke(new LambdaTask((self, w, a) -> w.head), 0))
                .as("forks open at the start of a computation")
                .isZero();
        assertThat(engine.invoke(Fib.FIB, 15)).isEqualTo(610);
    }

    static void assertOnceEach(AtomicIntegerArray counts) {
        assertEach(counts, 1);
    }

    static void assertEach(AtomicIntegerArray counts, int times) {
        for (int i = 0; i < counts.length(); i++) {
            if (counts.get(i) != times) { // AssertJ only where it has something to say
                assertThat(counts.get(i)).as("count of number %s", i).isEqualTo(times);
            }
        }
    }

    /** Sleeps; also for use inside tasks. */
    static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
