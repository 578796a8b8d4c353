// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.bench.measure.Table;
import io.teff.monitor.Latency;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorFiles.Life;
import io.teff.monitor.MonitorSnapshot;
import io.teff.monitor.MonitorSnapshot.WorkerView;
import io.teff.monitor.WorkerState;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code teff stat} prints for people. */
final class StatText {
    private static final String NL = System.lineSeparator();

    private StatText() {}

    /** The text; {@code before}, if there is one, is an earlier look, for rates. */
    static String of(MonitorSnapshot now, Life life, MonitorSnapshot before) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "engine %s of process %d, %s%s, %s up, %d workers%s%n%n",
                        now.info().engine(),
                        now.info().pid(),
                        StatRecord.lower(life),
                        life == Life.LIVE ? " and " + StatRecord.lower(now.head().status()) : "",
                        time(now.head().nowNs() - now.info().startNs()),
                        now.info().workers(),
                        now.info().rank() < 0
                                ? ""
                                : ", rank " + now.info().rank() + " of " + now.info().ranks()));
        if (life == Life.KILLED) {
            text.append(killed(now)).append(NL);
        }
        text.append(totals(now, before)).append(NL);
        text.append(workers(now)).append(NL);
        text.append(latencies(now));
        text.append(apps(now));
        text.append(boards(now));
        return text.toString();
    }

    /** What was running when the process ended without a word. */
    private static String killed(MonitorSnapshot now) {
        StringBuilder text = new StringBuilder();
        for (WorkerView worker : now.workers()) {
            if (worker.state() == WorkerState.RUN || worker.state() == WorkerState.BLOCKED) {
                text.append("when it was killed, worker ")
                        .append(worker.index())
                        .append(worker.state() == WorkerState.RUN ? " ran " : " was blocked in ")
                        .append(worker.task().isEmpty() ? "short tasks" : worker.task());
                if (worker.taskNs() != 0) {
                    text.append(", for ")
                            .append(time(now.head().nowNs() - worker.taskNs()))
                            .append(" or more");
                }
                text.append(NL);
            }
        }
        return text.length() == 0
                ? "when it was killed, no worker was at work" + NL
                : text.toString();
    }

    private static String totals(MonitorSnapshot now, MonitorSnapshot before) {
        Table table = new Table("counter", "total", "per s", "unit");
        double seconds = before == null ? 0 : (now.head().nowNs() - before.head().nowNs()) / 1e9;
        for (MonitorCounter counter : now.info().counters()) {
            long total = now.value(counter.label());
            boolean grows = counter.type() == MonitorCounter.Type.COUNTER;
            table.add(
                    counter.label(),
                    String.format(Locale.ROOT, "%,d", total),
                    grows && seconds > 0
                            ? Table.number((total - before.value(counter.label())) / seconds)
                            : "-",
                    counter.unit());
        }
        return table.toString();
    }

    private static String workers(MonitorSnapshot now) {
        Table table = new Table("worker", "cpu", "state", "for", "tasks", "steals", "parks", "at");
        for (WorkerView worker : now.workers()) {
            long tasks = value(now, worker, "tasks");
            if (worker.place() != MonitorSnapshot.Place.REGULAR
                    && worker.state() == WorkerState.ABSENT
                    && tasks == 0) {
                continue; // a spare that nobody needed
            }
            table.add(
                    worker.index()
                            + (worker.place() == MonitorSnapshot.Place.REGULAR
                                    ? ""
                                    : " " + StatRecord.lower(worker.place())),
                    worker.cpu() < 0 ? "-" : Integer.toString(worker.cpu()),
                    StatRecord.lower(worker.state()),
                    time(StatRecord.since(now.head().nowNs(), worker.sinceNs())),
                    String.format(Locale.ROOT, "%,d", tasks),
                    String.format(Locale.ROOT, "%,d", value(now, worker, "steals")),
                    String.format(Locale.ROOT, "%,d", value(now, worker, "parks")),
                    worker.task().isEmpty() ? "-" : worker.task());
        }
        return table.toString();
    }

    private static long value(MonitorSnapshot now, WorkerView worker, String label) {
        return now.info().counter(label) < 0 ? 0 : now.value(worker.index(), label);
    }

    private static String latencies(MonitorSnapshot now) {
        Table table =
                new Table("sampled", "tasks", "mean", "50 %", "90 %", "99 %", "99.9 %", "max");
        boolean any = false;
        for (Latency.Kind kind : Latency.Kind.values()) {
            Latency l = now.latency(kind);
            if (l.count() > 0) {
                any = true;
                table.add(
                        StatRecord.lower(kind),
                        String.format(Locale.ROOT, "%,d", l.count()),
                        time((long) l.meanNs()),
                        time(l.percentileNs(50)),
                        time(l.percentileNs(90)),
                        time(l.percentileNs(99)),
                        time(l.percentileNs(99.9)),
                        time(l.maxNs()));
            }
        }
        return any ? table + NL : "";
    }

    private static String apps(MonitorSnapshot now) {
        if (now.apps().isEmpty()) {
            return "";
        }
        Table table = new Table("app", "flow", "tasks");
        for (MonitorSnapshot.AppView app : now.apps()) {
            String counts =
                    now.info().appStates().stream()
                            .filter(state -> app.counts().getOrDefault(state, 0L) > 0)
                            .map(state -> app.counts().get(state) + " " + state)
                            .collect(Collectors.joining(", "));
            table.add(app.name(), "flow " + app.flow(), counts.isEmpty() ? "none" : counts);
        }
        return table + NL;
    }

    private static String boards(MonitorSnapshot now) {
        if (now.boards().isEmpty()) {
            return "";
        }
        Table table = new Table("tiles", "plane", "side", "iteration", "computed");
        for (MonitorSnapshot.BoardView b : now.boards()) {
            table.add(
                    b.name(),
                    b.shape().width() + " x " + b.shape().height(),
                    Integer.toString(b.shape().tile()),
                    Long.toString(b.iteration()),
                    String.format(Locale.ROOT, "%,d", b.done()));
        }
        return table + NL;
    }

    /** In the largest unit that leaves a digit before the point. */
    static String time(long ns) {
        if (ns >= 1_000_000_000) {
            return String.format(Locale.ROOT, "%.2f s", ns / 1e9);
        }
        if (ns >= 1_000_000) {
            return String.format(Locale.ROOT, "%.2f ms", ns / 1e6);
        }
        return ns >= 1_000 ? String.format(Locale.ROOT, "%.2f us", ns / 1e3) : ns + " ns";
    }
}
