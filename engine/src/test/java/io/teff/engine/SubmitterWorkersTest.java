// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.LaneTasks.COUNT;
import static io.teff.engine.LaneTasks.blockingUntil;
import static io.teff.engine.LaneTasks.checked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How workers take tasks from lanes, whose rings hold 16 where nothing else is said. */
class SubmitterWorkersTest {
    /** Threads that have a lane each, and each count a part of the numbers through it. */
    private static List<Thread> startProducers(
            Engine engine, int lanes, int batch, AtomicIntegerArray counts, int each) {
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < lanes; p++) {
            int base = p * each;
            Thread producer =
                    new Thread(
                            () -> {
                                try (Submitter lane = engine.submitter(batch)) {
                                    for (int i = 0; i < each; i++) {
                                        lane.submit(COUNT, base + i, 0, counts);
                                    }
                                }
                            });
            producers.add(producer);
            producer.start();
        }
        return producers;
    }

    /** Workers come upon a count that is rounds old, while others empty and refill the ring. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void severalWorkersTakeFromRingsThatGoRoundAndRound(int workers) throws Exception {
        int lanes = 3;
        int each = 100_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(lanes * each);
        ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
        EngineConfig config =
                config(workers).uncaughtHandler((thread, error) -> bugs.add(error)).build();
        try (Engine engine = Engine.start(config)) {
            List<Thread> producers = startProducers(engine, lanes, 16, counts, each);
            for (Thread producer : producers) {
                producer.join();
            }
            awaitRest(engine);
            assertThat(bugs).isEmpty();
            assertOnceEach(counts);
        }
    }

    @Test
    void twoLanesAndOrdinaryTasksRunSideBySide() throws Exception {
        int each = 10_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(3 * each);
        try (Engine engine = engine(2)) {
            List<Thread> producers = startProducers(engine, 2, 3, counts, each);
            for (int i = 2 * each; i < 3 * each; i++) {
                int task = i;
                engine.execute(() -> counts.incrementAndGet(task));
            }
            for (Thread producer : producers) {
                producer.join();
            }
            awaitRest(engine);
            assertOnceEach(counts);
            assertThat(engine.stats().tasks()).isEqualTo(3L * each);
        }
    }

    @Test
    void nothingIsStuckBehindALongTask() {
        AtomicIntegerArray counts = new AtomicIntegerArray(3000);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            lane.submit(blockingUntil(begun, release), 0);
            pass(begun);
            for (int i = 0; i < counts.length(); i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            await().until(() -> counts.get(counts.length() - 1) == 1);
            assertOnceEach(counts);
            release.countDown();
        }
    }

    @Test
    void forksOfLaneTasksAreStolen() {
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger sum = new AtomicInteger();
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return a;
                            });
            lane.submit(
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, 42);
                                letOneBeStolen(w, begun);
                                return sum.addAndGet((int) child.join(w, forked));
                            }),
                    0);
            lane.await();
            assertThat(sum.get()).isEqualTo(42);
        }
    }

    /** The only worker takes several tasks at once; when one of them blocks, others run the rest. */
    @Test
    void onlyWorkerHandsOnWhatItTookWhenATaskBlocks() {
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(16)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(15);
            CountDownLatch others = new CountDownLatch(15);
            LongPairTask counting =
                    new LongPairTask() {
                        @Override
                        protected long compute(Worker w, long a, long b, Object ref) {
                            others.countDown();
                            return COUNT.compute(w, a, b, ref);
                        }
                    };
            lane.submit(
                    new LambdaTask(
                            (self, w, a) ->
                                    Engine.blocking(
                                            () -> {
                                                pass(others);
                                                return 0L;
                                            })),
                    0);
            for (int i = 0; i < 15; i++) {
                lane.submit(counting, i, 0, counts);
            }
            lane.await();
            assertOnceEach(counts);
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(16);
        }
    }

    /** Tasks of both kinds and of many classes, failing ones among them, taken many at once. */
    @Test
    void mixedTasksInLargeChunksRunOnceEach() {
        int n = 100_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        ConcurrentLinkedQueue<Throwable> handled = new ConcurrentLinkedQueue<>();
        LongTask single = new LambdaTask((self, w, a) -> counts.incrementAndGet((int) a));
        LongTask failing =
                new LambdaTask(
                        (self, w, a) -> {
                            counts.incrementAndGet((int) a);
                            if (a % 3 == 0) {
                                throw new IllegalStateException("task " + a);
                            }
                            return self.fork(w, a); // and never joined
                        });
        LongPairTask checked = checked(counts);
        EngineConfig config =
                config(1).inboxCapacity(4096).uncaughtHandler((t, e) -> handled.add(e)).build();
        int failures = 0;
        try (Engine engine = Engine.start(config)) {
            try (Submitter lane = engine.submitter(64)) {
                for (int i = 0; i < n; i++) {
                    if (i % 1000 == 999) {
                        lane.submit(failing, i);
                        failures++;
                    } else if (i % 5 == 0) {
                        lane.submit(single, i);
                    } else {
                        lane.submit(checked, i, ~(long) i, counts);
                    }
                }
            }
            awaitRest(engine);
            assertOnceEach(counts);
            assertThat(engine.stats().tasks()).isEqualTo(n);
            assertThat(engine.stats().failed()).isEqualTo(failures);
        }
        assertThat(handled).hasSize(failures);
    }
}
