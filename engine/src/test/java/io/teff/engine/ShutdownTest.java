// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertNoThreadsOf;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.EngineFixture.threadsOf;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of an engine: nothing lost, nobody left behind. */
class ShutdownTest {
    @Test
    void unusedEngineIsTerminatedAtOnce() throws Exception {
        Engine engine = engine(4);
        assertThat(threadsOf(engine)).isEmpty();
        engine.shutdown();
        assertThat(engine.isTerminated()).isTrue();
        assertThat(engine.awaitTermination(0, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(engine.toString()).contains("is terminated");
        engine.close();

        Engine stopped = engine(4);
        assertThat(stopped.shutdownNow()).isEmpty();
        assertThat(stopped.isTerminated()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void usedEngineLeavesNoThread(IdlePreset idle) throws Exception {
        Engine engine = Engine.start(config(3).idle(idle).build());
        for (int i = 0; i < 100; i++) {
            engine.execute(() -> {});
        }
        engine.invoke(FIB, 15);
        engine.schedule(() -> Engine.blocking(() -> null), 1, TimeUnit.MILLISECONDS).get();
        engine.close();
        assertThat(engine.isTerminated()).isTrue();
        assertThat(engine.stats().tasks()).isGreaterThanOrEqualTo(102);
        assertNoThreadsOf(engine);
    }

    @Test
    void everyWayInIsClosedAndSaysWhy() {
        Engine engine = engine(1);
        engine.close();
        String[] messages = new String[4];
        Runnable task = () -> {};
        messages[0] = rejection(() -> engine.execute(task));
        messages[1] = rejection(() -> engine.submit(task));
        messages[2] = rejection(() -> engine.invoke(FIB, 1));
        messages[3] = rejection(() -> engine.schedule(task, 1, TimeUnit.SECONDS));
        assertThat(messages)
                .allMatch(m -> m.contains("rejected"))
                .allMatch(m -> m.endsWith("engine " + engine.config().name() + " is terminated"));
    }

    private static String rejection(Runnable call) {
        try {
            call.run();
        } catch (RejectedExecutionException e) {
            return e.getMessage();
        }
        throw new AssertionError("accepted after shutdown");
    }

    // Tasks that do not end

    @Test
    void taskThatBlocksForEverIsInterruptedByShutdownNow() throws Exception {
        Engine engine = engine(2);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            engine.execute(
                    () -> {
                        begun.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                        }
                    });
        }
        pass(begun);
        AtomicBoolean ran = new AtomicBoolean();
        TaskFuture<?> waiting = engine.submit(() -> ran.set(true));
        engine.shutdown();
        assertThat(engine.awaitTermination(30, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(interrupted.get()).isZero();
        assertThat(engine.shutdownNow()).containsExactly(waiting);
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.get()).isEqualTo(2);
        assertThat(ran.get()).isFalse();
        assertNoThreadsOf(engine);
    }

    @Test
    void taskThatIgnoresInterruptsHoldsUpOnlyItsOwnEngine() throws Exception {
        Engine stubborn = engine(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean go = new AtomicBoolean();
        stubborn.execute(
                () -> {
                    begun.countDown();
                    while (!go.get()) {
                        Thread.onSpinWait();
                    }
                });
        pass(begun);
        assertThat(stubborn.shutdownNow()).isEmpty();
        assertThat(stubborn.awaitTermination(20, TimeUnit.MILLISECONDS)).isFalse();

        Engine other = engine(2);
        other.invoke(FIB, 15);
        other.close();
        assertNoThreadsOf(other);

        assertThat(stubborn.isTerminated()).isFalse();
        go.set(true);
        assertThat(stubborn.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertNoThreadsOf(stubborn);
    }

    @Test
    void blockedSectionsAndTheirSparesAreInterruptedToo() throws Exception {
        Engine engine = engine(1);
        CountDownLatch begun = new CountDownLatch(5);
        AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            engine.execute(
                    () -> {
                        try {
                            Engine.blocking(
                                    () -> {
                                        begun.countDown();
                                        new CountDownLatch(1).await();
                                        return null;
                                    });
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                        }
                    });
        }
        pass(begun);
        assertThat(engine.shutdownNow()).isEmpty();
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.get()).isEqualTo(5);
        assertNoThreadsOf(engine);
    }

    // From inside

    @Test
    void closeFromInsideATaskIsRefusedAndTheEngineGoesOn() throws Exception {
        try (Engine engine = engine(1)) {
            TaskFuture<?> closer = engine.submit(engine::close);
            assertThatThrownBy(() -> closer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("close() in a task of the engine it closes")
                    .hasMessageContaining("shutdown()");
            assertThat(engine.isShutdown()).isFalse();
            assertThat(engine.submit(() -> 42).get()).isEqualTo(42);
        }
    }

    @Test
    void closeOfAnotherEngineFromInsideATaskIsAllowed() throws Exception {
        try (Engine engine = engine(1)) {
            Engine other = engine(1);
            other.execute(() -> {});
            engine.submit(other::close).get(20, TimeUnit.SECONDS);
            assertThat(other.isTerminated()).isTrue();
        }
    }

    @Test
    void shutdownFromInsideATaskLetsItEndAndTheRestRun() throws Exception {
        Engine engine = engine(1);
        AtomicInteger ran = new AtomicInteger();
        AtomicReference<String> refused = new AtomicReference<>();
        engine.submit(
                () -> {
                    for (int i = 0; i < 10; i++) {
                        engine.execute(ran::incrementAndGet);
                    }
                    engine.shutdown();
                    refused.set(rejection(() -> engine.execute(ran::incrementAndGet)));
                    assertThat(engine.invoke(FIB, 10)).isEqualTo(55);
                });
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran.get()).isEqualTo(10);
        assertThat(refused.get()).contains("is shut down");
    }

    /** A worker whose task ended just then began others that were about to be given back. */
    @Test
    void shutdownNowGivesBackAllThatNobodyHasBegun() throws Exception {
        int delayed = 50_000; // so that it takes a while to collect them
        int submitted = 1000;
        Engine engine = engine(1);
        for (int i = 0; i < delayed; i++) {
            engine.schedule(() -> {}, 1, TimeUnit.HOURS);
        }
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        engine.execute(
                () -> {
                    for (int i = 0; i < submitted; i++) {
                        engine.execute(ran::incrementAndGet);
                    }
                    begun.countDown();
                    while (!engine.isShutdown()) {
                        Thread.onSpinWait();
                    }
                });
        pass(begun);
        assertThat(engine.shutdownNow()).hasSize(delayed + submitted);
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran.get()).isZero();
    }

    // Computations in flight

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void computationInFlightEndsWithItsResult(boolean now) throws Exception {
        for (int round = 0; round < 20; round++) {
            Engine engine = engine(2);
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger result = new AtomicInteger();
            LongTask task =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return engine.invoke(FIB, 22);
                            });
            Thread caller = new Thread(() -> result.set((int) engine.invoke(task, 0)));
            caller.start();
            pass(begun);
            if (now) {
                assertThat(engine.shutdownNow()).isEmpty();
            } else {
                engine.shutdown();
            }
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            caller.join();
            assertThat(result.get()).as("round %s", round).isEqualTo(17711);
            assertNoThreadsOf(engine);
        }
    }

