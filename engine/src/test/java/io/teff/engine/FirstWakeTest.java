// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A worker whose thread has just been started falls asleep and is woken at once. */
class FirstWakeTest {
    private static final int ENGINES = 3_000;

    @Test
    void noWorkerGetsTwoThreads() throws Exception {
        for (int i = 0; i < ENGINES; i++) {
            EngineConfig config =
                    EngineConfig.builder()
                            .workers(2)
                            .idle(IdlePreset.ECONOMY)
                            .inboxCapacity(64)
                            .dequeCapacity(2)
                            .maxForks(16)
                            .maxSpares(0)
                            .stackBytes(1 << 20)
                            .build();
            Engine engine = Engine.start(config);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            AtomicInteger runs = new AtomicInteger();
            Runnable task =
                    () -> {
                        threads.add(Thread.currentThread());
                        runs.getAndIncrement();
                    };
            Thread other = new Thread(() -> submit(engine, task));
            other.start();
            submit(engine, task);
            other.join();
            engine.shutdown();
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(runs).hasValue(100);
            assertThat(threads).as("threads of 2 workers").hasSizeLessThanOrEqualTo(2);
        }
    }

    private static void submit(Engine engine, Runnable task) {
        for (int i = 0; i < 50; i++) {
            engine.execute(task);
            for (int spin = 0; spin < 100; spin++) {
                Thread.onSpinWait();
            }
        }
    }
}
