// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.monitor.BadMonitorFile;
import io.teff.monitor.EventBatch;
import io.teff.monitor.EventCursor;
import io.teff.monitor.MonitorInfo;
import io.teff.monitor.MonitorReader;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One monitor file that is read from the oldest event it has, once or again and again. One thread. */
final class RunReader implements AutoCloseable {
    private static final int BATCH = 1 << 13;

    private final int index;
    private final MonitorReader reader;
    private final EventCursor cursor;
    private final long[] firsts; // by row: number of the first event that was read; -1 for none
    private MonitorSnapshot snapshot;
    private long events;
    private long beganNs = Long.MAX_VALUE;
    private long endedNs = Long.MIN_VALUE;
    private boolean ended;
    private boolean replaced;

    /**
     * Opens one.
     *
     * @param index its place among those that are read together
     * @throws BadMonitorFile if it cannot be read
     * @throws IllegalArgumentException if it has no timeline
     */
    RunReader(int index, Path path) throws IOException {
        this.index = index;
        reader = MonitorReader.open(path);
        if (reader.info().ringCapacity() == 0) {
            reader.close();
            throw new IllegalArgumentException(
                    path
                            + " has no timeline: start the engine with -Dteff.monitor.timeline=true or"
                            + " EngineConfig.monitorTimeline");
        }
        cursor = reader.cursor(true);
        firsts = new long[cursor.workers() + 1];
        java.util.Arrays.fill(firsts, -1);
    }

    /** Reads what is there now, and hands it to all sinks. */
    void read(List<RunSink> sinks) throws IOException {
        if (ended) {
            return;
        }
        boolean live = reader.isLive(); // first: what is read next is then final
        try {
            snapshot = reader.snapshot();
        } catch (BadMonitorFile e) {
            if (e.reason() != BadMonitorFile.Reason.REPLACED || snapshot == null) {
                throw e;
            }
            replaced = true; // by the next engine; the rings of this one are still here
            live = false;
        }
        for (int row = 0; row <= callers(); row++) {
            EventBatch batch;
            int most = 2 * reader.info().ringCapacity(); // a live engine never comes to an end
            do {
                batch = row == callers() ? cursor.pollCallers(BATCH) : cursor.poll(row, BATCH);
                most -= batch.size();
                take(row, batch, sinks);
            } while (batch.size() == BATCH && most > 0);
        }
        for (RunSink sink : sinks) {
            sink.snapshot(this, snapshot);
        }
        ended = !live;
    }

    private void take(int row, EventBatch batch, List<RunSink> sinks) throws IOException {
        if (batch.size() == 0) {
            return;
        }
        if (firsts[row] < 0) {
            firsts[row] = batch.first() - batch.dropped();
        }
        events += batch.size();
        for (int i = 0; i < batch.size(); i++) {
            beganNs = Math.min(beganNs, batch.beginNs(i));
            endedNs = Math.max(endedNs, batch.endNs(i));
        }
        for (RunSink sink : sinks) {
            sink.events(this, row, batch);
        }
    }

    int index() {
        return index;
    }

    Path path() {
        return reader.path();
    }

    MonitorInfo info() {
        return reader.info();
    }

    /** As it was last read. */
    MonitorSnapshot snapshot() {
        return snapshot;
    }

    /** The name of an id; empty for none. */
    String name(int id) {
        return reader.name(id);
    }

    /** The row of threads that are no workers and have computed tiles: after those of all workers. */
    int callers() {
        return cursor.workers();
    }

    /** Events read. */
    long events() {
        return events;
    }

    /** Events that had been overwritten when they would have been read, over all rows. */
    long overwritten() {
        long n = cursor.dropped();
        for (long first : firsts) {
            n += Math.max(0, first);
        }
        return n;
    }

    /** Events that the engine itself could not keep, as it says. */
    long lostByEngine() {
        return value("events dropped") + value("callers' events dropped");
    }

    private long value(String counter) { // older files lack some
        return info().counter(counter) < 0 ? 0 : snapshot.value(counter);
    }

    /** Begin of the first event, on the engine's clock; that of the file if there is none. */
    long beganNs() {
        return events == 0 ? info().startNs() : beganNs;
    }

    /** End of the last event. */
    long endedNs() {
        return events == 0 ? Math.max(info().startNs(), snapshot.head().nowNs()) : endedNs;
    }

    /** Whether there is nothing more to come. */
    boolean isEnded() {
        return ended;
    }

    /** Whether another engine has taken the path while this one was followed. */
    boolean isReplaced() {
        return replaced;
    }

    /** The engine, with its rank or its process. */
    String label() {
        MonitorInfo info = info();
        return info.engine()
                + (info.rank() >= 0 ? " rank " + info.rank() : "")
                + " (process "
                + info.pid()
                + ")";
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
