// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One line of a report: a contender's points under one set of parameters, and their summary.
 *
 * @param workload what was computed
 * @param contender who computed it
 * @param workers worker threads it used
 * @param params what tells this row from its neighbours
 * @param metric unit of all figures of the row, one of {@link #METRICS}
 * @param median median of {@code raw}; NaN, written as null, when nothing was measured
 * @param low lower quartile of {@code raw}
 * @param high upper quartile of {@code raw}
 * @param rounds number of points
 * @param verified true if every round's answer was right
 * @param raw the points in the order they were taken
 */
public record Row(
        String workload,
        String contender,
        int workers,
        Map<String, Object> params,
        String metric,
        double median,
        double low,
        double high,
        int rounds,
        boolean verified,
        List<Double> raw) {

    /** The units a row may have. */
    public static final Set<String> METRICS =
            Set.of("ns/op", "ops/s", "us", "s", "percent", "bytes");

    /** The parameter that says why a contender failed. */
    static final String ERROR = "error";

    public Row {
        checkMetric(metric);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        raw = List.copyOf(raw);
    }

    /** A row whose summary is that of its points. */
    public static Row of(
            String workload,
            String contender,
            int workers,
            Map<String, Object> params,
            String metric,
            List<Double> raw,
            boolean verified) {
        Stats stats = Stats.of(raw);
        return new Row(
                workload,
                contender,
                workers,
                params,
                metric,
                stats.median(),
                stats.low(),
                stats.high(),
                raw.size(),
                verified,
                raw);
    }

    /** A contender's row. */
    static Row of(
            Contender contender, Map<String, Object> params, List<Double> raw, boolean verified) {
        return of(
                contender.workload(),
                contender.name(),
                contender.workers(),
                params,
                contender.metric(),
                raw,
                verified);
    }

    /** A row for a contender that threw: no figures, the error among its parameters. */
    static Row failed(Contender contender, String error) {
        Map<String, Object> params = new LinkedHashMap<>(contender.params());
        params.put(ERROR, error);
        return of(contender, params, List.of(), false);
    }

    static void checkMetric(String metric) {
        if (metric == null || !METRICS.contains(metric)) {
            throw new IllegalArgumentException("metric must be one of " + METRICS + ": " + metric);
        }
    }
}
