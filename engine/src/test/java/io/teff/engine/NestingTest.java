// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Tasks that run in the midst of others: whose interrupt is whose. */
class NestingTest {
    /** A future that no worker will come to in time: who waits for it helps. */
    private static ScheduledFuture<?> never(Engine engine) {
        return engine.schedule(() -> {}, 1, TimeUnit.HOURS);
    }

    /** How a wait ended. */
    private static String waitFor(Future<?> future, long ms) {
        try {
            future.get(ms, TimeUnit.MILLISECONDS);
            return "done";
        } catch (InterruptedException e) {
            return "interrupted";
        } catch (TimeoutException e) {
            return "timed out";
        } catch (CancellationException e) {
            return "cancelled";
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The worker took a plain task for the periodic one that it had run before, and kept the interrupt
     * of the periodic task until the plain one would go on.
     */
    @Test
    void cancelledPeriodicTaskIsInterruptedAlsoWhereItRanBefore() throws Exception {
        try (Engine engine = engine(1)) {
            AtomicInteger runs = new AtomicInteger();
            AtomicBoolean armed = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch interrupted = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            ScheduledFuture<?> periodic =
                    engine.scheduleAtFixedRate(
                            () -> {
                                runs.incrementAndGet();
                                if (armed.get()) {
                                    begun.countDown();
                                    try {
                                        release.await();
                                    } catch (InterruptedException e) {
                                        interrupted.countDown();
                                    }
                                }
                            },
                            0,
                            1,
                            TimeUnit.MILLISECONDS);
            while (runs.get() == 0) {
                Thread.onSpinWait();
            }
            ScheduledFuture<?> never = never(engine);
            engine.execute(
                    () -> {
                        while (engine.stats().queued() == 0) {
                            Thread.onSpinWait(); // until the next run of the periodic task is here
                        }
                        armed.set(true);
                        assertThat(waitFor(never, 20_000)).isEqualTo("cancelled");
                    });
            pass(begun);
            assertThat(periodic.cancel(true)).isTrue();
            boolean came = interrupted.await(20, TimeUnit.SECONDS);
            release.countDown(); // lets a failing test end
            never.cancel(false);
            assertThat(came).as("interrupted").isTrue();
        }
    }

    /** A task waits, above it a plain one waits, and above that a third one runs. */
    @Test
    void interruptPassesThePlainTaskThatRunsInBetween() throws Exception {
        try (Engine engine = engine(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            AtomicReference<String> plain = new AtomicReference<>();
            AtomicReference<String> lowest = new AtomicReference<>();
            CountDownLatch over = new CountDownLatch(1);
            ScheduledFuture<?> never = never(engine);
            TaskFuture<?> task =
                    engine.submit(
                            () -> {
                                engine.execute(
                                        () -> {
                                            engine.execute(
                                                    () -> {
                                                        begun.countDown();
                                                        pass(release);
                                                    });
                                            plain.set(waitFor(never, 1));
                                        });
                                lowest.set(waitFor(never, 20_000));
                                over.countDown();
                            });
            pass(begun);
            assertThat(task.cancel(true)).isTrue();
            EngineFixture.sleep(2); // the plain task's time is up
            release.countDown();
            pass(over);
            assertThat(plain.get()).isEqualTo("timed out");
            assertThat(lowest.get()).isEqualTo("interrupted");
            never.cancel(false);
        }
    }

    /** A task of another engine, run by the caller as HELP says, is not the caller's own code. */
    @Test
    void helpForAnotherEngineLeavesTheCallersInterruptsAlone() throws Exception {
        EngineConfig full = config(1).inboxCapacity(2).whenFull(FullPolicy.HELP).build();
        try (Engine other = Engine.start(full);
                Engine engine = engine(1)) {
            CountDownLatch occupied = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            AtomicReference<String> waited = new AtomicReference<>();
            AtomicReference<Boolean> disturbed = new AtomicReference<>();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch finish = new CountDownLatch(1);
            other.execute(
                    () -> {
                        occupied.countDown();
                        pass(release);
                    });
            pass(occupied);
            ScheduledFuture<?> never = never(engine);
            TaskFuture<?> task =
                    engine.submit(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    other.submit(() -> 0); // most of them run here
                                }
                                engine.execute(
                                        () -> {
                                            begun.countDown();
                                            boolean met = false;
                                            while (finish.getCount() > 0) {
                                                met |= Thread.interrupted();
                                            }
                                            disturbed.set(met);
                                        });
                                waited.set(waitFor(never, 20_000));
                                over.countDown();
                            });
            pass(begun);
            assertThat(task.cancel(true)).isTrue();
            finish.countDown();
            pass(over);
            assertThat(disturbed.get()).as("the task above was interrupted").isFalse();
            assertThat(waited.get()).isEqualTo("interrupted");
            release.countDown();
            never.cancel(false);
        }
    }

    /** A task is taken up in the midst of another while the engine is stopped: nobody would end it. */
    @Test
    void shutdownNowInterruptsWhatIsJustBeingTakenUp() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        for (int round = 0; round < 500; round++) {
            Engine engine = engine(1);
            CountDownLatch begun = new CountDownLatch(1);
            engine.execute(
                    () -> {
                        TaskFuture<?> child =
                                engine.submit(
                                        () -> {
                                            try {
                                                new CountDownLatch(1).await();
                                            } catch (InterruptedException e) {
                                                assertThat(engine.isShutdown()).isTrue();
                                            }
                                        });
                        begun.countDown();
                        waitFor(child, 60_000);
                    });
            pass(begun);
            LockSupport.parkNanos(random.nextInt(30_000));
            engine.shutdownNow();
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS))
                    .as("round %s, %s", round, engine)
                    .isTrue();
        }
    }

    /** What a typed task of a lane or a stolen fork leaves behind struck whatever that worker ran next. */
    @Test
    void interruptThatATypedTaskLeavesReachesNoOther() throws Exception {
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Future<Boolean>> next = new AtomicReference<>();
            lane.submit(
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                awaitSet(next);
                                Thread.currentThread().interrupt();
                                return 0;
                            }),
                    0);
            lane.flush();
            pass(begun);
            next.set(engine.submit(() -> Thread.currentThread().isInterrupted()));
            assertThat(next.get().get(20, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void interruptThatAStolenForkLeavesReachesNoOther() throws Exception {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Future<Boolean>> next = new AtomicReference<>();
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                awaitSet(next);
                                Thread.currentThread().interrupt();
                                return w.index();
                            });
            LongTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, 0);
                                letOneBeStolen(w, begun);
                                next.set(
                                        engine.submit(
                                                () -> Thread.currentThread().isInterrupted()));
                                while (!next.get()
                                        .isDone()) { // the thief is the only one to run it
                                    Thread.onSpinWait();
                                }
                                return child.join(w, forked) == w.index() ? 1 : 0;
                            });
            assertThat(engine.invoke(parent, 0)).as("stolen").isZero();
            assertThat(next.get().get()).isFalse();
        }
    }

    private static void awaitSet(AtomicReference<?> reference) {
        while (reference.get() == null) {
            Thread.onSpinWait();
        }
    }
}
