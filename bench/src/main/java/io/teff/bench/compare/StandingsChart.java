// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.chart.Bars;
import io.teff.bench.measure.Row;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The chart of a comparison: a group of bars for each program, a bar of it for each executor. */
final class StandingsChart {
    private StandingsChart() {}

    /**
     * Speed-ups over {@code threads}, or without those, milliseconds, or microseconds a task where
     * sizes differ. Only executors in their usual way; with several numbers of workers, each is an executor of its own.
     */
    static Bars of(Standings standings) {
        List<Standings.Line> lines =
                standings.lines().stream().filter(Standings.Line::isUsualWay).toList();
        boolean speedups = lines.stream().anyMatch(l -> Double.isFinite(l.speedup()));
        boolean perTask =
                lines.stream().anyMatch(l -> l.row().params().containsKey(Contest.OWN_SIZE));
        Set<String> groups = new LinkedHashSet<>();
        Set<Integer> workers = new LinkedHashSet<>();
        for (Standings.Line line : lines) {
            groups.add(line.row().workload());
            if (Pools.ownWorkers(line.row().contender()) == 0) {
                workers.add(line.row().workers());
            }
        }
        List<String> programs = List.copyOf(groups);
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (Standings.Line line : lines) {
            Row row = line.row();
            boolean several = workers.size() > 1 && Pools.ownWorkers(row.contender()) == 0;
            String name = row.contender() + (several ? " x" + row.workers() : "");
            List<Double> values = series.computeIfAbsent(name, n -> Bars.missing(programs.size()));
            double value =
                    speedups
                            ? line.speedup()
                            : perTask ? 1e6 / line.tasksPerS() : row.median() * 1e3;
            values.set(programs.indexOf(row.workload()), value > 0 ? value : Double.NaN);
        }
        return speedups
                ? new Bars(
                        "teff compare: speed-up over ThreadPoolExecutor",
                        "times as fast as threads",
                        programs,
                        series)
                : perTask
                        ? new Bars(
                                "teff compare: wall time a task", "microseconds", programs, series)
                        : new Bars("teff compare: wall time", "milliseconds", programs, series);
    }
}
