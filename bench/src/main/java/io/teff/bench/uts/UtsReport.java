// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import static io.teff.bench.measure.Table.number;

import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * What the seconds of the searches come to: nodes and hashes a second, and efficiency, which is the rate of
 * hashes for each worker, in percent of what one thread that does nothing else reached in the same run.
 */
final class UtsReport {
    /** The parameter that tells the rows of a contender apart. */
    static final String FIGURE = "figure";

    static final String SECONDS = "seconds";
    static final String NODE_RATE = "nodes";
    static final String HASH_RATE = "sha1";
    static final String EFFICIENCY = "efficiency";

    private final Tree tree;
    private final Totals expected;
    private final Report measured;
    private final Optional<Row> hashes;

    UtsReport(Tree tree, Totals expected, Report measured) {
        this.tree = tree;
        this.expected = expected;
        this.measured = measured;
        hashes =
                measured.rows().stream()
                        .filter(row -> row.contender().equals(Searches.HASHES))
                        .filter(row -> row.rounds() > 0)
                        .findFirst();
    }

    /** With a row for each figure of each contender. */
    Report report() {
        List<Row> rows = new ArrayList<>();
        for (Row row : measured.rows()) {
            if (!row.metric().equals("s") || row.raw().isEmpty()) {
                rows.add(row);
                continue;
            }
            rows.add(figure(row, SECONDS, "s", s -> s));
            rows.add(figure(row, NODE_RATE, "ops/s", this::nodeRate));
            rows.add(figure(row, HASH_RATE, "ops/s", this::hashRate));
            if (hashes.isPresent()) {
                rows.add(figure(row, EFFICIENCY, "percent", s -> efficiency(row, s)));
            }
        }
        return measured.withRows(rows);
    }

    private static Row figure(Row row, String name, String metric, DoubleUnaryOperator ofSeconds) {
        Map<String, Object> params = new LinkedHashMap<>(row.params());
        params.put(FIGURE, name);
        List<Double> raw = row.raw().stream().map(ofSeconds::applyAsDouble).toList();
        return Row.of(
                row.workload(),
                row.contender(),
                row.workers(),
                params,
                metric,
                raw,
                row.verified());
    }

    private static String seconds(double s) {
        return s < 1 ? String.format(Locale.ROOT, "%.4f", s) : number(s);
    }

    private double nodeRate(double seconds) {
        return expected.nodes() / seconds;
    }

    private double hashRate(double seconds) {
        return tree.hashes(expected.nodes()) / seconds;
    }

    private double efficiency(Row row, double seconds) {
        double one = hashes.map(Row::median).orElse(Double.NaN);
        return 100 * hashRate(seconds) / row.workers() / one;
    }

    /** To read. */
    String text() {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%s, %s%nnodes %,d, leaves %,d (%.2f %%), depth %d; %,d SHA-1 evaluations%n%n",
                        measured.rows().get(0).workload(),
                        tree.describe(),
                        expected.nodes(),
                        expected.leaves(),
                        100.0 * expected.leaves() / expected.nodes(),
                        expected.depth(),
                        tree.hashes(expected.nodes())));
        Table table =
                new Table(
                        "contender",
                        "workers",
                        "seconds",
                        "low",
                        "high",
                        "Mnodes/s",
                        "MSHA-1/s",
                        "efficiency %",
                        "x plain",
                        "verified");
        Optional<Row> plain =
                measured.rows().stream()
                        .filter(row -> row.contender().equals(Searches.PLAIN))
                        .findFirst();
        for (Row row : measured.rows()) {
            boolean isTree = row.metric().equals("s");
            double s = row.median();
            table.add(
                    row.contender(),
                    Integer.toString(row.workers()),
                    isTree ? seconds(s) : "-",
                    isTree ? seconds(row.low()) : "-",
                    isTree ? seconds(row.high()) : "-",
                    isTree ? number(nodeRate(s) / 1e6) : "-",
                    number((isTree ? hashRate(s) : s) / 1e6),
                    isTree ? number(efficiency(row, s)) : "-",
                    isTree ? number(plain.map(Row::median).orElse(Double.NaN) / s) : "-",
                    row.verified() ? "yes" : "NO");
        }
        out.append(table).append(System.lineSeparator());
        for (Row row : measured.rows()) {
            if (!row.verified()) {
                out.append(
                        String.format(
                                "%s, workers %d: %s%n",
                                row.contender(), row.workers(), row.params()));
            }
        }
        out.append(Table.surroundings(measured));
        return out.toString();
    }
}
