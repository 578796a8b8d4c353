// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers with nothing to do burn nothing. */
final class IdleCrewTest {
    private static final int WORKERS = 3;
    private static final long FEW_NS = MILLISECONDS.toNanos(10);

    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void idleWorkersParkAndComeBack(String name) throws Exception {
        ExecutorService pool = TeffExecutors.byName(name, WORKERS);
        try {
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            CountDownLatch all = new CountDownLatch(WORKERS);
            for (int i = 0; i < WORKERS; i++) {
                pool.execute(
                        () -> {
                            threads.add(Thread.currentThread());
                            all.countDown();
                            awaitQuietly(all);
                        });
            }
            assertThat(all.await(20, SECONDS)).isTrue();
            assertThat(threads).hasSize(WORKERS);
            for (int round = 0; round < 3; round++) {
                long usedNs = Long.MAX_VALUE;
                // On a busy machine it takes them a while to fall asleep.
                for (int i = 0; i < 20 && usedNs >= FEW_NS; i++) {
                    MILLISECONDS.sleep(50);
                    long before = cpuNs(threads);
                    MILLISECONDS.sleep(200);
                    usedNs = cpuNs(threads) - before;
                }
                assertThat(usedNs)
                        .as("CPU of %d idle workers in 200 ms, in ns", WORKERS)
                        .isLessThan(FEW_NS);
                assertThat(pool.submit(() -> 8).get(20, SECONDS)).isEqualTo(8);
            }
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(20, SECONDS)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        }
    }

    private static long cpuNs(Set<Thread> threads) {
        ThreadMXBean beans = ManagementFactory.getThreadMXBean();
        return threads.stream().mapToLong(t -> beans.getThreadCpuTime(t.getId())).sum();
    }
}
