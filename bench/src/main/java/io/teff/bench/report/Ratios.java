// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far contenders of one record are from the best, over all its cases: a case is one workload at one
 * size with as many workers, in which at least two took part. In each, a contender counts with its best
 * way. References (no scheduler, or the machine itself) are left out, as are rows that failed.
 *
 * <p>The mean is geometric: of ratios, no other says the same whichever way they are turned.
 */
final class Ratios {
    private static final Set<String> REFERENCES =
            Set.of("plain", "sequential", "pingpong", "hashes", "sha1", "c", "raw", "peak");
    private static final Set<String> MAIN_FIGURES = Set.of("seconds", "time");

    private Ratios() {}

    /**
     * A contender's standing.
     *
     * @param ratio geometric mean of its distance from the best; 1 is the best everywhere
     * @param worst the largest of them
     * @param cases in how many it took part
     * @param best in how many it was the best
     */
    record Standing(String contender, double ratio, double worst, int cases, int best) {}

    /** The best first. */
    static List<Standing> of(ResultFile file) {
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (Map<String, Double> times : cases(file).values()) {
            if (times.size() < 2) {
                continue;
            }
            double best = times.values().stream().mapToDouble(t -> t).min().orElse(Double.NaN);
            times.forEach(
                    (name, time) ->
                            ratios.computeIfAbsent(name, n -> new ArrayList<>()).add(time / best));
        }
        List<Standing> standings = new ArrayList<>();
        ratios.forEach(
                (name, list) ->
                        standings.add(
                                new Standing(
                                        name,
                                        Math.exp(
                                                list.stream()
                                                        .mapToDouble(Math::log)
                                                        .average()
                                                        .orElse(Double.NaN)),
                                        list.stream().mapToDouble(r -> r).max().orElse(Double.NaN),
                                        list.size(),
                                        (int) list.stream().filter(r -> r <= 1).count())));
        standings.sort(Comparator.comparingDouble(Standing::ratio));
        return standings;
    }

    /** Times, or what goes with them, by contender in each case. */
    static Map<String, Map<String, Double>> cases(ResultFile file) {
        Map<String, List<ResultRow>> groups = new LinkedHashMap<>();
        for (ResultRow row : Plots.comparable(file)) {
            String figure = row.text("figure");
            boolean counts =
                    row.isMeasured()
                            && row.verified()
                            && row.median() > 0
                            && !REFERENCES.contains(row.contender().split("\\.", -1)[0])
                            && !row.metric().equals("percent")
                            && (figure == null || MAIN_FIGURES.contains(figure));
            if (counts) {
                groups.computeIfAbsent(row.workload() + "\0" + row.metric(), k -> new ArrayList<>())
                        .add(row);
            }
        }
        Map<String, Map<String, Double>> cases = new LinkedHashMap<>();
        groups.forEach(
                (group, rows) -> {
                    Set<String> shared = Plots.sharedKeys(rows);
                    for (ResultRow row : rows) {
                        StringBuilder key =
                                new StringBuilder(group).append('\0').append(row.workers());
                        shared.forEach(k -> key.append('\0').append(row.text(k)));
                        double time = row.isRate() ? 1 / row.median() : row.median();
                        cases.computeIfAbsent(key.toString(), k -> new LinkedHashMap<>())
                                .merge(row.contender(), time, Math::min);
                    }
                });
        return cases;
    }
}
