// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinResult;
import io.teff.affinity.Topology;
import io.teff.monitor.AppSource;
import io.teff.monitor.EngineStatus;
import io.teff.monitor.EventBatch;
import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;
import io.teff.monitor.Latency;
import io.teff.monitor.LogBuckets;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorSpec;
import io.teff.monitor.MonitorWriter;
import io.teff.monitor.TileGrid;
import io.teff.monitor.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies what workers have counted and noted into the file. Its one caller at a time is the {@link
 * Monitor}, under its lock. What does not fit, since spare workers come and go, adds up in the last place.
 */
final class Publisher {
    static final String CALLERS_DROPPED = "callers' events dropped";
    static final int SPARES = 8; // places for them, the last one for all that follow
    private static final int BATCH = 4096;

    /** What each worker's values are, in this order; then what the engine's are. */
    static final List<MonitorCounter> COUNTERS =
            List.of(
                    MonitorCounter.ofWorkers("tasks", "tasks"),
                    MonitorCounter.ofWorkers("steals", "steals"),
                    MonitorCounter.ofWorkers("attempts", "looks"),
                    MonitorCounter.ofWorkers("shares", "shares"),
                    MonitorCounter.ofWorkers("drains", "batches"),
                    MonitorCounter.ofWorkers("parks", "sleeps"),
                    MonitorCounter.ofWorkers("spins", "rounds"),
                    MonitorCounter.ofWorkers("failed", "tasks"),
                    MonitorCounter.ofWorkers("events dropped", "events"),
                    MonitorCounter.gaugeOfWorkers("deque", "tasks"),
                    MonitorCounter.gaugeOfWorkers("arrivals", "tasks"),
                    MonitorCounter.gaugeOfWorkers("forks", "forks"),
                    MonitorCounter.gaugeOfEngine("queued", "tasks"),
                    MonitorCounter.gaugeOfEngine("asleep", "workers"),
                    MonitorCounter.gaugeOfEngine("blocked", "workers"),
                    MonitorCounter.gaugeOfEngine("threads", "threads"),
                    MonitorCounter.ofEngine("stuck", "workers"),
                    MonitorCounter.ofEngine(CALLERS_DROPPED, "events"));

    private static final int FIRST_GAUGE = 9;
    private static final int ENGINE = 12;

    private final Crew crew;
    private final MonitorWriter writer;
    private final TaskNames names;
    private final Boards boards;
    private final AppSources apps;
    private final EventRing outside;
    private final int places;
    private final EventRing[] files; // by place; null without a timeline
    private final EventRing callersFile; // null without a timeline
    private final long[] next; // by worker: the next event to be read
    private final long[] eventsDropped; // the same
    private final long[] sums; // of the workers that share the last place
    private final long[] matrix;
    private final long[] matrixWritten;
    private final WorkerState[] states; // by place
    private final long[] sinceNs; // by place
    private final int[] inboxNames;
    private long outsideNext;
    private long outsideDropped;
    private long sampled; // as of the last histograms
    private long moved; // a sum that changes when anything does

    Publisher(
            Crew crew,
            MonitorWriter writer,
            TaskNames names,
            Boards boards,
            AppSources apps,
            EventRing outside) {
        this.crew = crew;
        this.writer = writer;
        this.names = names;
        this.boards = boards;
        this.apps = apps;
        this.outside = outside;
        places = places(crew.config);
        int all = crew.config.workers() + crew.config.maxSpares();
        next = new long[all];
        eventsDropped = new long[all];
        sums = new long[ENGINE];
        files = new EventRing[places];
        int m = writer.matrixSize();
        matrix = new long[m * m];
        matrixWritten = new long[m * m];
        states = new WorkerState[places];
        sinceNs = new long[places];
        inboxNames = new int[crew.inboxes.length + 1];
        for (int i = 0; i < crew.inboxes.length; i++) {
            inboxNames[i] = names.id("inbox " + i);
        }
        inboxNames[crew.inboxes.length] = names.id("lanes");
        boolean timeline = crew.config.monitorTimeline() > 0;
        if (timeline) {
            for (int i = 0; i < places; i++) {
                files[i] = writer.ring(i);
            }
        }
        callersFile = timeline ? writer.callersRing() : null;
    }

