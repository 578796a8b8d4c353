// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inboxes that hold less than a worker takes at once. */
class TinyInboxTest {
    private static final int TASKS = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 32})
    void everyTaskRunsOnceThroughAFullInbox(int capacity) throws InterruptedException {
        AtomicIntegerArray runs = new AtomicIntegerArray(TASKS);
        EngineConfig config = EngineConfig.builder().workers(2).inboxCapacity(capacity).build();
        Engine engine = Engine.start(config);
        for (int i = 0; i < TASKS; i++) {
            int task = i;
            engine.execute(() -> runs.getAndIncrement(task));
        }
        engine.shutdown();
        assertThat(engine.awaitTermination(30, TimeUnit.SECONDS)).as("terminates").isTrue();
        assertOnceEach(runs);
    }
}
