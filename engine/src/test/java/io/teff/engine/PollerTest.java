// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that an engine finds by looking for it, and forks that leave it. */
@Timeout(60)
class PollerTest {
    /** What comes from elsewhere: a queue that nobody tells the engine about. */
    private static final class Mail implements Poller {
        final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
        final AtomicInteger busyLooks = new AtomicInteger();
        volatile Runnable each = () -> {};
        volatile Engine engine;

        @Override
        public boolean poll(boolean idle) {
            if (!idle) {
                busyLooks.getAndIncrement();
            }
            each.run();
            Runnable task = mail.poll();
            if (task == null) {
                return false;
            }
            engine.execute(task);
            return true;
        }

        @Override
        public long napNs() {
            return 100_000;
        }
    }

    private final Mail mail = new Mail();

    private Engine engine(int workers) {
        Engine engine =
                Engine.start(
                        EngineConfig.builder()
                                .workers(workers)
                                .uncaughtHandler((t, e) -> uncaught.set(e))
                                .build(),
                        mail);
        mail.engine = engine;
        return engine;
    }

    private final AtomicReference<Throwable> uncaught = new AtomicReference<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void sleepingWorkersFindWhatComes(int workers) throws Exception {
        try (Engine engine = engine(workers)) {
            engine.submit(() -> {}).get();
            for (int i = 0; i < 20; i++) {
                TimeUnit.MILLISECONDS.sleep(i); // they sleep, each time for longer
                CountDownLatch ran = new CountDownLatch(1);
                mail.mail.add(ran::countDown);
                ran.await();
            }
        }
    }

    @Test
    void workerThatNeverRanAnythingLooksWhenItIsWoken() throws Exception {
        try (Engine engine = engine(2)) {
            CountDownLatch ran = new CountDownLatch(1);
            mail.mail.add(ran::countDown);
            assertThat(ran.await(100, TimeUnit.MILLISECONDS))
                    .as("no worker has a thread")
                    .isFalse();
            engine.pollNow(false);
            ran.await();
        }
    }

