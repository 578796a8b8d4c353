// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.EngineStatus;
import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;
import io.teff.monitor.Latency;
import io.teff.monitor.LogBuckets;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorSpec;
import io.teff.monitor.MonitorWriter;
import io.teff.monitor.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes the file of an engine that there is none of: many workers, a high rate of events, everything
 * that the page can show. One thread; time is that of the clock.
 */
final class SimulatedEngine implements AutoCloseable {
    private static final List<String> STATES =
            List.of(
                    "pending",
                    "launched",
                    "running",
                    "exec_done",
                    "memo_done",
                    "failed",
                    "dep_fail");
    private static final List<MonitorCounter> COUNTERS =
            List.of(
                    MonitorCounter.ofWorkers("tasks", "tasks"),
                    MonitorCounter.ofWorkers("steals", "steals"),
                    MonitorCounter.ofWorkers("parks", "parks"),
                    MonitorCounter.ofWorkers("failed", "tasks"));
    private static final int TILES = 24;

    private final int workers;
    private final MonitorWriter writer;
    private final List<EventRing> rings = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(42);
    private final long[] tasks;
    private final long[][] steals;
    private final long[][] histograms = new long[3][LogBuckets.COUNT];
    private final long[] sums = new long[3];
    private final long[] most = new long[3];
    private final long[] lastEnd;
    private final int board;
    private final int[] names;
    private long sampled;
    private long iteration = 1;
    private int tile;
    private long done;
    private long iterationNs;
    private boolean closed;

    SimulatedEngine(Path path, int workers) throws IOException {
        this.workers = workers;
        tasks = new long[workers];
        steals = new long[workers][workers];
        lastEnd = new long[workers];
        writer =
                MonitorWriter.create(
                        path,
                        new MonitorSpec(
                                "simulated",
                                workers,
                                2,
                                false,
                                -1,
                                0,
                                1 << 12,
                                1024,
                                COUNTERS,
                                STATES,
                                3 * workers + 1,
                                Map.of("jvm", "a simulator", "host", "here")));
        names = new int[] {writer.name("fib"), writer.name("blur"), writer.name("parse")};
        board = 0;
        writer.board(board, writer.name("mandelbrot"), TILES * 32, TILES * 32, 32);
        writer.status(EngineStatus.RUNNING);
        long now = System.nanoTime();
        iterationNs = now;
        for (int w = 0; w < workers; w++) {
            rings.add(writer.ring(w));
            lastEnd[w] = now;
        }
    }

    /** Brings everything up to now, with so many events for each worker. */
    void advance(int events) {
        long now = System.nanoTime();
        writer.begin();
        for (int w = 0; w < workers; w++) {
            fill(w, now, events);
        }
        tiles(now);
        totals(now);
        writer.end();
    }

    private void fill(int w, long now, int events) {
        long step = Math.max(1, (now - lastEnd[w]) / Math.max(1, events));
        for (int i = 0; i < events; i++) {
            long begin = lastEnd[w];
            long busy = (long) (step * (.55 + .44 * random.nextDouble()));
            int n = 1 + random.nextInt(200);
            int kind = random.nextInt(8);
            if (kind == 0 && workers > 1) {
                int victim = (w + 1 + random.nextInt(workers - 1)) % workers;
                steals[w][victim]++;
                rings.get(w).write(begin, begin + busy, EventKind.FORK, names[0], 1, victim);
            } else {
                rings.get(w)
                        .write(
                                begin,
                                begin + busy,
                                EventKind.TASKS,
                                names[random.nextInt(3)],
                                n,
                                0);
            }
            tasks[w] += n;
            sample(busy / n);
            lastEnd[w] = begin + step;
            EventKind rest = random.nextInt(3) == 0 ? EventKind.PARK : EventKind.SPIN;
            rings.get(w).write(begin + busy, begin + step, rest, 0, 1, 0);
        }
        lastEnd[w] = now;
    }

    private void sample(long ns) {
        long wait = (long) (200 / (1.0001 - random.nextDouble()));
        record(0, wait);
        record(1, ns);
        record(2, wait + ns);
        sampled++;
    }

    private void record(int kind, long ns) {
        histograms[kind][LogBuckets.of(ns)]++;
        sums[kind] += ns;
        most[kind] = Math.max(most[kind], ns);
    }

    private void tiles(long now) {
        for (int i = 0; i < TILES; i++) {
            int w = random.nextInt(workers);
            int x = tile % TILES - TILES / 2;
            int y = tile / TILES - TILES / 2;
            long ns = 20_000L + 2_000_000L / (1 + x * x + y * y);
            rings.get(w)
                    .write(
                            now - ns,
                            now,
                            EventKind.TILE,
                            0,
                            1,
                            MonitorEvent.tileArg(board, iteration, tile));
            writer.tile(board, tile, w, iteration, now - ns, ns);
            done++;
            if (++tile == TILES * TILES) {
                tile = 0;
                iteration++;
                iterationNs = now;
            }
        }
        writer.boardProgress(board, iteration, iterationNs, done);
    }

    private void totals(long now) {
        long all = 0;
        for (int w = 0; w < workers; w++) {
            all += tasks[w];
            long taken = 0;
            for (int victim = 0; victim < workers; victim++) {
                taken += steals[w][victim];
                writer.steals(writer.matrixIndex(w), writer.matrixIndex(victim), steals[w][victim]);
            }
            writer.value(w, 0, tasks[w]);
            writer.value(w, 1, taken);
            writer.worker(w, WorkerState.RUN, w, 100 + w, now, names[w % 3], now);
            writer.queue(3 * w, writer.name("inbox"), w, random.nextInt(500), 1024);
            writer.queue(3 * w + 1, writer.name("deque"), w, random.nextInt(300), 0);
            writer.queue(3 * w + 2, writer.name("fork stack"), w, random.nextInt(40), 0);
        }
        writer.queue(3 * workers, writer.name("lane"), -1, random.nextInt(900), 1024);
        for (Latency.Kind kind : Latency.Kind.values()) {
            int k = kind == Latency.Kind.WAIT ? 0 : kind == Latency.Kind.RUN ? 1 : 2;
            writer.latency(kind, histograms[k], sums[k], most[k]);
        }
        String[] apps = {"fetch", "parse", "count", "merge", "plot"};
        for (int i = 0; i < apps.length; i++) {
            long part = all / (1 << i);
            writer.app(
                    i,
                    writer.name(apps[i]),
                    0,
                    new long[] {40 - i, 8, workers, part, part / 9, i == 1 ? 3 : 0, i > 1 ? 3 : 0});
        }
        long[][] edges = {{0, 1}, {1, 2}, {1, 3}, {2, 3}, {3, 4}};
        for (int i = 0; i < edges.length; i++) {
            writer.edge(i, (int) edges[i][0], (int) edges[i][1], all / (1 << i));
        }
    }

    /** Tasks of all workers. */
    long tasks() {
        long all = 0;
        for (long n : tasks) {
            all += n;
        }
        return all;
    }

    long iteration() {
        return iteration;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writer.begin();
        writer.status(EngineStatus.TERMINATED);
        writer.end();
        writer.close();
    }

    /** For a person to look at: a file, workers, events a second of each worker. Runs until it is killed. */
    public static void main(String[] args) throws Exception {
        int perSecond = Integer.parseInt(args[2]);
        try (SimulatedEngine engine =
                new SimulatedEngine(Path.of(args[0]), Integer.parseInt(args[1]))) {
            while (true) {
                engine.advance(Math.max(1, perSecond / 50));
                Thread.sleep(20);
            }
        }
    }
}
