// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.AppSource;
import io.teff.monitor.MonitorWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The flows whose apps an engine shows. Each keeps its rows in the file when it has come to its end. */
final class AppSources {
    private final List<Shown> sources = new ArrayList<>(); // guarded by itself
    private final TaskNames names;
    private int rows; // the monitor's thread, under its lock
    private long refused; // the same
    private final Map<Long, Integer> edges = new HashMap<>(); // places by both rows; the same

    private static final class Shown {
        final AppSource source;
        final int flow;
        final List<Integer> rows =
                new ArrayList<>(); // by the order in which it tells its apps; -1 for none
        boolean ended;

        Shown(AppSource source, int flow) {
            this.source = source;
            this.flow = flow;
        }
    }

    private int flows; // guarded by sources

    AppSources(TaskNames names) {
        this.names = names;
    }

    /** Any thread. */
    Runnable show(AppSource source) {
        Shown shown;
        synchronized (sources) {
            shown = new Shown(source, flows++);
            sources.add(shown);
        }
        return () -> {
            synchronized (sources) {
                shown.ended = true;
            }
        };
    }

    /** The monitor's thread: asks all, those that have ended for the last time. */
    void writeTo(MonitorWriter writer) {
        List<Shown> now;
        synchronized (sources) {
            now = List.copyOf(sources);
            sources.removeIf(shown -> shown.ended); // asked once more below
        }
        for (Shown shown : now) {
            shown.source.tell(new Rows(writer, shown));
        }
    }

    /** Puts what one source tells into the file. */
    private final class Rows implements AppSource.Sink {
        private final MonitorWriter writer;
        private final Shown shown;
        private int next;

        Rows(MonitorWriter writer, Shown shown) {
            this.writer = writer;
            this.shown = shown;
        }

        @Override
        public void app(String name, long[] counts) {
            row(writer, shown, next++, name, counts);
        }

        @Override
        public void feed(int from, int to, long count) {
            if (Math.max(from, to) >= shown.rows.size()) {
                return; // an app of just now: next time
            }
            int fromRow = shown.rows.get(from);
            int toRow = shown.rows.get(to);
            if (fromRow < 0 || toRow < 0) {
                return;
            }
            Integer edge = edges.get((long) fromRow << 32 | toRow);
            if (edge == null) {
                edge = edges.size();
                if (edge == writer.mostEdges()) {
                    return;
                }
                edges.put((long) fromRow << 32 | toRow, edge);
            }
            writer.edge(edge, fromRow, toRow, count);
        }
    }

    private void row(MonitorWriter writer, Shown shown, int i, String name, long[] counts) {
        if (i == shown.rows.size()) {
            boolean fits = rows < writer.mostApps();
            shown.rows.add(fits ? rows++ : -1);
            if (!fits) {
                writer.appsRefused(++refused);
            }
        }
        int row = shown.rows.get(i);
        if (row >= 0) {
            writer.app(row, names.id(name), shown.flow, counts);
        }
    }
}