    @Test
    void workerIsWokenBesideOneThatIsBusy() throws Exception {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch ran = new CountDownLatch(1);
            engine.execute(
                    () -> {
                        begun.countDown();
                        await(ran);
                    });
            begun.await();
            mail.mail.add(ran::countDown);
            engine.pollNow(true);
            ran.await();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void busyWorkersLookBetweenTasks() throws Exception {
        try (Engine engine = engine(1)) {
            CountDownLatch ran = new CountDownLatch(1);
            engine.execute(
                    new Runnable() {
                        @Override
                        public void run() {
                            if (ran.getCount() > 0) {
                                engine.execute(this);
                            }
                        }
                    });
            mail.mail.add(ran::countDown);
            ran.await();
        }
    }

    @Test
    void workersThatForkLookWhenTheyAreAsked() throws Exception {
        try (Engine engine = engine(1)) {
            AtomicInteger looksAtEnd = new AtomicInteger();
            TaskFuture<Long> fib =
                    engine.submit(
                            () -> {
                                while (mail.busyLooks.get() < 3) {
                                    engine.invoke(FIB, 10);
                                }
                                looksAtEnd.set(mail.busyLooks.get());
                                return engine.invoke(FIB, 20);
                            });
            while (!fib.isDone()) {
                engine.pollSoon();
                Thread.onSpinWait();
            }
            assertThat(fib.get()).isEqualTo(6765);
            assertThat(looksAtEnd.get()).isGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void forksAreRunElsewhere(int workers) throws Exception {
        AtomicInteger taken = new AtomicInteger();
        try (Engine engine = engine(workers);
                Engine other = Engine.start(EngineConfig.builder().workers(1).build())) {
            mail.each =
                    () -> {
                        StolenFork fork =
                                mail.engine.stealFork(
                                        "rank 1", (task, ref) -> task == FIB && ref == null);
                        if (fork != null) {
                            taken.getAndIncrement();
                            LongTask task = (LongTask) fork.task();
                            other.execute(() -> fork.finish(other.invoke(task, fork.a())));
                        }
                    };
            TaskFuture<Long> fib =
                    engine.submit(
                            () -> {
                                while (taken.get() == 0) {
                                    assertThat(engine.invoke(FIB, 15)).isEqualTo(610);
                                }
                                return engine.invoke(FIB, 27);
                            });
            while (!fib.isDone()) {
                engine.pollSoon();
                Thread.onSpinWait();
            }
            assertThat(fib.get()).isEqualTo(196418);
        }
    }

    @Test
    void forkThatFailsElsewhereFailsItsJoin() throws Exception {
        try (Engine engine = engine(1)) {
            AtomicInteger taken = new AtomicInteger();
            mail.each =
                    () -> {
                        StolenFork fork = mail.engine.stealFork("rank 1", (task, ref) -> true);
                        if (fork != null) {
                            taken.getAndIncrement();
                            fork.fail(new IllegalStateException("rank 1 is lost"));
                            assertThatIllegalStateException().isThrownBy(() -> fork.finish(1));
                        }
                    };
            TaskFuture<Long> fib =
                    engine.submit(
                            () -> {
                                while (true) {
                                    engine.invoke(FIB, 12);
                                }
                            });
            while (!fib.isDone()) {
                engine.pollSoon();
                Thread.onSpinWait();
            }
            assertThatThrownBy(fib::get).hasRootCauseMessage("rank 1 is lost");
            assertThat(taken.get()).isPositive();
            assertThat(engine.submit(() -> engine.invoke(FIB, 1)).get()).isEqualTo(1);
            assertThat(uncaught.get()).isNull();
        }
    }

    /** The frame was reused between look and theft: the second answer about it is another one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forkThatShouldNotHaveLeftIsRunHere(boolean throwing) throws Exception {
        try (Engine engine = engine(1)) {
            AtomicInteger asked = new AtomicInteger();
            mail.each =
                    () -> {
                        try {
                            StolenFork fork =
                                    mail.engine.stealFork(
                                            "rank 1",
                                            (task, ref) -> {
                                                if (asked.incrementAndGet() % 2 != 0) {
                                                    return true;
                                                }
                                                if (throwing) {
                                                    throw new IllegalStateException("changed");
                                                }
                                                return false;
                                            });
                            assertThat(fork).isNull();
                        } catch (IllegalStateException e) {
                            assertThat(e).hasMessage("changed");
                        }
                    };
            TaskFuture<Long> fib =
                    engine.submit(
                            () -> {
                                while (asked.get() < 20) {
                                    assertThat(engine.invoke(FIB, 15)).isEqualTo(610);
                                }
                                return engine.invoke(FIB, 20);
                            });
            while (!fib.isDone()) {
                engine.pollSoon();
                Thread.onSpinWait();
            }
            assertThat(fib.get()).isEqualTo(6765);
            assertThat(uncaught.get()).isNull();
        }
    }

    /** An engine never ended: shutdownNow had given a fork back that a join waited for. */
    @Test
    void forkThatWaitsInAQueueFailsWhenTheEngineIsStopped() throws Exception {
        Engine engine = engine(1);
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<StolenFork> out = new AtomicReference<>();
        mail.each =
                () -> {
                    if (out.get() == null) {
                        out.set(mail.engine.stealFork("rank 1", (task, ref) -> true));
                        if (out.get() != null) {
                            left.countDown();
                            passWhateverInterrupts(stopped);
                        }
                    }
                };
        TaskFuture<Long> fib =
                engine.submit(
                        () -> {
                            while (out.get() == null) {
                                engine.invoke(FIB, 15);
                            }
                            return 0L;
                        });
        while (!left.await(1, TimeUnit.MILLISECONDS)) {
            engine.pollSoon();
        }
        engine.execute(out.get());
        assertThat(engine.shutdownNow()).isEmpty();
        stopped.countDown();
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(fib::get)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is stopped");
    }

    private static void passWhateverInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void forksThatNobodyElsewhereCanRunStay() throws Exception {
        try (Engine engine = engine(1)) {
            AtomicInteger asked = new AtomicInteger();
            mail.each =
                    () ->
                            assertThat(
                                            mail.engine.stealFork(
                                                    "rank 1",
                                                    (task, ref) -> {
                                                        asked.getAndIncrement();
                                                        return false;
                                                    }))
                                    .isNull();
            TaskFuture<Long> fib =
                    engine.submit(
                            () -> {
                                while (asked.get() == 0) {
                                    engine.invoke(FIB, 15);
                                }
                                return engine.invoke(FIB, 20);
                            });
            while (!fib.isDone()) {
                engine.pollSoon();
                Thread.onSpinWait();
            }
            assertThat(fib.get()).isEqualTo(6765);
        }
    }

    @Test
    void whatALookThrowsIsReportedAndEndsNothing() throws Exception {
        try (Engine engine = engine(1)) {
            mail.each =
                    () -> {
                        throw new IllegalArgumentException("a bad look");
                    };
            engine.submit(() -> {}).get();
            while (uncaught.get() == null) {
                Thread.onSpinWait();
            }
            assertThat(uncaught.get()).hasMessage("a bad look");
            mail.each = () -> {};
            assertThat(engine.submit(() -> 42).get()).isEqualTo(42);
        }
    }

    @Test
    void workersAreNoThievesFromElsewhere() {
        try (Engine engine = engine(1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> engine.stealFork(null, (task, ref) -> true))
                    .withMessageContaining("not null");
        }
    }
}
