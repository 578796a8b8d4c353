// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The figures of one record, whatever it holds. Rows of one workload and one unit belong together. Of the
 * parameters that all of them have, one with several numbers becomes the axis of a line (percentiles before
 * all); the others tell figures apart. Parameters that only some contenders have tell their ways apart.
 */
final class Plots {
    private static final int LEAST_TICKS = 4;
    private static final int LEAST_FIRST_TICKS = 3; // of what is an axis by its name
    private static final int MOST_BARS = 16;
    private static final Set<String> NO_KEYS =
            Set.of("error", "version", "own_size", "in_flight", "ranks", "jvms", "seed");
    private static final List<String> FIRST_AXES =
            List.of("percentile", "functions", "grain_ns", "granularity_ns", "grain", "iterations");

    private final ResultFile file;

    private Plots(ResultFile file) {
        this.file = file;
    }

    static List<Figure> of(ResultFile file) {
        Map<String, List<ResultRow>> groups = new LinkedHashMap<>();
        for (ResultRow row : comparable(file)) {
            if (row.isMeasured()) {
                groups.computeIfAbsent(
                                row.workload() + " \0" + row.metric(), k -> new ArrayList<>())
                        .add(row);
            }
        }
        List<Figure> figures = new ArrayList<>();
        Plots plots = new Plots(file);
        groups.values().forEach(rows -> figures.addAll(plots.figures(rows)));
        return figures;
    }

    /** Seconds become nanoseconds a task where contenders did unlike numbers of tasks. */
    static List<ResultRow> comparable(ResultFile file) {
        boolean perTask =
                file.rows().stream().anyMatch(row -> row.params().containsKey("own_size"));
        return file.rows().stream()
                .map(
                        row ->
                                perTask && row.metric().equals("s") && row.number("tasks") > 0
                                        ? row.scaled("ns/task", 1e9 / row.number("tasks"))
                                        : row)
                .toList();
    }

    /** Parameters that every one of the rows has, and that may tell them apart. */
    static Set<String> sharedKeys(List<ResultRow> rows) {
        Set<String> keys = new LinkedHashSet<>(rows.get(0).params().keySet());
        rows.forEach(row -> keys.retainAll(row.params().keySet()));
        keys.removeAll(NO_KEYS);
        if (rows.get(0).metric().equals("ns/task")) {
            keys.clear(); // sizes are each contender's own
        }
        Set<Object> tasks =
                rows.stream().map(r -> r.params().get("tasks")).collect(Collectors.toSet());
        if (keys.size() > 1 || tasks.size() < LEAST_TICKS) {
            keys.remove("tasks"); // follows from the others
        }
        return keys;
    }

    private List<Figure> figures(List<ResultRow> rows) {
        Set<String> shared = sharedKeys(rows);
        Set<String> facets = new LinkedHashSet<>();
        for (String key : shared) {
            if (values(rows, key).size() > 1 && !isOfContender(rows, key)) {
                facets.add(key);
            }
        }
        String axis = axis(rows, facets);
        facets.remove(axis);
        int counts = values(rows, r -> Integer.toString(r.workers())).size();
        boolean follows = axis != null && isFunctionOf(rows, axis);
        boolean manyWorkers =
                !follows && (counts > 2 || axis == null && counts > 1 && rows.size() > MOST_BARS);
        if (manyWorkers) {
            facets.add("workers");
        }
        Map<String, List<ResultRow>> byFacet = new LinkedHashMap<>();
        for (ResultRow row : rows) {
            byFacet.computeIfAbsent(facet(row, facets), f -> new ArrayList<>()).add(row);
        }
        List<Figure> figures = new ArrayList<>();
        byFacet.forEach(
                (facet, some) ->
                        figures.add(
                                axis == null
                                        ? bars(facet, some, shared, manyWorkers)
                                        : lines(
                                                facet,
                                                axis,
                                                some,
                                                shared,
                                                manyWorkers || follows)));
        if (axis != null && manyWorkers) {
            figures.addAll(byWorkers(axis, rows, shared));
        }
        return figures;
    }

    /** Each contender's lines for its numbers of workers, as the Parsl reports drew them. */
    private List<Figure> byWorkers(String axis, List<ResultRow> rows, Set<String> shared) {
        Map<String, List<ResultRow>> byContender = new LinkedHashMap<>();
        for (ResultRow row : rows) {
            byContender.computeIfAbsent(name(row, shared, false), f -> new ArrayList<>()).add(row);
        }
        List<Figure> figures = new ArrayList<>();
        byContender.forEach(
                (name, some) -> {
                    Map<String, List<ResultRow>> series = new LinkedHashMap<>();
                    for (ResultRow row : some) {
                        series.computeIfAbsent(row.workers() + " workers", s -> new ArrayList<>())
                                .add(row);
                    }
                    figures.add(lines(name, axis, series));
                });
        return figures;
    }

    /** Whether each contender has one value of it, which says no more than its name. */
    private static boolean isOfContender(List<ResultRow> rows, String key) {
        Set<String> pairs = values(rows, r -> r.contender() + "\0" + r.text(key));
        int contenders = values(rows, ResultRow::contender).size();
        return contenders > 1 && pairs.size() == contenders;
    }

