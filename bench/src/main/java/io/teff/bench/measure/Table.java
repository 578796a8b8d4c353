// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A plain text table: words to the left, numbers to the right, two spaces between columns. */
public final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    /** A table with these headings. */
    public Table(String... headings) {
        lines.add(List.of(headings));
    }

    /** Adds a line; it must have as many cells as there are headings. */
    public Table add(String... cells) {
        if (cells.length != lines.get(0).size()) {
            throw new IllegalArgumentException(
                    "cells must be " + lines.get(0).size() + ": " + cells.length);
        }
        lines.add(List.of(cells));
        return this;
    }

    /**
     * A report's rows, each with its ratio to the row that {@code baseline} finds for it. Below are
     * the parameters that all rows share, the errors, the ruler and any reason for doubt.
     *
     * @param ratioHeading such as {@code "x plain"}
     */
    public static String of(
            Report report, String ratioHeading, Function<Row, Optional<Row>> baseline) {
        Map<String, Object> shared = sharedParams(report.rows());
        Table table =
                new Table(
                        "workload",
                        "contender",
                        "workers",
                        "params",
                        "metric",
                        "median",
                        "low",
                        "high",
                        ratioHeading,
                        "verified");
        for (Row row : report.rows()) {
            Map<String, Object> params = new LinkedHashMap<>(row.params());
            params.keySet().removeAll(shared.keySet());
            params.remove(Row.ERROR);
            table.add(
                    row.workload(),
                    row.contender(),
                    Integer.toString(row.workers()),
                    params(params),
                    row.metric(),
                    number(row.median()),
                    number(row.low()),
                    number(row.high()),
                    baseline.apply(row).map(b -> ratio(row, b)).orElse("-"),
                    row.verified() ? "yes" : "NO");
        }
        return table + System.lineSeparator() + footer(report, shared);
    }

    /** What all rows have in common, if there are several. */
    private static Map<String, Object> sharedParams(List<Row> rows) {
        Map<String, Object> shared = new LinkedHashMap<>();
        if (rows.size() > 1) {
            shared.putAll(rows.get(0).params());
            shared.remove(Row.ERROR);
            rows.forEach(
                    row ->
                            shared.entrySet()
                                    .removeIf(
                                            e ->
                                                    !e.getValue()
                                                            .equals(row.params().get(e.getKey()))));
        }
        return shared;
    }

    /** A figure to four significant digits, with thousands apart and no exponent; NaN is "-". */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String ratio(Row row, Row baseline) {
        double ratio = row.median() / baseline.median();
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : "-";
    }

    private static String params(Map<String, Object> params) {
        return params.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String footer(Report report, Map<String, Object> shared) {
        StringBuilder out = new StringBuilder();
        if (!shared.isEmpty()) {
            out.append(String.format("all: %s%n", params(shared)));
        }
        for (Row row : report.rows()) {
            if (row.params().containsKey(Row.ERROR)) {
                out.append(
                        String.format(
                                "%s, workers %d: %s%n",
                                row.contender(), row.workers(), row.params().get(Row.ERROR)));
            }
        }
        return out + surroundings(report);
    }

    /** The lines below a table: the ruler, the load, and any reason for doubt. */
    public static String surroundings(Report report) {
        Ruler ruler = report.ruler();
        String line =
                String.format(
                        Locale.ROOT,
                        "low and high are quartiles; ping-pong %s ns before, %s ns after; foreign"
                                + " load %s %%%n",
                        number(ruler.beforeNs()),
                        number(ruler.afterNs()),
                        number(report.env().foreignLoadPercent()));
        return report.clean()
                ? line
                : line + String.format("NOT CLEAN: do not compare these figures with others%n");
    }

    /** The table, each line ended. */
    @Override
    public String toString() {
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        boolean[] right = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            boolean numbers = lines.size() > 1;
            for (int l = 0; l < lines.size(); l++) {
                String cell = lines.get(l).get(c);
                widths[c] = Math.max(widths[c], cell.length());
                numbers &= l == 0 || cell.matches("-|-?[\\d.,]+x?");
            }
            right[c] = numbers;
        }
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String pad = " ".repeat(widths[c] - line.get(c).length());
                text.append(c == 0 ? "" : "  ");
                text.append(right[c] ? pad + line.get(c) : line.get(c) + pad);
            }
            out.append(text.toString().stripTrailing()).append(System.lineSeparator());
        }
        return out.toString();
    }
}
