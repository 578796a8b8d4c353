// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delayed tasks whose time comes while there is no room for them. */
class CrowdedTimerTest {
    private static final int TASKS = 20;

    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void delayedTasksRunOnceThereIsRoom(FullPolicy policy) throws Exception {
        EngineConfig config =
                EngineConfig.builder().workers(1).inboxCapacity(2).whenFull(policy).build();
        Engine engine = Engine.start(config);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        engine.execute(
                () -> {
                    started.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        started.await();
        List<Future<?>> delayed = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            delayed.add(engine.schedule(runs::getAndIncrement, 1, TimeUnit.MILLISECONDS));
        }
        Thread.sleep(50); // all times have come, and two tasks have found room
        end.countDown();
        engine.shutdown();

        assertThat(engine.awaitTermination(60, TimeUnit.SECONDS)).as("terminates").isTrue();
        assertThat(delayed).allMatch(Future::isDone).noneMatch(Future::isCancelled);
        assertThat(runs).hasValue(TASKS);
    }
}
