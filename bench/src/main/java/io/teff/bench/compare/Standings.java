// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Table;
import io.teff.bench.programs.Pool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Who is faster: rates and speed-ups worked out from a report's rows. */
final class Standings {
    /** Below this a task is small: scheduling costs pools as much as running. */
    static final double SMALL_TASK_NS = 10_000;

    private final Report report;
    private final List<Missing> missing;
    private final List<Line> lines;

    Standings(Report report) {
        this(report, List.of());
    }

    /** With rows that are missing since a contender is not here. */
    Standings(Report report, List<Missing> missing) {
        this.report = report;
        this.missing = missing;
        this.lines = report.rows().stream().map(row -> Line.of(row, baseline(row))).toList();
    }

    /** A row that is not there, since its contender is not. */
    record Missing(String program, String contender) {}

    /**
     * One row with what follows from it; figures that cannot be had are NaN.
     *
     * @param size the parameters without the number of tasks
     * @param tasks tasks of one run
     * @param taskNs wall time x workers / tasks, nanoseconds: for {@code sequential} the task
     *     alone, for the others with all that the executor adds
     * @param tasksPerS tasks of one second
     * @param speedup how many times as fast as {@code threads}: by the time of a run, or by the rate
     *     of tasks where the sizes differ
     */
    record Line(Row row, String size, long tasks, double taskNs, double tasksPerS, double speedup) {
        private static Line of(Row row, Row baseline) {
            long tasks = ((Number) row.params().get(Contest.TASKS)).longValue();
            return new Line(
                    row,
                    size(row),
                    tasks,
                    row.median() * row.workers() / tasks * 1e9,
                    tasks / row.median(),
                    baseline == null
                            ? Double.NaN
                            : baseline.median() / secondsAtSizeOf(baseline, row));
        }

        private static String size(Row row) {
            return row.params().entrySet().stream()
                    .filter(e -> e.getValue() instanceof Long && !isTasks(e.getKey()))
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.joining(" "));
        }

        /** The time of a run; at another size than the model's, what as many tasks would take. */
        private static double secondsAtSizeOf(Row model, Row row) {
            return size(row).equals(size(model))
                    ? row.median()
                    : row.median() * tasks(model) / tasks(row);
        }

        private static double tasks(Row row) {
            return ((Number) row.params().get(Contest.TASKS)).doubleValue();
        }

        private boolean isFasterThan(Line other) {
            return secondsAtSizeOf(other.row, row) < other.row.median();
        }

        private static boolean isTasks(String param) {
            return param.equals(Contest.TASKS);
        }

        boolean isPool() {
            return !Pool.executorOf(row.contender()).equals(Pool.SEQUENTIAL);
        }

        /** Whether this is an executor's usual way rather than a further one. */
        boolean isUsualWay() {
            return Pool.wayOf(row.contender()).isEmpty();
        }
    }

    List<Line> lines() {
        return lines;
    }

    /** The table for people, with what it says in words below. */
    String table() {
        Table table =
                new Table(
                        "program",
                        "executor",
                        "workers",
                        "size",
                        "tasks",
                        "ns/task",
                        "median us",
                        "low",
                        "high",
                        "rounds",
                        "tasks/s",
                        "x threads",
                        "verified");
        for (Line line : lines) {
            Row row = line.row();
            table.add(
                    row.workload(),
                    row.contender(),
                    Integer.toString(row.workers()),
                    line.size(),
                    String.format(Locale.ROOT, "%,d", line.tasks()),
                    Table.number(line.taskNs()),
                    Table.number(row.median() * 1e6),
                    Table.number(row.low() * 1e6),
                    Table.number(row.high() * 1e6),
                    Integer.toString(row.rounds()),
                    Table.number(line.tasksPerS()),
                    speedup(line.speedup()),
                    row.verified() ? "yes" : "NO");
        }
        for (Missing row : missing) {
            table.add(
                    row.program(),
                    row.contender(),
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "absent");
        }
        return table + footer();
    }

    /** With digits left where an executor is thousands of times as slow. */
    private static String speedup(double value) {
        return value > 0 && value < 0.1
                ? String.format(Locale.ROOT, "%.2g", value)
                : Table.number(value);
    }

    /** Programs, as far as they ran sequentially, whose tasks alone take less than 10 us. */
    List<String> smallTaskPrograms() {
        return lines.stream()
                .filter(l -> l.row().contender().equals(Pool.SEQUENTIAL))
                .filter(l -> l.taskNs() < SMALL_TASK_NS)
                .map(l -> l.row().workload())
                .toList();
    }

    /** The fastest verified pool of each program, whichever way it is used. */
    Map<String, String> fastestPools() {
        Map<String, Line> best = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.isPool() && line.row().verified()) {
                best.merge(line.row().workload(), line, (a, b) -> b.isFasterThan(a) ? b : a);
            }
        }
        Map<String, String> names = new LinkedHashMap<>();
        best.forEach((program, line) -> names.put(program, line.row().contender()));
        return names;
    }

    private String footer() {
        List<String> notes = new ArrayList<>();
        notes.add("");
        notes.add(
                "ns/task is wall time x workers / tasks; on sequential that is the task alone."
                        + " low and high are quartiles.");
        if (!smallTaskPrograms().isEmpty()) {
            notes.add("Tasks under 10 us: " + String.join(", ", smallTaskPrograms()) + ".");
        }
        Map<String, List<String>> byPool = new LinkedHashMap<>();
        fastestPools()
                .forEach(
                        (program, pool) -> {
                            String way = Pool.wayOf(pool);
                            byPool.computeIfAbsent(Pool.executorOf(pool), p -> new ArrayList<>())
                                    .add(way.isEmpty() ? program : program + " (" + way + ")");
                        });
        byPool.forEach(
                (pool, programs) ->
                        notes.add(
                                "Fastest pool " + pool + ": " + String.join(", ", programs) + "."));
        if (lines.stream().anyMatch(l -> l.row().params().containsKey(Contest.OWN_SIZE))) {
            notes.add("Where sizes differ, speeds are compared by tasks/s.");
        }
        lines.stream()
                .filter(l -> l.row().params().containsKey(Contest.VERSION))
                .map(l -> l.row().contender() + " " + l.row().params().get(Contest.VERSION))
                .distinct()
                .forEach(peer -> notes.add("Outside this JVM, by its own clock: " + peer + "."));
        notes.add(
                String.format(
                        Locale.ROOT,
                        "ping-pong %s ns before, %s ns after; foreign load %s %%%s",
                        Table.number(report.ruler().beforeNs()),
                        Table.number(report.ruler().afterNs()),
                        Table.number(report.env().foreignLoadPercent()),
                        report.clean() ? "" : "; NOT CLEAN: do not compare with other runs"));
        return String.join(System.lineSeparator(), notes) + System.lineSeparator();
    }

    /**
     * The row of {@code threads} with the same program and workers; executors that do not heed
     * {@code --workers} are held against the one with the most.
     */
    private Row baseline(Row row) {
        boolean own = Pools.ownWorkers(Pool.executorOf(row.contender())) > 0;
        return report.rows().stream()
                .filter(r -> r.contender().equals(Pools.THREADS))
                .filter(r -> Objects.equals(r.workload(), row.workload()))
                .filter(r -> own || r.workers() == row.workers())
                .reduce((a, b) -> b.workers() > a.workers() ? b : a)
                .orElse(null);
    }
}
