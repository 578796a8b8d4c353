// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.LaneTasks.COUNT;
import static io.teff.engine.LaneTasks.blockingUntil;
import static io.teff.engine.LaneTasks.checked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What lanes do for those who submit; their rings hold 16 tasks here. */
class SubmitterTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 16", "2, 1", "2, 5", "3, 16"})
    void eachTaskRunsOnceWithItsArguments(int workers, int batch) {
        int n = 20_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        LongPairTask checked = checked(counts);
        try (Engine engine = engine(workers);
                Submitter lane = engine.submitter(batch)) {
            assertThat(lane.capacity()).isEqualTo(16);
            for (int i = 0; i < n; i++) {
                lane.submit(checked, i, ~(long) i, counts);
            }
            lane.await();
            assertOnceEach(counts);
        }
    }

    @Test
    void shortFormsFillInZeroAndNull() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        LongPairTask say =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        seen.add(a + " " + b + " " + ref);
                        return 0;
                    }
                };
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(4)) {
            lane.submit(say, 1, 2, "three");
            lane.submit(say, 4, 5);
            lane.await();
        }
        assertThat(seen).containsExactly("1 2 three", "4 5 null");
    }

    @Test
    void batchWaitsUntilItIsFullOrFlushed() throws Exception {
        AtomicIntegerArray counts = new AtomicIntegerArray(11);
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(4)) {
            for (int i = 0; i < 3; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            assertThat(engine.stats().threads()).as("nobody was woken").isZero();
            lane.submit(COUNT, 3, 0, counts); // the batch is full
            await().until(() -> engine.stats().tasks() == 4);
            lane.submit(COUNT, 4, 0, counts);
            Thread.sleep(5);
            assertThat(counts.get(4)).as("not flushed").isZero();
            lane.flush();
            await().until(() -> counts.get(4) == 1);
            lane.flush(); // nothing to do
            for (int i = 5; i < 11; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            lane.await();
            assertOnceEach(counts);
        }
    }

    @Test
    void awaitSeesWhatTheTasksWrote() {
        long[] plain = new long[64];
        LongPairTask write =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        plain[(int) a] = b;
                        return 0;
                    }
                };
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(8)) {
            for (int run = 1; run < 500; run++) {
                for (int i = 0; i < plain.length; i++) {
                    lane.submit(write, i, run);
                }
                lane.await();
                for (long value : plain) {
                    assertThat(value).isEqualTo(run);
                }
            }
        }
    }

    /** One worker of two is blocked in a lane's task; await must still wait for that task. */
    @Test
    void awaitWaitsForTheTaskThatRunsLongest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            AtomicInteger ended = new AtomicInteger();
            LongTask blocking = blockingUntil(begun, release);
            LongTask slow =
                    new LambdaTask(
                            (self, w, a) -> {
                                blocking.compute(w, a);
                                return ended.incrementAndGet();
                            });
            AtomicIntegerArray counts = new AtomicIntegerArray(20);
            lane.submit(slow, 0);
            for (int i = 0; i < 20; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            pass(begun);
            Thread releaser =
                    new Thread(
                            () -> {
                                await().until(() -> counts.get(19) == 1);
                                release.countDown();
                            });
            releaser.start();
            lane.await();
            assertThat(ended.get()).isEqualTo(1);
            assertOnceEach(counts);
            releaser.join();
        }
    }

    @Test
    void failingTasksReachTheHandlerAndStopNothing() {
        ConcurrentLinkedQueue<Throwable> handled = new ConcurrentLinkedQueue<>();
        EngineConfig config = config(2).uncaughtHandler((t, e) -> handled.add(e)).build();
        int n = 300;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        IllegalStateException error = new IllegalStateException("lane task");
        LongTask failing =
                new LambdaTask(
                        (self, w, a) -> {
                            counts.incrementAndGet((int) a);
                            if (a % 3 == 0) {
                                throw error;
                            }
                            if (a % 3 == 1) {
                                self.fork(w, 0); // and never joined
                            }
                            return w.head;
                        });
        try (Engine engine = Engine.start(config)) {
            try (Submitter lane = engine.submitter(7)) {
                for (int i = 0; i < n; i++) {
                    lane.submit(failing, i);
                }
            }
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(n);
            assertThat(engine.stats().failed()).isEqualTo(2 * n / 3);
        }
        assertThat(handled).hasSize(2 * n / 3);
        assertThat(handled.stream().filter(e -> e == error).count()).isEqualTo(n / 3);
        assertThat(
                        handled.stream()
                                .filter(e -> e != error)
                                .allMatch(e -> e.getMessage().startsWith("1 forks were never")))
                .isTrue();
        for (int i = 1; i < n; i++) { // a stolen fork may have counted 0 once more
            assertThat(counts.get(i)).as("task %s", i).isEqualTo(1);
        }
    }

    // Full rings

    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void fullLaneDoesAsThePolicySays(FullPolicy policy) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EngineConfig config =
                config(1)
                        .whenFull(policy)
                        .whenFullInside(policy)
                        .fullTimeout(Duration.ofMillis(20))
                        .build();
        try (Engine engine = Engine.start(config)) {
            Submitter lane = engine.submitter(1);
            lane.submit(blockingUntil(begun, release), 0);
            pass(begun);
            AtomicIntegerArray counts = new AtomicIntegerArray(17);
            for (int i = 0; i < 16; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            if (policy == FullPolicy.REJECT || policy == FullPolicy.TIMED) {
                long begin = System.nanoTime();
                assertThatThrownBy(() -> lane.submit(COUNT, 16, 0, counts))
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessageContaining("the lane is full; raise its capacity, or choose");
                long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                if (policy == FullPolicy.TIMED) {
                    assertThat(tookMs).isGreaterThanOrEqualTo(20);
                }
                release.countDown();
                lane.await();
                lane.submit(COUNT, 16, 0, counts); // there is room again
            } else {
                Thread releaser =
                        new Thread(
                                () -> {
                                    EngineFixture.sleep(20);
                                    release.countDown();
                                });
                releaser.start();
                lane.submit(COUNT, 16, 0, counts); // waits: nobody outside can run a typed task
                assertThat(release.getCount()).isZero();
                releaser.join();
            }
            lane.close();
            assertOnceEach(counts);
        }
    }

    /** A task fills a lane that only its own worker could empty. */
    @ParameterizedTest
    @EnumSource(
            value = FullPolicy.class,
            names = {"HELP", "BLOCK"})
    void taskMayFillALaneOfItsOwn(FullPolicy policy) throws Exception {
        int n = 1000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        EngineConfig config = config(1).whenFullInside(policy).build();
        try (Engine engine = Engine.start(config)) {
            engine.submit(
                            () -> {
                                try (Submitter lane = engine.submitter(4)) {
                                    for (int i = 0; i < n; i++) {
                                        lane.submit(COUNT, i, 0, counts);
                                    }
                                    lane.await();
                                    assertOnceEach(counts);
                                }
                            })
                    .get(20, TimeUnit.SECONDS);
        }
    }

    // Mistakes

    @Test
    void badArgumentsAreNamedAndHarmNothing() {
        try (Engine engine = engine(1)) {
            for (int batch : new int[] {0, -1, 17}) {
                assertThatThrownBy(() -> engine.submitter(batch))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("batch must be from 1 to the lane's capacity 16: " + batch);
            }
            AtomicIntegerArray counts = new AtomicIntegerArray(1);
            try (Submitter lane = engine.submitter(16)) {
                assertThatThrownBy(() -> lane.submit((LongTask) null, 1))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessage("task");
                lane.submit(COUNT, 0, 0, counts);
            }
            assertOnceEach(counts);
        }
    }

    @Test
    void closedLaneRefusesAndMayBeClosedAgain() {
        try (Engine engine = engine(1)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(1);
            Submitter lane = engine.submitter(8);
            lane.submit(COUNT, 0, 0, counts);
            lane.close();
            lane.close();
            assertOnceEach(counts);
            assertThatThrownBy(() -> lane.submit(COUNT, 0, 0, counts))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("task rejected from a lane: the lane is closed");
            assertThat(engine.crew().lanes()).isEmpty();
        }
    }
}
