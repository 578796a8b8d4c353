// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Efficiency against grain, and tasks a second against grain, of each pattern. Rows of a sweep come in pairs,
 * which have the same number of iterations: the time of a task with all that schedules it, and the part of
 * the peak rate that was reached. The grain is their product: a task's useful time.
 */
final class Grains {
    private static final String ITERATIONS = "iterations";

    private Grains() {}

    /** Empty if the record has no such pairs. */
    static List<Figure> of(ResultFile file) {
        Map<String, Map<String, Map<Double, ResultRow>>> times = new LinkedHashMap<>();
        Map<String, ResultRow> efficiencies = new LinkedHashMap<>();
        for (ResultRow row : file.rows()) {
            double iterations = row.number(ITERATIONS);
            if (!row.isMeasured() || Double.isNaN(iterations)) {
                continue;
            }
            if ("granularity".equals(row.text("figure")) && row.metric().equals("us")) {
                times.computeIfAbsent(row.workload(), w -> new LinkedHashMap<>())
                        .computeIfAbsent(row.contender(), c -> new TreeMap<>())
                        .put(iterations, row);
            } else if ("efficiency".equals(row.text("figure"))) {
                efficiencies.put(key(row), row);
            }
        }
        List<Figure> figures = new ArrayList<>();
        times.forEach(
                (pattern, systems) -> {
                    figures.add(figure(file, pattern, systems, efficiencies, true));
                    figures.add(figure(file, pattern, systems, efficiencies, false));
                });
        return figures;
    }

    private static String key(ResultRow row) {
        return row.workload() + '\0' + row.contender() + '\0' + row.number(ITERATIONS);
    }

    private static Figure figure(
            ResultFile file,
            String pattern,
            Map<String, Map<Double, ResultRow>> systems,
            Map<String, ResultRow> efficiencies,
            boolean isEfficiency) {
        List<Figure.Series> series = new ArrayList<>();
        systems.forEach(
                (system, rows) -> {
                    Map<Double, Figure.Point> points = new TreeMap<>();
                    for (ResultRow time : rows.values()) {
                        ResultRow efficiency = efficiencies.get(key(time));
                        if (efficiency != null) {
                            double grainUs = time.median() * efficiency.median() / 100;
                            double x = isEfficiency ? time.median() : grainUs;
                            ResultRow y = isEfficiency ? efficiency : rate(time);
                            if (x > 0) {
                                points.put(x, Figure.Point.of("", x, y));
                            }
                        }
                    }
                    if (!points.isEmpty()) {
                        series.add(new Figure.Series(system, List.copyOf(points.values())));
                    }
                });
        String title =
                isEfficiency ? "efficiency against granularity" : "tasks a second against grain";
        return new Figure(
                Plots.id(file.name(), title, pattern),
                title,
                pattern,
                false,
                isEfficiency
                        ? "time of a task with its scheduling, us"
                        : "useful time of a task, us",
                isEfficiency ? "percent of the peak rate" : "tasks a second, all workers",
                "higher",
                "log",
                !isEfficiency,
                series,
                file.command(),
                file.name(),
                file.doubts());
    }

    private static ResultRow rate(ResultRow time) {
        return new ResultRow(
                time.workload(),
                time.contender(),
                time.workers(),
                time.params(),
                "ops/s",
                time.raw().stream().map(us -> time.workers() * 1e6 / us).toList(),
                time.verified());
    }
}
