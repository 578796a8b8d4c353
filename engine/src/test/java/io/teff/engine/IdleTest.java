// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.threadsOf;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that sleep use no CPU, and wake for every task. */
class IdleTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static long cpuNs(Engine engine) {
        return threadsOf(engine).stream()
                .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.getId())))
                .sum();
    }

    /**
     * The share of a core that its threads use while it has nothing to do: of 300 ms that begin when
     * it has come to its longest naps. On a busy machine that takes a while, so there are some tries.
     */
    private static double idleShare(Engine engine, double few) {
        double used = Double.MAX_VALUE;
        for (int i = 0; i < 10 && used >= few; i++) {
            EngineFixture.sleep(150);
            long before = cpuNs(engine);
            EngineFixture.sleep(300);
            used = (cpuNs(engine) - before) / 300e6;
        }
        return used;
    }

    @ParameterizedTest
    @EnumSource(
            value = IdlePreset.class,
            names = {"BALANCED", "ECONOMY"})
    void sleepingWorkersUseNoCpu(IdlePreset idle) {
        try (Engine engine = Engine.start(config(3).idle(idle).build())) {
            engine.range(0, 1_000_000).sumLong(i -> i);
            engine.invoke(FIB, 22);
            awaitRest(engine);
            int threads = threadsOf(engine).size();
            double used = idleShare(engine, 0.01);
            System.out.printf("%s: %.3f %% of a core by %d threads%n", idle, 100 * used, threads);
            assertThat(threads).isPositive();
            assertThat(used).as("share of a core used while idle").isLessThan(0.01);
        }
    }

    /** Whoever blocks for long costs nothing either: its spare goes to sleep too. */
    @Test
    void blockedWorkersAndTheirSparesUseNoCpu() {
        try (Engine engine = Engine.start(config(2).build())) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch begun = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                engine.execute(
                        () ->
                                Engine.blocking(
                                        () -> {
                                            begun.countDown();
                                            EngineFixture.pass(release);
                                            return null;
                                        }));
            }
            EngineFixture.pass(begun);
            double used = idleShare(engine, 0.02);
            release.countDown();
            System.out.printf("blocked: %.3f %% of a core%n", 100 * used);
            assertThat(used).isLessThan(0.02);
        }
    }

    /**
     * Ten thousand tasks, each into an engine that is just about to sleep, asleep, or awake still. A
     * wake-up that gets lost shows as a task that takes for ever.
     */
    @ParameterizedTest
    @CsvSource({"LATENCY, 1", "BALANCED, 2", "ECONOMY, 2"})
    void noWakeUpIsLost(IdlePreset idle, int workers) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int tasks = 10_000;
        try (Engine engine = Engine.start(config(workers).idle(idle).build())) {
            long longest = 0;
            for (int i = 0; i < tasks; i++) {
                long gapEnd = System.nanoTime() + random.nextInt(200_000);
                while (System.nanoTime() < gapEnd) {
                    Thread.onSpinWait();
                }
                int number = i;
                long begin = System.nanoTime();
                TaskFuture<Integer> task = engine.submit(() -> number);
                try {
                    assertThat(task.get(30, TimeUnit.SECONDS)).isEqualTo(i);
                } catch (TimeoutException e) {
                    throw new AssertionError("task " + i + " was not woken for: " + engine, e);
                }
                longest = Math.max(longest, System.nanoTime() - begin);
            }
            System.out.printf("%s, %d: longest %.3f ms%n", idle, workers, longest / 1e6);
            await().untilAsserted(() -> assertThat(engine.stats().tasks()).isEqualTo(tasks));
        }
    }

    /** Tasks submitted by a task wake others as well. */
    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void taskWakesOthersForItsChildren(IdlePreset idle) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        try (Engine engine = Engine.start(config(2).idle(idle).build())) {
            AtomicInteger elsewhere = new AtomicInteger();
            for (int i = 0; i < 200; i++) {
                long gap = random.nextInt(100_000);
                engine.submit(
                                () -> {
                                    long gapEnd = System.nanoTime() + gap;
                                    while (System.nanoTime() < gapEnd) {
                                        Thread.onSpinWait();
                                    }
                                    Worker parent = Worker.current();
                                    AtomicInteger ran = new AtomicInteger();
                                    engine.execute(
                                            () -> {
                                                if (Worker.current() != parent) {
                                                    elsewhere.incrementAndGet();
                                                }
                                                ran.set(1);
                                            });
                                    long end = System.nanoTime() + 30_000_000_000L;
                                    while (ran.get() == 0 && System.nanoTime() < end) {
                                        Thread.onSpinWait();
                                    }
                                    assertThat(ran.get()).as("%s", engine).isEqualTo(1);
                                })
                        .get(20, TimeUnit.SECONDS);
            }
            assertThat(elsewhere.get()).isEqualTo(200);
        }
    }

    /** Forks too: a worker that sleeps while another computes is woken for them. */
    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void forksWakeOthers(IdlePreset idle) {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        try (Engine engine = Engine.start(config(2).idle(idle).build())) {
            AtomicInteger stolen = new AtomicInteger();
            for (int i = 0; i < 200; i++) {
                long gap = random.nextInt(100_000);
                LongTask child =
                        new LambdaTask(
                                (self, w, a) -> {
                                    stolen.incrementAndGet();
                                    return a;
                                });
                LongTask parent =
                        new LambdaTask(
                                (self, w, a) -> {
                                    long gapEnd = System.nanoTime() + gap;
                                    while (System.nanoTime() < gapEnd) {
                                        Thread.onSpinWait();
                                    }
                                    int before = stolen.get();
                                    int forked = child.fork(w, 1);
                                    long end = System.nanoTime() + 30_000_000_000L;
                                    while (stolen.get() == before && System.nanoTime() < end) {
                                        int other = FIB.fork(w, 1);
                                        FIB.join(w, other);
                                    }
                                    assertThat(stolen.get()).as("%s", engine).isEqualTo(before + 1);
                                    return child.join(w, forked);
                                });
                assertThat(engine.invoke(parent, 0)).isEqualTo(1);
            }
            assertThat(stolen.get()).isEqualTo(200);
        }
    }
}
