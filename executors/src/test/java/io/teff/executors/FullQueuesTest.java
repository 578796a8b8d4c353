// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.teff.executors.disruptor.DisruptorExecutor;
import io.teff.executors.xqueue.XQueueExecutor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executors with bounded queues, where these are full: who waits, who does not, who is let go. */
final class FullQueuesTest {
    private static final int CAPACITY = 4;

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private ExecutorService pool;

    private void open(String name, int workers) {
        pool =
                name.equals("disruptor")
                        ? new DisruptorExecutor(workers, CAPACITY)
                        : new XQueueExecutor(workers, CAPACITY);
    }

    @AfterEach
    void end() throws InterruptedException {
        go.countDown();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(20, SECONDS)).isTrue();
    }

    private void blockTheWorker() throws InterruptedException {
        pool.submit(
                () -> {
                    blocked.countDown();
                    return go.await(20, SECONDS);
                });
        assertThat(blocked.await(20, SECONDS)).isTrue();
    }

    /** Submits until that does not return, and says how it ended. */
    private Thread startProducer(AtomicInteger accepted, Consumer<Throwable> end) {
        Thread producer =
                new Thread(
                        () -> {
                            Throwable thrown = null;
                            try {
                                for (int i = 0; i < 3 * CAPACITY; i++) {
                                    pool.execute(() -> {});
                                    accepted.incrementAndGet();
                                }
                            } catch (RejectedExecutionException e) {
                                thrown = e;
                            }
                            end.accept(thrown);
                        });
        producer.start();
        return producer;
    }

    private static void awaitFull(AtomicInteger accepted) throws InterruptedException {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (accepted.get() < CAPACITY && System.nanoTime() - deadline < 0) {
            MILLISECONDS.sleep(1);
        }
        MILLISECONDS.sleep(20); // long enough for one too many
        assertThat(accepted).hasValue(CAPACITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void producerWaitsForRoomAndKeepsItsInterrupt(String name) throws Exception {
        open(name, 1);
        blockTheWorker();
        AtomicInteger accepted = new AtomicInteger();
        AtomicBoolean flag = new AtomicBoolean();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread producer =
                startProducer(
                        accepted,
                        t -> {
                            thrown.set(t);
                            flag.set(Thread.currentThread().isInterrupted());
                        });
        awaitFull(accepted);
        producer.interrupt();
        MILLISECONDS.sleep(20);
        assertThat(accepted).as("an interrupt makes no room").hasValue(CAPACITY);
        go.countDown();
        producer.join(20_000);
        assertThat(accepted).hasValue(3 * CAPACITY);
        assertThat(thrown).hasValue(null);
        assertThat(flag).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void producerThatWaitsForRoomIsRejectedAtShutdown(String name) throws Exception {
        open(name, 1);
        blockTheWorker();
        AtomicInteger accepted = new AtomicInteger();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread producer = startProducer(accepted, thrown::set);
        awaitFull(accepted);
        pool.shutdown();
        producer.join(20_000);
        assertThat(producer.isAlive()).isFalse();
        assertThat(thrown.get())
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("teff-" + name + "-executor was shut down");
        assertThat(accepted).hasValue(CAPACITY);
    }

    /** Each link finds the queues full and would run the next one on its own stack. */
    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void longChainOnFullQueuesNeedsNoDeepStack(String name) throws Exception {
        int links = 50_000;
        for (int workers = 1; workers <= 2; workers++) {
            open(name, workers);
            AtomicInteger fillers = new AtomicInteger();
            AtomicInteger run = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(1);
            AtomicReference<Throwable> uncaught = new AtomicReference<>();
            pool.execute(
                    () ->
                            Thread.currentThread()
                                    .setUncaughtExceptionHandler((t, e) -> uncaught.set(e)));
            pool.execute(
                    new Runnable() {
                        @Override
                        public void run() {
                            if (run.incrementAndGet() == links) {
                                all.countDown();
                                return;
                            }
                            for (int i = 0; i < 2 * CAPACITY; i++) {
                                pool.execute(fillers::incrementAndGet);
                            }
                            pool.execute(this);
                        }
                    });
            assertThat(all.await(40, SECONDS)).as("links %s, %s", run, uncaught).isTrue();
            pool.shutdown();
            assertThat(pool.awaitTermination(20, SECONDS)).isTrue();
            assertThat(run).hasValue(links);
            assertThat(fillers).hasValue((links - 1) * 2 * CAPACITY);
            assertThat(uncaught).hasValue(null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void taskThatSubmitsItselfForEverKeepsNobodyWaiting(String name) throws Exception {
        open(name, 1);
        AtomicBoolean heard = new AtomicBoolean();
        CountDownLatch over = new CountDownLatch(1);
        pool.execute(
                new Runnable() {
                    @Override
                    public void run() {
                        if (heard.get()) {
                            over.countDown();
                        } else {
                            pool.execute(this);
                        }
                    }
                });
        pool.execute(() -> heard.set(true));
        assertThat(over.await(20, SECONDS)).isTrue();
    }

    /** The child of a task that waits for it, where the child had no room in a queue. */
    @ParameterizedTest
    @ValueSource(strings = {"disruptor", "xqueue"})
    void taskRunInsideAnotherIsDoneWhenSubmitReturns(String name) throws Exception {
        open(name, 1);
        AtomicInteger fillers = new AtomicInteger();
        boolean done =
                pool.submit(
                                () -> {
                                    for (int i = 0; i < CAPACITY; i++) {
                                        pool.execute(fillers::incrementAndGet);
                                    }
                                    return pool.submit(() -> 7).isDone();
                                })
                        .get(20, SECONDS);
        assertThat(done).isTrue();
        pool.shutdown();
        assertThat(pool.awaitTermination(20, SECONDS)).isTrue();
        assertThat(fillers).hasValue(CAPACITY);
    }
}
