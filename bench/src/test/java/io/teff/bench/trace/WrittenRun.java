// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.monitor.EngineStatus;
import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorSpec;
import io.teff.monitor.MonitorWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The file of an engine that there is none of: each event is the test's. Times are ns since its start. */
final class WrittenRun implements AutoCloseable {
    private final MonitorWriter writer;
    private final EventRing[] rings;
    private final EventRing callers; // null without a timeline
    private final long startNs;

    WrittenRun(Path path, String engine, int workers, int ring, int rank) throws IOException {
        writer =
                MonitorWriter.create(
                        path,
                        new MonitorSpec(
                                engine,
                                workers,
                                0,
                                false,
                                rank,
                                rank < 0 ? 0 : 2,
                                ring,
                                0,
                                List.of(
                                        MonitorCounter.ofWorkers("tasks", "tasks"),
                                        MonitorCounter.ofWorkers("steals", "steals")),
                                List.of(),
                                0,
                                Map.of("jvm", "a test")));
        startNs = System.nanoTime(); // after the file's own
        callers = ring > 0 ? writer.callersRing() : null;
        rings = new EventRing[workers];
        for (int w = 0; ring > 0 && w < workers; w++) {
            rings[w] = writer.ring(w);
        }
        writer.status(EngineStatus.RUNNING);
    }

    int name(String name) {
        return writer.name(name);
    }

    void event(int worker, EventKind kind, long fromNs, long toNs, int name, int count, long arg) {
        rings[worker].write(startNs + fromNs, startNs + toNs, kind, name, count, arg);
    }

    /** A tile that a thread has computed which is no worker. */
    void callersTile(long fromNs, long toNs, long arg) {
        callers.write(startNs + fromNs, startNs + toNs, EventKind.TILE, 0, 1, arg);
    }

    void board(int board, String name) {
        writer.board(board, writer.name(name), 64, 64, 32);
    }

    void counts(int worker, long tasks, long steals) {
        writer.begin();
        writer.value(worker, 0, tasks);
        writer.value(worker, 1, steals);
        writer.end();
    }

    @Override
    public void close() throws IOException {
        writer.begin();
        writer.status(EngineStatus.TERMINATED);
        writer.end();
        writer.close();
    }
}
