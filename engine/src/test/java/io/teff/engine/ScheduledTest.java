// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertNoThreadsOf;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delayed tasks where they meet the end of their engine; the contract suites have the rest. */
class ScheduledTest {
    /** A delayed task is the last to run: the engine must notice that it may end now. */
    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void engineEndsAfterItsLastDelayedTask(IdlePreset idle) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        for (int round = 0; round < 150; round++) {
            Engine engine = Engine.start(config(1).idle(idle).build());
            AtomicInteger ran = new AtomicInteger();
            engine.schedule(ran::incrementAndGet, random.nextInt(300), TimeUnit.MICROSECONDS);
            if (random.nextBoolean()) {
                LockSupport.parkNanos(random.nextInt(200_000));
            }
            engine.shutdown();
            assertThat(engine.awaitTermination(10, TimeUnit.SECONDS))
                    .as("round %s, %s ran, %s", round, ran, engine)
                    .isTrue();
            assertThat(ran.get()).isEqualTo(1);
        }
    }

    /** The only task is cancelled just as its time comes, on an engine that never ran anything. */
    @Test
    void cancelThatRacesWithTheTimeLeavesTheEngineFreeToEnd() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int cancelled = 0;
        for (int round = 0; round < 500; round++) {
            Engine engine = engine(1);
            AtomicInteger ran = new AtomicInteger();
            long dueNs = System.nanoTime() + 150_000;
            ScheduledFuture<?> task =
                    engine.schedule(ran::incrementAndGet, 150_000, TimeUnit.NANOSECONDS);
            engine.shutdown();
            long cancelNs = dueNs + random.nextInt(100_000) - 10_000;
            while (System.nanoTime() < cancelNs) {
                Thread.onSpinWait();
            }
            if (task.cancel(false)) {
                cancelled++;
            }
            assertThat(engine.awaitTermination(10, TimeUnit.SECONDS))
                    .as("round %s, %s, %s", round, task, engine)
                    .isTrue();
            assertThat(ran.get()).isLessThanOrEqualTo(1);
        }
        System.out.println(cancelled + " of 500 cancelled");
    }

    /** Each task that was accepted while the engine was shut down runs or is given back. */
    @Test
    void everyDelayedTaskIsRunGivenBackOrRejectedWhenTheEngineEnds() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        for (int round = 0; round < 200; round++) {
            boolean now = random.nextBoolean();
            Engine engine = engine(1 + random.nextInt(2));
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger rejected = new AtomicInteger();
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 2; p++) {
                long seed = random.nextLong();
                Thread producer =
                        new Thread(
                                () -> {
                                    SplittableRandom delays = new SplittableRandom(seed);
                                    for (int i = 0; i < 50; i++) {
                                        try {
                                            engine.schedule(
                                                    ran::incrementAndGet,
                                                    delays.nextInt(500),
                                                    TimeUnit.MICROSECONDS);
                                        } catch (RejectedExecutionException e) {
                                            rejected.incrementAndGet();
                                        }
                                    }
                                });
                producers.add(producer);
                producer.start();
            }
            LockSupport.parkNanos(1 + random.nextInt(400_000));
            int returned = 0;
            if (now) {
                returned = engine.shutdownNow().size();
            } else {
                engine.shutdown();
            }
            for (Thread producer : producers) {
                producer.join();
            }
            assertThat(engine.awaitTermination(10, TimeUnit.SECONDS))
                    .as("round %s, %s", round, engine)
                    .isTrue();
            assertThat(ran.get() + returned + rejected.get())
                    .as(
                            "round %s: %s ran, %s returned, %s rejected",
                            round, ran, returned, rejected)
                    .isEqualTo(100);
        }
    }

    @Test
    void timerThreadEndsWithItsEngine() {
        Engine engine = engine(1);
        engine.schedule(() -> {}, 1, TimeUnit.HOURS);
        assertThat(EngineFixture.threadsOf(engine)).hasSize(1);
        assertThat(engine.shutdownNow()).hasSize(1);
        assertNoThreadsOf(engine);
    }
}