    /** Whether the number of workers is known where this one's value is. */
    private static boolean isFunctionOf(List<ResultRow> rows, String axis) {
        int pairs = values(rows, r -> r.text(axis) + "\0" + r.workers()).size();
        int counts = values(rows, r -> Integer.toString(r.workers())).size();
        return counts > 1 && pairs == values(rows, axis).size();
    }

    private static String axis(List<ResultRow> rows, Set<String> varying) {
        for (String first : FIRST_AXES) {
            if (varying.contains(first) && isAxis(rows, first, LEAST_FIRST_TICKS)) {
                return first;
            }
        }
        return varying.stream()
                .filter(key -> isAxis(rows, key, LEAST_TICKS))
                .max(Comparator.comparingInt(key -> values(rows, key).size()))
                .orElse(null);
    }

    private static boolean isAxis(List<ResultRow> rows, String key, int ticks) {
        return values(rows, key).size() >= ticks
                && rows.stream().allMatch(row -> Double.isFinite(row.number(key)));
    }

    private Figure bars(
            String facet, List<ResultRow> rows, Set<String> shared, boolean workersKnown) {
        List<Figure.Series> series = new ArrayList<>();
        boolean several = !workersKnown && values(rows, r -> r.workers() + "").size() > 1;
        for (ResultRow row : rows) {
            String name = name(row, shared, several);
            series.add(new Figure.Series(name, List.of(Figure.Point.of(name, 0, row))));
        }
        Comparator<Figure.Series> byValue = Comparator.comparingDouble(s -> s.points().get(0).y());
        series.sort(rows.get(0).isRate() ? byValue.reversed() : byValue);
        return figure(facet, rows, true, "", "linear", series);
    }

    private Figure lines(
            String facet,
            String axis,
            List<ResultRow> rows,
            Set<String> shared,
            boolean workersKnown) {
        boolean several = !workersKnown && values(rows, r -> r.workers() + "").size() > 1;
        Map<String, List<ResultRow>> series = new LinkedHashMap<>();
        for (ResultRow row : rows) {
            series.computeIfAbsent(name(row, shared, several), s -> new ArrayList<>()).add(row);
        }
        return lines(facet, axis, series);
    }

    private Figure lines(String facet, String axis, Map<String, List<ResultRow>> rows) {
        List<Figure.Series> series = new ArrayList<>();
        TreeSet<Double> xs = new TreeSet<>();
        rows.forEach(
                (name, some) -> {
                    Map<Double, Figure.Point> points = new TreeMap<>();
                    for (ResultRow row : some) {
                        double x = row.number(axis);
                        xs.add(x);
                        points.put(x, Figure.Point.of("", x, row));
                    }
                    series.add(new Figure.Series(name, List.copyOf(points.values())));
                });
        String scale =
                axis.equals("percentile")
                        ? "tail"
                        : xs.first() > 0 && xs.last() / xs.first() >= 20 ? "log" : "linear";
        List<ResultRow> all = rows.values().stream().flatMap(Collection::stream).toList();
        return figure(facet, all, false, axis.replace('_', ' '), scale, series);
    }

    private Figure figure(
            String facet,
            List<ResultRow> rows,
            boolean bars,
            String xLabel,
            String xScale,
            List<Figure.Series> series) {
        ResultRow any = rows.get(0);
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (ResultRow row : rows) {
            least = Math.min(least, row.median());
            most = Math.max(most, row.median());
        }
        String title =
                file.bench().equals(any.workload())
                        ? any.workload()
                        : file.bench() + ": " + any.workload();
        return new Figure(
                id(file.name(), any.workload(), any.metric(), facet),
                title,
                facet,
                bars,
                xLabel,
                label(any.metric()),
                any.isRate() ? "higher" : "lower",
                xScale,
                least > 0 && most / least > 8,
                series,
                file.command(),
                file.name(),
                file.doubts());
    }

    static String id(String... parts) {
        return String.join(" ", parts)
                .replace(".json", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }

    static String label(String metric) {
        return switch (metric) {
            case "ns/op" -> "nanoseconds an operation";
            case "ns/task" -> "nanoseconds a task (wall time / tasks)";
            case "ops/s" -> "operations a second";
            case "us" -> "microseconds";
            case "s" -> "seconds";
            case "percent" -> "percent";
            default -> metric;
        };
    }

    private static String facet(ResultRow row, Set<String> keys) {
        List<String> parts = new ArrayList<>();
        for (String key : keys) {
            if (key.equals("workers")) {
                parts.add(row.workers() + " workers");
            } else {
                String value = row.text(key);
                parts.add(value.matches("-?[0-9.]+") ? key.replace('_', ' ') + " " + value : value);
            }
        }
        return String.join(", ", parts);
    }

    /** The contender, with what only it and some others have. */
    static String name(ResultRow row, Set<String> shared, boolean withWorkers) {
        StringBuilder name = new StringBuilder(row.contender());
        for (String key : row.params().keySet()) {
            boolean isSize =
                    row.metric().equals("ns/task") || key.equals("tasks") || key.equals("rate");
            if (!shared.contains(key) && !NO_KEYS.contains(key) && !isSize) {
                name.append(' ').append(key).append('=').append(row.text(key));
            }
        }
        return withWorkers ? name + " \u00d7" + row.workers() : name.toString();
    }

    private static Set<String> values(List<ResultRow> rows, String key) {
        return values(rows, row -> String.valueOf(row.text(key)));
    }

    private static Set<String> values(List<ResultRow> rows, Function<ResultRow, String> value) {
        return rows.stream().map(value).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
