// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import io.teff.bench.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of smallest effective grains: a line for each pattern, a column for each system. */
final class Metg {
    private Metg() {}

    /** Of the rows that say so in their workload or in one of their parameters. */
    static Optional<Chapter.Sheet> table(ResultFile file) {
        Map<String, Map<String, String>> lines = new LinkedHashMap<>();
        Set<String> systems = new LinkedHashSet<>();
        for (ResultRow row : file.rows()) {
            if (row.isMeasured() && isMetg(row)) {
                String system = row.contender() + " \u00d7" + row.workers();
                systems.add(system);
                lines.computeIfAbsent(pattern(row), p -> new LinkedHashMap<>())
                        .put(system, text(row.median() * ns(row.metric())));
            }
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        List<String> headings = new ArrayList<>(List.of("pattern"));
        headings.addAll(systems);
        List<List<String>> rows = new ArrayList<>();
        lines.forEach(
                (pattern, values) -> {
                    List<String> cells = new ArrayList<>(List.of(pattern));
                    systems.forEach(system -> cells.add(values.getOrDefault(system, "-")));
                    rows.add(cells);
                });
        return Optional.of(
                new Chapter.Sheet(
                        "METG(50 %)" + (file.isClean() ? "" : " (not clean)"),
                        file.command(),
                        headings,
                        rows));
    }

    private static boolean isMetg(ResultRow row) {
        return ns(row.metric()) > 0
                && Double.isNaN(row.number("iterations"))
                && (isNamed(row.workload())
                        || row.params().values().stream().anyMatch(v -> isNamed(v.toString())));
    }

    private static boolean isNamed(String text) {
        return text.toLowerCase(Locale.ROOT).contains("metg");
    }

    private static String pattern(ResultRow row) {
        for (String key : List.of("pattern", "type")) {
            if (row.text(key) != null) {
                return row.text(key);
            }
        }
        return row.workload();
    }

    private static double ns(String metric) {
        return switch (metric) {
            case "ns", "ns/op", "ns/task" -> 1;
            case "us" -> 1e3;
            case "s" -> 1e9;
            default -> 0;
        };
    }

    private static String text(double ns) {
        return ns < 1e3
                ? Table.number(ns) + " ns"
                : ns < 1e6 ? Table.number(ns / 1e3) + " us" : Table.number(ns / 1e6) + " ms";
    }
}
