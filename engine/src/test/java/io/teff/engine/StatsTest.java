// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.teff.affinity.PinPlan;
import io.teff.affinity.PinResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class StatsTest {
    @Test
    void countersOfAnUnusedEngineAreZero() {
        try (Engine engine = engine(3)) {
            EngineStats stats = engine.stats();
            assertThat(stats.workers()).hasSize(3);
            assertThat(stats.tasks() + stats.failed() + stats.steals() + stats.parks()).isZero();
            assertThat(stats.queued()).isZero();
            assertThat(stats.asleep()).isEqualTo(3);
            assertThat(stats.threads()).isZero();
            assertThat(stats.pins()).hasSize(3).containsOnlyNulls();
            assertThat(stats.toString())
                    .isEqualTo(
                            "EngineStats[tasks=0, failed=0, steals=0, parks=0, queued=0, asleep=3,"
                                    + " blocked=0, threads=0]");
        }
    }

    @Test
    void countersAreExactAtRest() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        EngineConfig config =
                config(2).uncaughtHandler((t, e) -> handled.incrementAndGet()).build();
        try (Engine engine = Engine.start(config)) {
            for (int i = 0; i < 1000; i++) {
                int number = i;
                engine.execute(
                        () -> {
                            if (number % 10 == 0) {
                                throw new IllegalStateException("executed");
                            }
                        });
                engine.submit(
                        () -> {
                            if (number % 4 == 0) {
                                throw new IllegalStateException("submitted");
                            }
                            engine.execute(() -> {});
                        });
            }
            try (Submitter lane = engine.submitter(8)) {
                LongTask failing =
                        new LambdaTask(
                                (self, w, a) -> {
                                    throw new IllegalStateException("lane");
                                });
                for (int i = 0; i < 100; i++) {
                    lane.submit(i < 7 ? failing : FIB, 5);
                }
            }
            assertThat(engine.invoke(FIB, 10)).isEqualTo(55);
            awaitRest(engine);
            EngineStats stats = engine.stats();
            assertThat(stats.tasks()).isEqualTo(1000 + 1000 + 750 + 100 + 1);
            assertThat(stats.failed()).isEqualTo(100 + 250 + 7);
            assertThat(handled.get()).isEqualTo(100 + 7);
            long sum = 0;
            for (EngineStats.WorkerStats worker : stats.workers()) {
                sum += worker.tasks();
            }
            assertThat(sum).isEqualTo(stats.tasks());
            assertThat(stats.parks()).isPositive();
        }
    }

    @Test
    void queuesAndBlockedWorkersAreSeen() {
        try (Engine engine = Engine.start(config(1).maxSpares(0).build())) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            engine.execute(
                    () ->
                            Engine.blocking(
                                    () -> {
                                        begun.countDown();
                                        pass(release);
                                        return null;
                                    }));
            pass(begun);
            for (int i = 0; i < 5; i++) {
                engine.execute(() -> {});
            }
            EngineStats stats = engine.stats();
            assertThat(stats.queued()).isEqualTo(5);
            assertThat(stats.blocked()).isEqualTo(1);
            assertThat(stats.asleep()).isZero();
            assertThat(stats.threads()).isEqualTo(1);
            release.countDown();
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(6);
        }
    }

    @Test
    void stealsAreCounted() {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return a;
                            });
            engine.invoke(
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, 3);
                                letOneBeStolen(w, begun);
                                return child.join(w, forked);
                            }),
                    0);
            awaitRest(engine);
            assertThat(engine.stats().steals()).isEqualTo(1);
            assertThat(
                            engine.stats().workers().stream()
                                    .mapToLong(EngineStats.WorkerStats::shares)
                                    .sum())
                    .isPositive();
        }
    }

    @Test
    void pinsAreReportedOnceTheirThreadsRun() {
        try (Engine engine = Engine.start(config(2).pin(PinPlan.COMPACT).build())) {
            assertThat(engine.stats().pins()).containsOnlyNulls();
            CountDownLatch both = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                engine.execute(
                        () -> {
                            both.countDown();
                            pass(both);
                        });
            }
            pass(both);
            for (PinResult pin : engine.stats().pins()) {
                assertThat(pin).isNotNull();
                assertThat(pin.asked().size()).isEqualTo(1);
                assertThat(pin.why()).isNotBlank();
            }
        }
    }

    // Waits

    @Test
    void waitsAreEmptyUnlessAskedFor() {
        try (Engine engine = engine(1)) {
            for (int i = 0; i < 100; i++) {
                engine.execute(() -> {});
            }
            awaitRest(engine);
            assertThat(engine.waits().getTotalCount()).isZero();
        }
    }

    @Test
    void everyNthTaskIsTimedInTheQueue() throws Exception {
        try (Engine engine = Engine.start(config(1).sampleWaits(10).build())) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            engine.execute( // number 1
                    () -> {
                        begun.countDown();
                        pass(release);
                    });
            pass(begun);
            for (int i = 2; i <= 10; i++) {
                engine.execute(() -> {});
            }
            EngineFixture.sleep(20);
            release.countDown();
            for (int i = 11; i <= 1000; i++) {
                engine.submit(() -> {}).get();
            }
            awaitRest(engine);
            Histogram waits = engine.waits();
            assertThat(waits.getTotalCount()).isEqualTo(100);
            assertThat(waits.getMaxValue()).isGreaterThanOrEqualTo(19_000_000);
            assertThat(engine.waits().getTotalCount()).as("a copy of its own").isEqualTo(100);
            assertThat(engine.stats().tasks()).isEqualTo(1000);
        }
    }

    @Test
    void sampledTaskIsReturnedAsItself() throws Exception {
        Engine engine = Engine.start(config(1).sampleWaits(1).build());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        engine.execute(
                () -> {
                    begun.countDown();
                    boolean open = false;
                    while (!open) {
                        try {
                            release.await();
                            open = true;
                        } catch (InterruptedException e) {
                            assertThat(engine.isShutdown()).isTrue();
                        }
                    }
                });
        pass(begun);
        Runnable executed = () -> {};
        engine.execute(executed);
        TaskFuture<?> submitted = engine.submit(() -> 1);
        assertThat(engine.shutdownNow()).containsExactlyInAnyOrder(executed, submitted);
        release.countDown();
    }
}
