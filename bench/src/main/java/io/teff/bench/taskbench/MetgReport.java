// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static io.teff.bench.measure.Table.number;

import io.teff.bench.chart.Bars;
import io.teff.bench.chart.Lines;
import io.teff.bench.chart.PngBars;
import io.teff.bench.chart.PngLines;
import io.teff.bench.chart.SvgBars;
import io.teff.bench.chart.SvgLines;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** What some sweeps have come to, as rows, as text, and as charts. */
final class MetgReport {
    private static final String FIGURE = "figure";
    private static final double PERCENT = 100;

    private final List<Sweep> sweeps;
    private final List<SystemKind> systems;
    private final int workers;
    private final List<Double> peaks; // operations per second

    MetgReport(List<Sweep> sweeps, List<SystemKind> systems, int workers, List<Double> peaks) {
        this.sweeps = sweeps;
        this.systems = systems;
        this.workers = workers;
        this.peaks = peaks;
    }

    // Rows

    /** The peak, then for each pattern and system its METG and the figures of each size. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Map<String, Object> params = Map.of(FIGURE, "flops", "fma", Work.hasFma());
        rows.add(Row.of("peak", "kernel", workers, params, "ops/s", peaks, true));
        for (Sweep sweep : sweeps) {
            for (SystemKind system : systems) {
                add(rows, sweep, system);
            }
        }
        return rows;
    }

    private void add(List<Row> rows, Sweep sweep, SystemKind system) {
        String failure = sweep.failure(system);
        if (!failure.isEmpty()) {
            Map<String, Object> params = params(sweep, "metg50");
            params.put("error", failure);
            rows.add(row(sweep, system, params, "us", List.of(), false));
        }
        List<Metg.Point> points = sweep.points(system);
        OptionalDouble metg = failure.isEmpty() ? Metg.metgUs(points) : OptionalDouble.empty();
        if (metg.isPresent()) {
            List<Double> value = List.of(metg.getAsDouble());
            rows.add(row(sweep, system, params(sweep, "metg50"), "us", value, true));
        }
        for (Metg.Point point : points) {
            Map<String, Object> us = params(sweep, "granularity");
            us.put("iterations", point.iterations());
            rows.add(row(sweep, system, us, "us", point.granularityUs(), true));
            Map<String, Object> percent = params(sweep, "efficiency");
            percent.put("iterations", point.iterations());
            List<Double> values = point.efficiency().stream().map(e -> PERCENT * e).toList();
            rows.add(row(sweep, system, percent, "percent", values, true));
        }
    }

    private static Map<String, Object> params(Sweep sweep, String figure) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put(FIGURE, figure);
        params.put("steps", sweep.params().steps());
        params.put("width", sweep.params().width());
        params.put("radix", sweep.params().radix());
        return params;
    }

    private Row row(
            Sweep sweep,
            SystemKind system,
            Map<String, Object> params,
            String metric,
            List<Double> raw,
            boolean verified) {
        return Row.of(
                sweep.pattern().label(), system.label(), workers, params, metric, raw, verified);
    }

    // Text

    /** To read. */
    String text(Report report) {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "An independent implementation of the metric and patterns of Task Bench.%n"
                                + "Peak of compute_bound%s on %d workers: %.2f to %.2f GFLOP/s%n",
                        Work.hasFma() ? " with fused multiply-add" : "",
                        workers,
                        Collections.min(peaks) / 1e9,
                        Collections.max(peaks) / 1e9));
        for (Sweep sweep : sweeps) {
            out.append(String.format("%n%s%n", title(sweep))).append(sizes(sweep));
        }
        out.append(String.format("%nMETG(50%%), us; - where half was not reached%n"));
        List<String> headings = new ArrayList<>(List.of("pattern"));
        systems.forEach(system -> headings.add(system.label()));
        Table table = new Table(headings.toArray(String[]::new));
        for (Sweep sweep : sweeps) {
            List<String> cells = new ArrayList<>(List.of(sweep.pattern().label()));
            for (SystemKind system : systems) {
                cells.add(number(metg(sweep, system)));
            }
            table.add(cells.toArray(String[]::new));
        }
        out.append(table).append(System.lineSeparator());
        for (Sweep sweep : sweeps) {
            for (SystemKind system : systems) {
                String failure = sweep.failure(system);
                if (!failure.isEmpty()) {
                    out.append(
                            String.format("%s, %s FAILED: %s%n", sweep.pattern(), system, failure));
                }
            }
        }
        return out.append(Table.surroundings(report)).toString();
    }

    private static String title(Sweep sweep) {
        return sweep.pattern()
                + ", "
                + sweep.params().steps()
                + " steps, "
                + sweep.params().width()
                + " columns: task granularity in us, efficiency in percent";
    }

    private String sizes(Sweep sweep) {
        List<String> headings = new ArrayList<>(List.of("iterations"));
        TreeSet<Long> sizes = new TreeSet<>();
        for (SystemKind system : systems) {
            headings.add(system.label());
            headings.add("%");
            sweep.points(system).forEach(point -> sizes.add(point.iterations()));
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (long size : sizes.descendingSet()) {
            List<String> cells = new ArrayList<>(List.of(Long.toString(size)));
            for (SystemKind system : systems) {
                Metg.Point found =
                        sweep.points(system).stream()
                                .filter(point -> point.iterations() == size)
                                .findFirst()
                                .orElse(null);
                cells.add(found == null ? "-" : number(found.medianUs()));
                cells.add(
                        found == null
                                ? "-"
                                : String.format(
                                        Locale.ROOT, "%.0f", PERCENT * found.medianEfficiency()));
            }
            table.add(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    private static double metg(Sweep sweep, SystemKind system) {
        return sweep.failure(system).isEmpty()
                ? Metg.metgUs(sweep.points(system)).orElse(Double.NaN)
                : Double.NaN;
    }

    // Charts

    /** Efficiency against grain of each pattern, and METG of all. */
    void draw(ResultFolder folder) throws IOException {
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (SystemKind system : systems) {
            series.put(system.label(), sweeps.stream().map(sweep -> metg(sweep, system)).toList());
        }
        List<String> groups = sweeps.stream().map(sweep -> sweep.pattern().label()).toList();
        String title = "METG(50%) on " + workers + " workers";
        Bars bars = new Bars(title, "us, less is better", groups, series);
        folder.write("metg.svg", SvgBars.draw(bars));
        folder.write("metg.png", PngBars.draw(bars));
        for (Sweep sweep : sweeps) {
            Lines lines = lines(sweep);
            folder.write("efficiency-" + sweep.pattern() + ".svg", SvgLines.draw(lines));
            folder.write("efficiency-" + sweep.pattern() + ".png", PngLines.draw(lines));
        }
    }

    private Lines lines(Sweep sweep) {
        Map<String, List<Lines.Point>> series = new LinkedHashMap<>();
        for (SystemKind system : systems) {
            series.put(
                    system.label(),
                    sweep.points(system).stream()
                            .map(p -> new Lines.Point(p.medianUs(), PERCENT * p.medianEfficiency()))
                            .toList());
        }
        return new Lines(
                "Efficiency, " + sweep.pattern() + ", " + workers + " workers",
                "task granularity, us",
                "percent of the peak rate",
                series);
    }
}
