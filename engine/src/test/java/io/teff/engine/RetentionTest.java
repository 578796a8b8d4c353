// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is over does not stay in memory because its worker has nothing new to do. */
class RetentionTest {
    private static final LongPairTask FORKS_ONE =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long depth, long b, Object ref) {
                    if (depth == 0) {
                        return 0;
                    }
                    int forked = fork(w, depth - 1, 0, ref);
                    return join(w, forked);
                }
            };

    private static void awaitCleared(WeakReference<?> held) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            System.gc();
                            return held.get() == null;
                        });
    }

    private static WeakReference<Object> resultOf(Engine engine) throws Exception {
        return new WeakReference<>(engine.submit(Object::new).get());
    }

    private static WeakReference<Object> forkedWith(Engine engine) {
        Object ref = new Object();
        engine.invoke(FORKS_ONE, 10, 0, ref);
        return new WeakReference<>(ref);
    }

    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void resultNobodyHoldsIsCollectedWhileItsWorkerIdles(IdlePreset idle) throws Exception {
        try (Engine engine = Engine.start(config(1).idle(idle).build())) {
            awaitCleared(resultOf(engine));
        }
    }

    @ParameterizedTest
    @EnumSource(IdlePreset.class)
    void referenceOfAForkIsCollectedWhileItsWorkerIdles(IdlePreset idle) {
        try (Engine engine = Engine.start(config(1).idle(idle).build())) {
            awaitCleared(forkedWith(engine));
        }
    }
}
