// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.measure.Stats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of a record as it was read: {@link io.teff.bench.measure.Row} in any unit, of any version.
 *
 * @param params texts, numbers and truths, by name
 * @param raw its points; without them its median is one
 */
record ResultRow(
        String workload,
        String contender,
        int workers,
        Map<String, Object> params,
        String metric,
        List<Double> raw,
        boolean verified) {
    private static final double CONFIDENCE = 0.95;
    private static final int RESAMPLES = 1_000;
    private static final long SEED = 42;

    static ResultRow of(JsonNode row) {
        Map<String, Object> params = new LinkedHashMap<>();
        row.path("params")
                .properties()
                .forEach(
                        e ->
                                params.put(
                                        e.getKey(),
                                        e.getValue().isNumber()
                                                ? e.getValue().numberValue()
                                                : e.getValue().asText()));
        List<Double> raw = new ArrayList<>();
        for (JsonNode point : row.path("raw")) {
            if (point.isNumber()) {
                raw.add(point.asDouble());
            }
        }
        if (raw.isEmpty() && row.path("median").isNumber()) {
            raw.add(row.get("median").asDouble());
        }
        return new ResultRow(
                row.path("workload").asText("?"),
                row.path("contender").asText("?"),
                row.path("workers").asInt(1),
                params,
                row.path("metric").asText("?"),
                List.copyOf(raw),
                row.path("verified").asBoolean(false));
    }

    /** The same with each point changed. */
    ResultRow scaled(String newMetric, double factor) {
        return new ResultRow(
                workload,
                contender,
                workers,
                params,
                newMetric,
                raw.stream().map(v -> v * factor).toList(),
                verified);
    }

    boolean isMeasured() {
        return !raw.isEmpty();
    }

    double median() {
        return Stats.of(raw).median();
    }

    /** Where the median lies with 95 % confidence; the same points give the same interval. */
    Stats.Interval interval() {
        return Stats.medianInterval(raw, CONFIDENCE, RESAMPLES, SEED);
    }

    /** Whether more is better. */
    boolean isRate() {
        return isRate(metric);
    }

    static boolean isRate(String metric) {
        return metric.endsWith("/s");
    }

    /** The parameter as a number, or NaN. */
    double number(String name) {
        return params.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** The parameter as text; null if there is none. */
    String text(String name) {
        Object value = params.get(name);
        return value == null ? null : text(value);
    }

    private static String text(Object value) {
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && Math.abs(number.doubleValue()) < 1e15) {
            return Long.toString(number.longValue());
        }
        return value.toString();
    }
}
