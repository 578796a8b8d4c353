// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.measure.Row;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The standings as comma-separated values, one line a row, empty where nothing was measured. */
final class CsvTable {
    static final String HEADINGS =
            "program,executor,workers,size,tasks,task_ns,median_s,low_s,high_s,rounds,"
                    + "tasks_per_s,speedup_over_threads,verified";

    private static final MathContext SIX_DIGITS = new MathContext(6);

    private CsvTable() {}

    static String of(Standings standings) {
        return Stream.concat(Stream.of(HEADINGS), standings.lines().stream().map(CsvTable::line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(Standings.Line line) {
        Row row = line.row();
        return Stream.of(
                        row.workload(),
                        row.contender(),
                        row.workers(),
                        line.size(),
                        line.tasks(),
                        figure(line.taskNs()),
                        figure(row.median()),
                        figure(row.low()),
                        figure(row.high()),
                        row.rounds(),
                        figure(line.tasksPerS()),
                        figure(line.speedup()),
                        row.verified())
                .map(value -> quoted(value.toString()))
                .collect(Collectors.joining(","));
    }

    private static String figure(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(SIX_DIGITS).stripTrailingZeros().toPlainString()
                : "";
    }

    private static String quoted(String value) {
        boolean plain = List.of(",", "\"", "\n", "\r").stream().noneMatch(value::contains);
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
