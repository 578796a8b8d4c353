// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.measure.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the chart shows: a group of bars for each program, a bar of it for each executor.
 *
 * @param title the chart's heading
 * @param unit what the bars' lengths mean; their axis is logarithmic
 * @param groups the programs
 * @param series for each executor its values, one for each program, NaN where there is none
 */
record Bars(String title, String unit, List<String> groups, Map<String, List<Double>> series) {
    /**
     * Speed-ups over {@code threads}, or without those, milliseconds. Only executors in their usual
     * way; with several numbers of workers, each is an executor of its own.
     */
    static Bars of(Standings standings) {
        List<Standings.Line> lines =
                standings.lines().stream().filter(Standings.Line::isUsualWay).toList();
        boolean speedups = lines.stream().anyMatch(l -> Double.isFinite(l.speedup()));
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
            List<Double> values = series.computeIfAbsent(name, n -> missing(programs.size()));
            double value = speedups ? line.speedup() : row.median() * 1e3;
            values.set(programs.indexOf(row.workload()), value > 0 ? value : Double.NaN);
        }
        return speedups
                ? new Bars(
                        "teff compare: speed-up over ThreadPoolExecutor",
                        "times as fast as threads",
                        programs,
                        series)
                : new Bars("teff compare: wall time", "milliseconds", programs, series);
    }

    /** The power of ten well below the shortest bar, so that this one has a length. */
    int lowestDecade() {
        return (int) Math.floor(Math.log10(smallest() / 2));
    }

    /** The power of ten at or above the longest bar, and above the lowest. */
    int highestDecade() {
        double largest =
                series.values().stream()
                        .flatMap(List::stream)
                        .filter(Double::isFinite)
                        .reduce(Math::max)
                        .orElse(1.0);
        return Math.max(lowestDecade() + 1, (int) Math.ceil(Math.log10(largest)));
    }

    private double smallest() {
        return series.values().stream()
                .flatMap(List::stream)
                .filter(Double::isFinite)
                .reduce(Math::min)
                .orElse(1.0);
    }

    private static List<Double> missing(int count) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(Double.NaN);
        }
        return values;
    }
}
