// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.EngineStatus;
import io.teff.monitor.Latency;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorFiles.Found;
import io.teff.monitor.MonitorFiles.Life;
import io.teff.monitor.MonitorSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code teff stat --json} prints: one object for each look.
 *
 * @param life live, ended or killed
 * @param upNs from the engine's start to the last update
 * @param counters totals, by label
 * @param latencies of sampled tasks, by kind
 */
record StatRecord(
        String path,
        String engine,
        long pid,
        String life,
        String status,
        long startMs,
        long upNs,
        long updates,
        int rank,
        Map<String, Long> counters,
        List<WorkerRecord> workers,
        Map<String, LatencyRecord> latencies,
        List<AppRecord> apps,
        List<BoardRecord> boards,
        List<QueueRecord> queues) {

    /** A worker: counters by label; {@code forNs} is how long it had been in its state. */
    record WorkerRecord(
            int worker,
            String place,
            int cpu,
            String state,
            long forNs,
            String task,
            long taskForNs,
            Map<String, Long> counters) {}

    /** A histogram in short. */
    record LatencyRecord(
            long count,
            double meanNs,
            long p50Ns,
            long p90Ns,
            long p99Ns,
            long p999Ns,
            long maxNs) {}

    /** Tasks of an app by state. */
    record AppRecord(String app, int flow, Map<String, Long> counts) {}

    /** A plane of tiles. */
    record BoardRecord(String name, int width, int height, int tile, long iteration, long done) {}

    /** A queue. */
    record QueueRecord(String name, long depth, long capacity) {}

    /** An engine in the list of all. */
    record Listed(String path, String life, String engine, Long pid, Long startMs, String problem) {
        static Listed of(Found file) {
            boolean known = file.info() != null;
            return new Listed(
                    file.path().toString(),
                    lower(file.life()),
                    known ? file.info().engine() : null,
                    known ? file.info().pid() : null,
                    known ? file.info().startMs() : null,
                    file.problem());
        }
    }

    static Life life(MonitorSnapshot now, boolean alive) {
        if (now.head().status() == EngineStatus.TERMINATED) {
            return Life.ENDED;
        }
        return alive ? Life.LIVE : Life.KILLED;
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static StatRecord of(String path, MonitorSnapshot now, Life life) {
        long nowNs = now.head().nowNs();
        Map<String, Long> totals = new LinkedHashMap<>();
        for (MonitorCounter counter : now.info().counters()) {
            totals.put(counter.label(), now.value(counter.label()));
        }
        List<WorkerRecord> workers = new ArrayList<>();
        for (MonitorSnapshot.WorkerView worker : now.workers()) {
            Map<String, Long> own = new LinkedHashMap<>();
            for (MonitorCounter counter : now.info().counters()) {
                if (counter.scope() == MonitorCounter.Scope.WORKER) {
                    own.put(counter.label(), now.value(worker.index(), counter.label()));
                }
            }
            workers.add(
                    new WorkerRecord(
                            worker.index(),
                            lower(worker.place()),
                            worker.cpu(),
                            lower(worker.state()),
                            since(nowNs, worker.sinceNs()),
                            worker.task(),
                            since(nowNs, worker.taskNs()),
                            own));
        }
        Map<String, LatencyRecord> latencies = new LinkedHashMap<>();
        for (Latency.Kind kind : Latency.Kind.values()) {
            Latency l = now.latency(kind);
            if (l.count() > 0) {
                latencies.put(
                        lower(kind),
                        new LatencyRecord(
                                l.count(),
                                l.meanNs(),
                                l.percentileNs(50),
                                l.percentileNs(90),
                                l.percentileNs(99),
                                l.percentileNs(99.9),
                                l.maxNs()));
            }
        }
        return new StatRecord(
                path,
                now.info().engine(),
                now.info().pid(),
                lower(life),
                lower(now.head().status()),
                now.info().startMs(),
                nowNs - now.info().startNs(),
                now.head().updates(),
                now.info().rank(),
                totals,
                workers,
                latencies,
                now.apps().stream()
                        .map(app -> new AppRecord(app.name(), app.flow(), app.counts()))
                        .toList(),
                now.boards().stream()
                        .map(
                                b ->
                                        new BoardRecord(
                                                b.name(),
                                                b.shape().width(),
                                                b.shape().height(),
                                                b.shape().tile(),
                                                b.iteration(),
                                                b.done()))
                        .toList(),
                now.queues().stream()
                        .map(q -> new QueueRecord(q.name(), q.depth(), q.capacity()))
                        .toList());
    }

    static long since(long nowNs, long thenNs) {
        return thenNs == 0 ? 0 : Math.max(0, nowNs - thenNs);
    }
}
