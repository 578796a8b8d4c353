// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.Latency;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorInfo;
import io.teff.monitor.MonitorSnapshot;
import io.teff.monitor.MonitorSnapshot.WorkerView;
import io.teff.monitor.WorkerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the page gets of an engine: what stays, once, and a snapshot again and again. */
final class SnapshotJson {
    private static final double[] QUANTILES = {
        0, .1, .25, .5, .75, .9, .95, .99, .995, .999, .9995, .9999, .99995, .99999, .999999
    };

    private SnapshotJson() {}

    /** What does not change. */
    static Map<String, Object> facts(String id, MonitorInfo info) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", id);
        facts.put("label", info.engine());
        facts.put("pid", info.pid());
        facts.put("rank", info.rank());
        facts.put("ranks", info.ranks());
        facts.put("workers", info.workers());
        facts.put("startedMs", info.startMs());
        facts.put("timeline", info.ringCapacity() > 0);
        facts.put("sampling", info.sampling());
        facts.put("jvm", info.texts().getOrDefault("jvm", ""));
        facts.put("host", info.texts().getOrDefault("host", ""));
        facts.put("states", states());
        facts.put("counters", workerCounters(info).stream().map(SnapshotJson::counter).toList());
        return facts;
    }

    private static Map<String, Object> counter(MonitorCounter counter) {
        return Map.of("name", counter.label(), "unit", counter.unit());
    }

    private static List<MonitorCounter> workerCounters(MonitorInfo info) {
        return info.counters().stream()
                .filter(c -> c.scope() == MonitorCounter.Scope.WORKER)
                .toList();
    }

    private static List<String> states() {
        List<String> states = new ArrayList<>();
        for (int i = 0; i < PageState.COUNT; i++) {
            states.add(PageState.of(i).label());
        }
        return states;
    }

    /** Places of regular workers, and of spare ones up to the last that has ever run. */
    static int shownWorkers(MonitorSnapshot snapshot) {
        int n = snapshot.info().workers();
        for (WorkerView worker : snapshot.workers()) {
            if (worker.state() != WorkerState.ABSENT || worker.threadId() != 0) {
                n = Math.max(n, worker.index() + 1);
            }
        }
        return n;
    }

    static Map<String, Object> of(Watched watched) {
        MonitorSnapshot snapshot = watched.snapshot();
        MonitorInfo info = snapshot.info();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("timeMs", info.startMs() + watched.nowNs() / 1e6);
        all.put("timeNs", watched.nowNs());
        all.put("whole", snapshot.head().isWhole());
        all.put("status", snapshot.head().status().name().toLowerCase(Locale.ROOT));
        all.put("states", states());
        all.put("workers", workers(watched, snapshot));
        all.put("queueNames", queueNames(snapshot));
        all.put("shared", sharedQueues(snapshot));
        all.put("matrix", snapshot.matrixSize());
        all.put("steals", steals(snapshot));
        Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("wait", latency(snapshot.latency(Latency.Kind.WAIT)));
        latency.put("run", latency(snapshot.latency(Latency.Kind.RUN)));
        latency.put("endToEnd", latency(snapshot.latency(Latency.Kind.TOTAL)));
        all.put("latency", latency);
        all.put("appStates", info.appStates());
        all.put("apps", apps(snapshot));
        all.put("edges", edges(snapshot));
        all.put("boards", boards(snapshot));
        return all;
    }

    private static List<Object> workers(Watched watched, MonitorSnapshot snapshot) {
        List<String> labels =
                workerCounters(snapshot.info()).stream().map(MonitorCounter::label).toList();
        List<String> queueNames = queueNames(snapshot);
        List<Object> workers = new ArrayList<>();
        for (int w = 0; w < shownWorkers(snapshot); w++) {
            WorkerView view = snapshot.workers().get(w);
            int index = w;
            Map<String, Object> worker = new LinkedHashMap<>();
            worker.put("state", PageState.of(view.state()).code());
            worker.put("cpu", view.cpu());
            worker.put("task", view.task());
            worker.put("counters", labels.stream().map(l -> snapshot.value(index, l)).toList());
            worker.put("stateNs", watched.stateNs(w));
            long[] queues = new long[queueNames.size()];
            for (MonitorSnapshot.QueueView queue : snapshot.queues()) {
                if (queue.owner() == w) {
                    queues[queueNames.indexOf(queue.name())] += queue.depth();
                }
            }
            worker.put("queues", queues);
            workers.add(worker);
        }
        return workers;
    }

    private static List<String> queueNames(MonitorSnapshot snapshot) {
        return snapshot.queues().stream()
                .filter(q -> q.owner() >= 0)
                .map(MonitorSnapshot.QueueView::name)
                .distinct()
                .toList();
    }

    private static List<Object> sharedQueues(MonitorSnapshot snapshot) {
        List<Object> shared = new ArrayList<>();
        for (MonitorSnapshot.QueueView queue : snapshot.queues()) {
            if (queue.owner() < 0) {
                shared.add(Map.of("name", queue.name(), "depth", queue.depth()));
            }
        }
        return shared;
    }

    /** The rows and columns of workers that are shown. */
    private static long[] steals(MonitorSnapshot snapshot) {
        int n =
                Math.min(
                        snapshot.matrixSize(),
                        1 + snapshot.matrixIndex(shownWorkers(snapshot) - 1));
        long[] steals = new long[n * n];
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < n; column++) {
                steals[row * n + column] = snapshot.steals(row, column);
            }
        }
        return steals;
    }

    private static Map<String, Object> latency(Latency latency) {
        List<double[]> curve = new ArrayList<>();
        if (latency.count() > 0) {
            for (double q : QUANTILES) {
                if (q < 1 - .5 / latency.count()) {
                    curve.add(new double[] {q, (double) latency.percentileNs(100 * q)});
                }
            }
        }
        return Map.of(
                "count", latency.count(),
                "max", latency.maxNs(),
                "mean", latency.meanNs(),
                "curve", curve);
    }

    private static List<Object> apps(MonitorSnapshot snapshot) {
        List<Object> apps = new ArrayList<>();
        for (MonitorSnapshot.AppView app : snapshot.apps()) {
            List<Long> counts =
                    snapshot.info().appStates().stream()
                            .map(state -> app.counts().getOrDefault(state, 0L))
                            .toList();
            apps.add(
                    Map.of(
                            "id",
                            apps.size(),
                            "name",
                            app.name(),
                            "flow",
                            app.flow(),
                            "counts",
                            counts));
        }
        return apps;
    }

    private static List<long[]> edges(MonitorSnapshot snapshot) {
        return snapshot.edges().stream()
                .map(e -> new long[] {e.from(), e.to(), e.count()})
                .toList();
    }

    private static List<Object> boards(MonitorSnapshot snapshot) {
        List<Object> boards = new ArrayList<>();
        for (MonitorSnapshot.BoardView board : snapshot.boards()) {
            boards.add(
                    Map.of(
                            "index", board.index(),
                            "name", board.name(),
                            "columns", board.shape().columns(),
                            "rows", board.shape().rows(),
                            "iteration", board.iteration(),
                            "done", board.done()));
        }
        return boards;
    }
}
