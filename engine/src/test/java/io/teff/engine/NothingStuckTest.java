// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No task waits behind a long one while another worker has nothing to do; nor for room. */
class NothingStuckTest {
    /** Occupies a worker, unmarked, until it is let go. */
    private static final class Blocker implements Runnable {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void run() {
            begun.countDown();
            pass(release);
        }

        void occupy(Engine engine) {
            engine.execute(this);
            pass(begun);
        }
    }

    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void inboxOfABlockedWorkerEmptiesThroughOthers(IdlePreset idle) throws Exception {
        try (Engine engine = Engine.start(config(2).idle(idle).build())) {
            Blocker blocker = new Blocker();
            blocker.occupy(engine);
            AtomicInteger ran = new AtomicInteger();
            for (int p = 0;
                    p < 8;
                    p++) { // one after the other: each has an inbox at home somewhere
                Thread producer =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < 100; i++) {
                                        engine.execute(ran::incrementAndGet);
                                    }
                                });
                producer.start();
                producer.join();
            }
            await().untilAsserted(() -> assertThat(ran.get()).isEqualTo(800));
            assertThat(blocker.release.getCount()).isEqualTo(1);
            blocker.release.countDown();
        }
    }

    /** A worker took a batch out of the inbox, and its first task blocks. */
    @Test
    void batchBehindABlockedTaskIsStolen() {
        try (Engine engine = engine(2)) {
            Blocker first = new Blocker();
            Blocker second = new Blocker();
            first.occupy(engine);
            second.occupy(engine);
            AtomicInteger ran = new AtomicInteger();
            Blocker third = new Blocker();
            engine.execute(third);
            for (int i = 0; i < 10; i++) {
                engine.execute(ran::incrementAndGet);
            }
            first.release.countDown(); // its worker takes third and the rest in one batch
            pass(third.begun);
            second.release.countDown(); // the other worker must find them where they are now
            await().untilAsserted(() -> assertThat(ran.get()).isEqualTo(10));
            third.release.countDown();
        }
    }

    @Test
    void dequeOfABlockedWorkerEmptiesThroughOthers() {
        try (Engine engine = engine(2)) {
            AtomicInteger ran = new AtomicInteger();
            CountDownLatch submitted = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            engine.execute(
                    () -> {
                        for (int i = 0; i < 1000; i++) {
                            engine.execute(ran::incrementAndGet);
                        }
                        submitted.countDown();
                        pass(release);
                    });
            pass(submitted);
            await().untilAsserted(() -> assertThat(ran.get()).isEqualTo(1000));
            release.countDown();
        }
    }

    /** The last task of a blocked worker is the hardest to get: there is no second one beside it. */
    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void loneTaskOfABlockedWorkerIsStolen(IdlePreset idle) {
        try (Engine engine = Engine.start(config(2).idle(idle).build())) {
            for (int round = 0; round < 10; round++) {
                CountDownLatch ran = new CountDownLatch(1);
                TaskFuture<?> parent =
                        engine.submit(
                                () -> {
                                    engine.execute(ran::countDown);
                                    pass(ran);
                                });
                await().until(parent::isDone);
                assertThat(ran.getCount()).isZero();
            }
        }
    }

    @Test
    void forksOfABlockedWorkerAreStolen() {
        try (Engine engine = engine(2)) {
            CountDownLatch ran = new CountDownLatch(1);
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                ran.countDown();
                                return 1;
                            });
            LongTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, 0); // the other worker sleeps, so shared
                                pass(ran);
                                return child.join(w, forked);
                            });
            assertThat(engine.invoke(parent, 0)).isEqualTo(1);
        }
    }

    /** Tasks that submit tasks without end do not starve the outside. */
    @Test
    void endlessChainsInsideLetTheOutsideThrough() throws Exception {
        try (Engine engine = engine(1)) {
            AtomicReference<Boolean> go = new AtomicReference<>(true);
            AtomicInteger links = new AtomicInteger();
            Runnable chain =
                    new Runnable() {
                        @Override
                        public void run() {
                            links.incrementAndGet();
                            if (go.get()) {
                                engine.execute(this);
                            }
                        }
                    };
            engine.execute(chain);
            for (int i = 0; i < 100; i++) {
                int number = i;
                assertThat(engine.submit(() -> number).get(20, TimeUnit.SECONDS)).isEqualTo(i);
            }
            go.set(false);
            awaitRest(engine);
            assertThat(links.get()).isPositive();
        }
    }

    // Full inboxes

    private static Engine full(FullPolicy policy, Duration timeout) {
        return Engine.start(
                config(1)
                        .whenFull(policy)
                        .whenFullInside(policy)
                        .maxDequeCapacity(4)
                        .fullTimeout(timeout)
                        .build());
    }

    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void fullInboxDoesAsThePolicySaysOutside(FullPolicy policy) throws Exception {
        try (Engine engine = full(policy, Duration.ofMillis(20))) {
            Blocker blocker = new Blocker();
            blocker.occupy(engine);
            AtomicInteger ran = new AtomicInteger();
            AtomicReference<Thread> runner = new AtomicReference<>();
            for (int i = 0; i < 16; i++) {
                engine.execute(ran::incrementAndGet);
            }
            Runnable last =
                    () -> {
                        runner.set(Thread.currentThread());
                        ran.incrementAndGet();
                    };
            switch (policy) {
                case HELP -> {
                    engine.execute(last);
                    assertThat(runner.get()).isSameAs(Thread.currentThread());
                    assertThat(ran.get()).isEqualTo(1);
                }
                case BLOCK -> {
                    Thread releaser =
                            new Thread(
                                    () -> {
                                        EngineFixture.sleep(30);
                                        blocker.release.countDown();
                                    });
                    releaser.start();
                    engine.execute(last); // waits for room
                    assertThat(blocker.release.getCount()).isZero();
                    releaser.join();
                }
                case TIMED, REJECT -> {
                    long begin = System.nanoTime();
                    assertThatThrownBy(() -> engine.execute(last))
                            .isInstanceOf(RejectedExecutionException.class)
                            .hasMessageContaining("the inbox is full; raise its capacity, or")
                            .hasMessageContaining("inboxCapacity=16");
                    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                    if (policy == FullPolicy.TIMED) {
                        assertThat(tookMs).isGreaterThanOrEqualTo(20);
                    }
                }
            }
            blocker.release.countDown();
            awaitRest(engine);
            boolean rejected = policy == FullPolicy.TIMED || policy == FullPolicy.REJECT;
            assertThat(ran.get()).isEqualTo(rejected ? 16 : 17);
        }
    }

    /** A task submits more than the deque of its worker (4) and the inbox (16) hold together. */
    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void fullDequeAndInboxDoAsThePolicySaysInside(FullPolicy policy) throws Exception {
        try (Engine engine = full(policy, Duration.ofMinutes(1))) {
            AtomicInteger ran = new AtomicInteger();
            TaskFuture<Integer> accepted =
                    engine.submit(
                            () -> {
                                int n = 0;
                                try {
                                    for (; n < 200; n++) {
                                        engine.execute(ran::incrementAndGet);
                                    }
                                } catch (RejectedExecutionException e) {
                                    assertThat(e).hasMessageContaining("the inbox is full");
                                }
                                return n;
                            });
            boolean rejected = policy == FullPolicy.TIMED || policy == FullPolicy.REJECT;
            int expected = rejected ? 20 : 200;
            if (policy == FullPolicy.TIMED) { // it helps while it waits, and so finds room
                expected = 200;
            }
            assertThat(accepted.get(20, TimeUnit.SECONDS)).isEqualTo(expected);
            awaitRest(engine);
            assertThat(ran.get()).isEqualTo(expected);
            assertThat(engine.stats().tasks()).isEqualTo(expected + 1);
        }
    }

    /** A failing task that the submitting task has to run itself must not fail that one. */
    @Test
    void failureOfAHelpedTaskDoesNotReachTheOneThatSubmittedIt() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        EngineConfig config =
                config(1)
                        .maxDequeCapacity(4)
                        .uncaughtHandler((t, e) -> handled.incrementAndGet())
                        .build();
        try (Engine engine = Engine.start(config)) {
            TaskFuture<Integer> submitted =
                    engine.submit(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    engine.execute(
                                            () -> {
                                                throw new IllegalStateException("helped");
                                            });
                                }
                                return 100;
                            });
            assertThat(submitted.get(20, TimeUnit.SECONDS)).isEqualTo(100);
            awaitRest(engine);
            assertThat(handled.get()).isEqualTo(100);
            assertThat(engine.stats().failed()).isEqualTo(100);
        }
    }

    /** With HELP outside, a caller cannot run a fork/join computation itself: it waits for room. */
    @ParameterizedTest
    @EnumSource(
            value = FullPolicy.class,
            names = {"HELP", "BLOCK"})
    void invokeOnAFullInboxWaitsForRoom(FullPolicy policy) throws Exception {
        try (Engine engine = full(policy, Duration.ofMillis(20))) {
            Blocker blocker = new Blocker();
            blocker.occupy(engine);
            for (int i = 0; i < 16; i++) {
                engine.execute(() -> {});
            }
            Thread releaser =
                    new Thread(
                            () -> {
                                EngineFixture.sleep(20);
                                blocker.release.countDown();
                            });
            releaser.start();
            assertThat(engine.invoke(FIB, 20)).isEqualTo(6765);
            releaser.join();
        }
    }

    /** The policy is for callers: a timer has none, and its task was accepted long ago. */
    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void delayedTaskRunsThoughTheInboxIsFullAtItsTime(FullPolicy policy) throws Exception {
        EngineConfig config =
                config(1).inboxCapacity(2).whenFull(policy).fullTimeout(Duration.ZERO).build();
        try (Engine engine = Engine.start(config)) {
            Blocker blocker = new Blocker();
            blocker.occupy(engine);
            AtomicInteger ran = new AtomicInteger();
            AtomicReference<String> thread = new AtomicReference<>();
            int delayed = 12;
            List<ScheduledFuture<?>> timers = new ArrayList<>();
            for (int i = 0; i < delayed; i++) {
                timers.add(
                        engine.schedule(
                                () -> {
                                    thread.set(Thread.currentThread().getName());
                                    ran.incrementAndGet();
                                },
                                5,
                                TimeUnit.MILLISECONDS));
            }
            EngineFixture.sleep(40); // more of them are due by now than the inbox takes
            assertThat(ran.get()).isZero();
            blocker.release.countDown();
            for (ScheduledFuture<?> timer : timers) {
                timer.get(20, TimeUnit.SECONDS);
            }
            assertThat(ran.get()).isEqualTo(delayed);
            assertThat(thread.get()).contains("-worker-");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void manyProducersOnTinyRingsLoseNothing(int workers) throws Exception {
        EngineConfig config = config(workers).inboxCapacity(2).dequeCapacity(2).build();
        try (Engine engine = Engine.start(config)) {
            AtomicInteger ran = new AtomicInteger();
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                producers.add(
                        new Thread(
                                () -> {
                                    for (int i = 0; i < 2000; i++) {
                                        engine.execute(ran::incrementAndGet);
                                    }
                                }));
            }
            producers.forEach(Thread::start);
            for (Thread producer : producers) {
                producer.join();
            }
            awaitRest(engine);
            assertThat(ran.get()).isEqualTo(8000);
            assertThat(engine.stats().tasks()).isEqualTo(8000);
        }
    }
}
