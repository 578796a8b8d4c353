// SPDX-License-Identifier: Apache-2.0
package io.teff.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What Micrometer is told of an engine is what the engine says. */
class EngineMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    private double total(String name) {
        return registry.get(name).tag("engine", "measured").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    @Test
    void countersAreThoseOfTheEngine() throws Exception {
        EngineConfig config =
                EngineConfig.builder()
                        .workers(2)
                        .name("measured")
                        .uncaughtHandler((thread, error) -> {})
                        .build();
        Engine engine = Engine.start(config);
        try (engine) {
            new EngineMetrics(engine, Tags.of("service", "test")).bindTo(registry);
            assertThat(total("teff.tasks")).isZero();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(engine.submit(() -> {}));
            }
            for (int i = 0; i < 3; i++) {
                engine.execute(
                        () -> {
                            throw new IllegalStateException("for the test");
                        });
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(registry.get("teff.workers").gauge().value()).isEqualTo(2);
        }
        assertThat(total("teff.tasks")).isEqualTo(103).isEqualTo((double) engine.stats().tasks());
        assertThat(total("teff.tasks.failed")).isEqualTo(3);
        assertThat(total("teff.parks")).isEqualTo((double) engine.stats().parks());
        assertThat(total("teff.steals")).isEqualTo((double) engine.stats().steals());
        assertThat(
                        registry.get("teff.tasks")
                                .tag("worker", "1")
                                .tag("service", "test")
                                .functionCounter()
                                .count())
                .isEqualTo((double) engine.stats().workers().get(1).tasks());
        assertThat(registry.get("teff.tasks").functionCounters()).hasSize(3);
        assertThat(registry.get("teff.queued").gauge().value()).isZero();
        assertThat(registry.get("teff.threads").gauge().value()).isZero();
        registry.close();
    }

    @Test
    void blockedWorkersAndTheirSparesShow() throws Exception {
        EngineConfig config = EngineConfig.builder().workers(1).name("measured").build();
        try (Engine engine = Engine.start(config)) {
            new EngineMetrics(engine).bindTo(registry);
            Future<Double> seen =
                    engine.submit(
                            () ->
                                    Engine.blocking(
                                            () -> {
                                                CountDownLatch ran = new CountDownLatch(1);
                                                engine.execute(ran::countDown);
                                                ran.await(); // on the spare worker
                                                return registry.get("teff.workers.blocked")
                                                        .gauge()
                                                        .value();
                                            }));
            assertThat(seen.get()).isGreaterThanOrEqualTo(1);
        }
        assertThat(registry.get("teff.tasks").tag("worker", "spare").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void noEngine() {
        assertThatThrownBy(() -> new EngineMetrics(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("engine");
    }
}
