// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How the engine's times compare with those of ForkJoinPool: program by program with as many workers, and
 * as the geometric mean of the ratios. A ratio above 1 is a loss.
 */
public final class SuiteScore {
    private SuiteScore() {}

    private record Ratio(String program, boolean hasCutOff, double value) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.2fx", program, value);
        }
    }

    /** A line for each number of workers with which both have run; none if there is no such number. */
    public static List<String> of(Report report) {
        TreeSet<Integer> counts = new TreeSet<>();
        report.rows().stream()
                .filter(row -> row.contender().equals(Suite.ENGINE))
                .forEach(row -> counts.add(row.workers()));
        List<String> lines = new ArrayList<>();
        for (int workers : counts) {
            List<Ratio> ratios = ratios(report, workers);
            if (!ratios.isEmpty()) {
                lines.add(line(workers, ratios));
            }
        }
        return lines;
    }

    private static List<Ratio> ratios(Report report, int workers) {
        List<Ratio> ratios = new ArrayList<>();
        for (Row row : report.rows()) {
            if (row.contender().equals(Suite.ENGINE) && row.workers() == workers) {
                report.rows().stream()
                        .filter(other -> other.contender().equals(Suite.FORKJOIN))
                        .filter(other -> other.workload().equals(row.workload()))
                        .filter(other -> other.workers() == workers)
                        .mapToDouble(other -> row.median() / other.median())
                        .filter(Double::isFinite)
                        .forEach(
                                ratio ->
                                        ratios.add(
                                                new Ratio(
                                                        row.workload(),
                                                        SuiteProgram.hasCutOff(row.params()),
                                                        ratio)));
            }
        }
        return ratios;
    }

    private static String line(int workers, List<Ratio> ratios) {
        List<Ratio> fine = ratios.stream().filter(ratio -> !ratio.hasCutOff).toList();
        String losses =
                ratios.stream()
                        .filter(ratio -> ratio.value > 1)
                        .map(Ratio::toString)
                        .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%d worker%s: engine takes %.2fx the time of forkjoin, geometric mean of %d%s; %s",
                workers,
                workers == 1 ? "" : "s",
                mean(ratios),
                ratios.size(),
                fine.isEmpty() || fine.size() == ratios.size()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " (%.2fx, of the %d without cut-off)",
                                mean(fine),
                                fine.size()),
                losses.isEmpty() ? "no losses" : "losses: " + losses);
    }

    private static double mean(List<Ratio> ratios) {
        return Math.exp(
                ratios.stream()
                        .mapToDouble(ratio -> Math.log(ratio.value))
                        .average()
                        .orElseThrow());
    }
}
