// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Speed-up against workers: for everything of a record that was run with several numbers of them, how many
 * times as fast it was as with the fewest.
 */
final class Speedups {
    private Speedups() {}

    static List<Figure> of(ResultFile file) {
        Map<String, Map<String, Map<Integer, ResultRow>>> byWorkload = new LinkedHashMap<>();
        for (ResultRow row : Plots.comparable(file)) {
            boolean counts =
                    row.isMeasured()
                            && row.median() > 0
                            && !row.params().containsKey("percentile")
                            && !row.metric().equals("percent")
                            && !row.metric().equals("bytes");
            if (counts) {
                Map<String, Object> params = new LinkedHashMap<>(row.params());
                params.keySet().removeAll(List.of("tasks", "nodes", "version"));
                StringBuilder name = new StringBuilder(row.contender());
                params.forEach(
                        (k, v) -> name.append(' ').append(k).append('=').append(row.text(k)));
                byWorkload
                        .computeIfAbsent(row.workload(), w -> new LinkedHashMap<>())
                        .computeIfAbsent(name.toString(), n -> new TreeMap<>())
                        .put(row.workers(), row);
            }
        }
        List<Figure> figures = new ArrayList<>();
        byWorkload.forEach(
                (workload, lines) -> {
                    lines.values().removeIf(rows -> rows.size() < 2);
                    if (!lines.isEmpty()) {
                        figures.add(figure(file, workload, lines));
                    }
                });
        return figures;
    }

    private static Figure figure(
            ResultFile file, String workload, Map<String, Map<Integer, ResultRow>> lines) {
        List<Figure.Series> series = new ArrayList<>();
        boolean isWide = false;
        for (var line : lines.entrySet()) {
            List<ResultRow> rows = List.copyOf(line.getValue().values());
            ResultRow first = rows.get(0);
            List<Figure.Point> points = new ArrayList<>();
            for (ResultRow row : rows) {
                double base = first.median();
                List<Double> raw =
                        row.raw().stream().map(v -> row.isRate() ? v / base : base / v).toList();
                ResultRow speedup =
                        new ResultRow(
                                workload,
                                row.contender(),
                                row.workers(),
                                row.params(),
                                "times",
                                raw,
                                row.verified());
                points.add(Figure.Point.of("", row.workers(), speedup));
            }
            isWide |= rows.get(rows.size() - 1).workers() >= 20 * first.workers();
            series.add(new Figure.Series(line.getKey(), points));
        }
        return new Figure(
                Plots.id("speed-up", file.name(), workload),
                file.bench().equals(workload) ? workload : file.bench() + ": " + workload,
                workload,
                false,
                "workers",
                "times as fast as with the fewest workers",
                "higher",
                isWide ? "log" : "linear",
                isWide,
                series,
                file.command(),
                file.name(),
                file.doubts());
    }
}
