// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** While a worker is blocked, somebody else runs what it may be waiting for. */
class ReplacementTest {
    private static final int ROUNDS = 20;

    /**
     * Two spares have been needed and no longer are: the lower one has retired already, the upper one
     * still naps. Then a worker blocks, and wakes the upper one, which is not allowed to run.
     */
    @Test
    void blockedWorkerIsReplacedAlsoWhenTheWrongSpareIsAwake() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Engine engine = Engine.start(EngineConfig.builder().workers(1).build())) {
                CountDownLatch first = new CountDownLatch(1);
                CountDownLatch second = new CountDownLatch(1);
                Future<?> worker = engine.submit(() -> block(first));
                awaitBlocked(engine, 1);
                Future<?> lowerSpare = engine.submit(() -> block(second));
                awaitBlocked(engine, 2);
                Thread.sleep(130); // by now the upper spare sleeps for some 60 ms at a time
                first.countDown();
                worker.get();
                second.countDown();
                lowerSpare.get();
                Thread.sleep(2); // the lower spare retires

                CountDownLatch third = new CountDownLatch(1);
                Future<?> blocked = engine.submit(() -> block(third));
                awaitBlocked(engine, 1);
                engine.execute(third::countDown);
                boolean released = third.await(20, TimeUnit.SECONDS);
                third.countDown(); // lets a failing test end
                assertThat(released).as("round %d", round).isTrue();
                blocked.get();
            }
        }
    }

    @Test
    void taskAwaitsItsOwnLaneOnTheOnlyWorker() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        LongTask task =
                new LongTask() {
                    @Override
                    protected long compute(Worker w, long a) {
                        return runs.incrementAndGet();
                    }
                };
        Engine engine = Engine.start(EngineConfig.builder().workers(1).build());
        Future<?> done =
                engine.submit(
                        () -> {
                            try (Submitter lane = engine.submitter(4)) {
                                for (int i = 0; i < 10; i++) {
                                    lane.submit(task, i);
                                }
                            }
                        });
        done.get(60, TimeUnit.SECONDS);
        assertThat(runs).hasValue(10);
        engine.close();
    }

    private static void block(CountDownLatch latch) {
        try {
            Engine.blocking(
                    () -> {
                        latch.await();
                        return null;
                    });
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitBlocked(Engine engine, int workers) throws InterruptedException {
        while (engine.crew().spares.blocked() != workers) {
            Thread.sleep(1);
        }
    }
}
