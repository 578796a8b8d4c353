// SPDX-License-Identifier: Apache-2.0
package io.teff.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.teff.engine.Engine;
import io.teff.engine.EngineStats;
import io.teff.engine.EngineStats.WorkerStats;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What an engine counts, for Micrometer: read when somebody asks, so the engine pays nothing.
 *
 * <pre>{@code
 * new EngineMetrics(engine, Tags.of("service", "shop")).bindTo(registry);
 * }</pre>
 *
 * <p>Counters with the tag {@code worker}: {@code teff.tasks}, {@code teff.tasks.failed}, {@code
 * teff.steals}, {@code teff.steal.attempts}, {@code teff.parks}, {@code teff.spins}; spare workers are
 * {@code worker="spare"} together. Gauges: {@code teff.queued}, {@code teff.workers}, {@code
 * teff.workers.asleep}, {@code teff.workers.blocked}, {@code teff.threads}. All have the tag {@code
 * engine}, its name. Micrometer does not keep the engine alive. Any thread.
 */
public final class EngineMetrics implements MeterBinder {
    private final Engine engine;
    private final Iterable<Tag> tags;

    /** With no tags but its own. */
    public EngineMetrics(Engine engine) {
        this(engine, Tags.empty());
    }

    /** With more tags. */
    public EngineMetrics(Engine engine, Iterable<Tag> tags) {
        if (engine == null) {
            throw new NullPointerException("engine");
        }
        this.engine = engine;
        this.tags = Tags.of("engine", engine.config().name()).and(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "teff.tasks", "tasks", "Tasks run", WorkerStats::tasks);
        counter(
                registry,
                "teff.tasks.failed",
                "tasks",
                "Tasks that ended in an exception",
                WorkerStats::failed);
        counter(
                registry,
                "teff.steals",
                "steals",
                "Forks and tasks taken from other workers",
                WorkerStats::steals);
        counter(
                registry,
                "teff.steal.attempts",
                "looks",
                "Looks into the fork stacks of other workers",
                WorkerStats::stealAttempts);
        counter(registry, "teff.parks", "parks", "Times it went to sleep", WorkerStats::parks);
        counter(
                registry,
                "teff.spins",
                "rounds",
                "Rounds in which it found nothing and spun",
                WorkerStats::spins);
        gauge(
                registry,
                "teff.queued",
                "tasks",
                "Tasks waiting in inboxes and deques",
                e -> e.stats().queued());
        gauge(registry, "teff.workers", "workers", "Regular workers", e -> e.config().workers());
        gauge(
                registry,
                "teff.workers.asleep",
                "workers",
                "Workers asleep",
                e -> e.stats().asleep());
        gauge(
                registry,
                "teff.workers.blocked",
                "workers",
                "Workers that a spare stands in for",
                e -> e.stats().blocked());
        gauge(registry, "teff.threads", "threads", "Threads alive", e -> e.stats().threads());
    }

    private void counter(
            MeterRegistry registry,
            String name,
            String unit,
            String description,
            ToLongFunction<WorkerStats> count) {
        int regular = engine.config().workers();
        for (int i = 0; i <= regular; i++) {
            int worker = i;
            FunctionCounter.builder(name, engine, e -> sum(e.stats(), worker, regular, count))
                    .tags(tags)
                    .tag("worker", worker == regular ? "spare" : Integer.toString(worker))
                    .baseUnit(unit)
                    .description(description)
                    .register(registry);
        }
    }

    /** Of one worker; of all spare ones if it is none of the regular. */
    private static double sum(
            EngineStats stats, int worker, int regular, ToLongFunction<WorkerStats> count) {
        return stats.workers().stream()
                .filter(w -> w.worker() == worker || (worker == regular && w.worker() > regular))
                .mapToLong(count)
                .sum();
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String unit,
            String description,
            ToDoubleFunction<Engine> value) {
        Gauge.builder(name, engine, value)
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }
}