    @Test
    void computationNotBegunIsCancelledByShutdownNow() throws Exception {
        Engine engine = engine(1);
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
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller =
                new Thread(
                        () -> {
                            try {
                                engine.invoke(FIB, 10);
                            } catch (CancellationException e) {
                                thrown.set(e);
                            }
                        });
        caller.start();
        while (engine.stats().queued() == 0) {
            Thread.onSpinWait();
        }
        assertThat(engine.shutdownNow()).isEmpty();
        caller.join();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
        release.countDown();
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    // Races

    private static final class Account {
        final int most;
        final AtomicIntegerArray runs;
        final AtomicInteger rejected = new AtomicInteger();
        final AtomicInteger submitted = new AtomicInteger();

        Account(int most) {
            this.most = most;
            runs = new AtomicIntegerArray(most);
        }

        /** Submits one task, which may submit another one. */
        void submit(Engine engine, int left) {
            int number = submitted.getAndIncrement();
            if (number >= most) {
                submitted.decrementAndGet();
                return;
            }
            try {
                engine.execute(
                        () -> {
                            runs.incrementAndGet(number);
                            if (left > 0) {
                                submit(engine, left - 1);
                            }
                        });
            } catch (RejectedExecutionException e) {
                rejected.incrementAndGet();
            }
        }
    }

    /** Producers outside and tasks inside submit while the engine ends, one way or the other. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTaskIsRunReturnedOrRejected(boolean now) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        for (int round = 0; round < 300; round++) {
            IdlePreset idle = random.nextBoolean() ? IdlePreset.BALANCED : IdlePreset.ECONOMY;
            Engine engine = Engine.start(config(1 + random.nextInt(3)).idle(idle).build());
            Account account = new Account(20_000);
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 2; p++) {
                int chain = random.nextInt(4);
                Thread producer =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < 1000; i++) {
                                        account.submit(engine, chain);
                                    }
                                });
                producers.add(producer);
                producer.start();
            }
            LockSupport.parkNanos(1 + random.nextInt(300_000));
            int returned = 0;
            if (now) {
                returned = engine.shutdownNow().size();
                assertThat(engine.shutdownNow()).isEmpty();
            } else {
                engine.shutdown();
            }
            for (Thread producer : producers) {
                producer.join();
            }
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS))
                    .as("round %s, %s", round, engine)
                    .isTrue();
            int ran = 0;
            for (int i = 0; i < account.most; i++) {
                assertThat(account.runs.get(i)).isLessThanOrEqualTo(1);
                ran += account.runs.get(i);
            }
            assertThat(ran + returned + account.rejected.get())
                    .as(
                            "round %s: %s ran, %s returned, %s rejected",
                            round, ran, returned, account.rejected)
                    .isEqualTo(account.submitted.get());
        }
    }

    /** Several threads end the engine in several ways at once, while others compute on it. */
    @Test
    void racingEndsAgree() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        for (int round = 0; round < 200; round++) {
            Engine engine = engine(2);
            List<Thread> threads = new ArrayList<>();
            AtomicInteger wrong = new AtomicInteger();
            AtomicInteger closed = new AtomicInteger();
            for (int t = 0; t < 5; t++) {
                int kind = t;
                long wait = random.nextInt(200_000);
                threads.add(
                        new Thread(
                                () -> {
                                    LockSupport.parkNanos(wait);
                                    switch (kind) {
                                        case 0 -> engine.shutdown();
                                        case 1 -> engine.shutdownNow();
                                        case 2 -> {
                                            engine.close();
                                            closed.incrementAndGet();
                                        }
                                        default -> {
                                            try {
                                                if (engine.invoke(FIB, 14) != 377) {
                                                    wrong.incrementAndGet();
                                                }
                                            } catch (RejectedExecutionException
                                                    | CancellationException e) {
                                                assertThat(engine.isShutdown()).isTrue();
                                            }
                                        }
                                    }
                                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as("round %s, %s", round, engine).isFalse();
            }
            assertThat(wrong.get()).isZero();
            assertThat(closed.get()).isEqualTo(1);
            assertThat(engine.isTerminated()).isTrue();
        }
    }
}