    static int places(EngineConfig config) {
        return config.workers() + Math.min(SPARES, config.maxSpares());
    }

    static MonitorWriter create(Path path, EngineConfig config, int inboxes) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        texts.put("config", config.toString());
        texts.put("command", System.getProperty("sun.java.command", ""));
        texts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        texts.put("topology", Topology.read().toString());
        return MonitorWriter.create(
                path,
                new MonitorSpec(
                        config.name(),
                        config.workers(),
                        places(config) - config.workers(),
                        config.maxSpares() > SPARES,
                        config.rank(),
                        config.ranks(),
                        config.monitorTimeline(),
                        config.monitorSampling(),
                        COUNTERS,
                        AppSource.STATES,
                        inboxes + 1,
                        texts));
    }

    /** One update. Says whether anything has changed. */
    boolean publish(EngineStatus status, Watchdog[] dogs, long stuck, boolean all, long nowNs) {
        writer.begin();
        try {
            names.writeTo(writer);
            long before = moved;
            moved = 0;
            workers(dogs, nowNs);
            outside();
            engine(stuck);
            steals();
            boards.writeTo(writer);
            if (all) {
                latencies();
                apps.writeTo(writer);
                names.writeTo(writer);
            }
            writer.status(status);
            return moved != before;
        } finally {
            writer.end();
        }
    }

    private void workers(Watchdog[] dogs, long nowNs) {
        Arrays.fill(sums, 0);
        Arrays.fill(matrix, 0);
        for (int i = 0, n = crew.size(); i < n; i++) {
            Worker worker = crew.worker(i);
            Probe probe = worker.probe;
            int place = Math.min(i, places - 1);
            events(worker, probe, place);
            EngineStats.WorkerStats stats = worker.counters.snapshot(i);
            long[] values = {
                stats.tasks(),
                stats.steals(),
                stats.stealAttempts(),
                stats.shares(),
                stats.drains(),
                stats.parks(),
                stats.spins(),
                stats.failed(),
                eventsDropped[i],
                worker.deque.size(),
                worker.arrivals.size(),
                Math.max(0, worker.head)
            };
            boolean shared = i >= places - 1;
            for (int k = 0; k < ENGINE; k++) {
                if (shared) {
                    sums[k] += values[k];
                    writer.value(place, k, sums[k]);
                } else {
                    writer.value(place, k, values[k]);
                }
                moved += k < FIRST_GAUGE ? values[k] : 31 * values[k];
            }
            int row = writer.matrixIndex(place);
            for (int victim = 0; victim < places; victim++) {
                matrix[row * writer.matrixSize() + writer.matrixIndex(victim)] +=
                        probe.stolen(victim);
            }
            if (!shared || i == n - 1 || probe.state() != WorkerState.ABSENT) {
                state(worker, probe, place, dogs, nowNs);
            }
        }
    }

    private void state(Worker worker, Probe probe, int place, Watchdog[] dogs, long nowNs) {
        WorkerState state = probe.state();
        if (state != states[place]) {
            states[place] = state;
            sinceNs[place] = nowNs;
        }
        moved += 7L * state.hashCode();
        WorkerThread thread =
                worker.index < crew.workers.length ? crew.waker.thread(worker.index) : null;
        PinResult pin = thread == null ? null : thread.pin();
        Thread own = worker.thread();
        Watchdog dog = dogs[worker.index];
        String task = dog == null ? "" : dog.place();
        writer.worker(
                place,
                state,
                pin != null && pin.pinned() ? thread.cpu() : -1,
                own == null ? 0 : own.getId(),
                sinceNs[place],
                task.isEmpty() ? 0 : names.id(task),
                task.isEmpty() ? 0 : dog.sinceNs());
    }

    private void events(Worker worker, Probe probe, int place) {
        int i = worker.index;
        for (; ; ) {
            EventBatch batch = probe.ring.read(next[i], BATCH);
            next[i] = batch.next();
            eventsDropped[i] += batch.dropped();
            for (int k = 0; k < batch.size(); k++) {
                if (batch.kind(k) == EventKind.TILE) {
                    boards.tile(writer, batch, k, place);
                }
                if (files[place] != null) {
                    copy(batch, k, files[place]);
                }
            }
            if (batch.size() < BATCH) {
                return;
            }
        }
    }

    private static void copy(EventBatch from, int k, EventRing to) {
        to.write(
                from.beginNs(k),
                from.endNs(k),
                from.kind(k),
                from.name(k),
                from.count(k),
                from.arg(k));
    }

    /** Tiles that threads of no engine have computed. */
    private void outside() {
        EventBatch batch;
        do {
            batch = outside.read(outsideNext, BATCH);
            outsideNext = batch.next();
            outsideDropped += batch.dropped();
            for (int k = 0; k < batch.size(); k++) {
                boards.tile(writer, batch, k, TileGrid.CALLER);
                if (callersFile != null) {
                    copy(batch, k, callersFile);
                }
            }
        } while (batch.size() == BATCH);
        moved += outsideNext;
    }

    private void engine(long stuck) {
        long queued = 0;
        for (int i = 0; i < crew.inboxes.length; i++) {
            long depth = crew.inboxes[i].size();
            queued += depth;
            writer.queue(i, inboxNames[i], -1, depth, crew.config.inboxCapacity());
        }
        long inLanes = 0;
        Submitter[] lanes = crew.lanes();
        for (Submitter lane : lanes) {
            inLanes += lane.size();
        }
        int last = crew.inboxes.length;
        long capacity = (long) lanes.length * crew.config.inboxCapacity();
        writer.queue(last, inboxNames[last], -1, inLanes, capacity);
        for (int i = 0, n = crew.size(); i < n; i++) {
            queued += crew.worker(i).queued();
        }
        long[] values = {
            queued + inLanes,
            crew.sleepers.count(),
            crew.spares.blocked(),
            crew.runState.live(),
            stuck,
            outsideDropped
        };
        for (int k = 0; k < values.length; k++) {
            writer.value(ENGINE + k, values[k]);
            moved += 31 * values[k];
        }
    }

    private void steals() {
        int m = writer.matrixSize();
        for (int i = 0; i < matrix.length; i++) {
            if (matrix[i] != matrixWritten[i]) {
                writer.steals(i / m, i % m, matrix[i]);
                matrixWritten[i] = matrix[i];
            }
        }
    }

    private void latencies() {
        if (crew.config.monitorSampling() == 0) {
            return;
        }
        long[][] counts = new long[3][LogBuckets.COUNT];
        long[] sum = new long[3];
        long[] max = new long[3];
        for (int i = 0, n = crew.size(); i < n; i++) {
            Probe probe = crew.worker(i).probe;
            Latencies[] own = {probe.wait, probe.run, probe.total};
            for (int k = 0; k < own.length; k++) {
                sum[k] += own[k].addTo(counts[k]);
                max[k] = Math.max(max[k], own[k].max());
            }
        }
        long n = Arrays.stream(counts[2]).sum();
        if (n != sampled) {
            sampled = n;
            writer.latency(Latency.Kind.WAIT, counts[0], sum[0], max[0]);
            writer.latency(Latency.Kind.RUN, counts[1], sum[1], max[1]);
            writer.latency(Latency.Kind.TOTAL, counts[2], sum[2], max[2]);
        }
    }
}
