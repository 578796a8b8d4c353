// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a chart shows: groups of bars, in each a bar of every series.
 *
 * @param title the chart's heading
 * @param unit what the bars' lengths mean; their axis is logarithmic
 * @param groups the names of the groups
 * @param series for each its values, one for each group, NaN where there is none
 */
public record Bars(
        String title, String unit, List<String> groups, Map<String, List<Double>> series) {
    /** The power of ten well below the shortest bar, so that this one has a length. */
    public int lowestDecade() {
        return (int) Math.floor(Math.log10(smallest() / 2));
    }

    /** The power of ten at or above the longest bar, and above the lowest. */
    public int highestDecade() {
        double largest =
                series.values().stream()
                        .flatMap(List::stream)
                        .filter(Double::isFinite)
                        .reduce(Math::max)
                        .orElse(1.0);
        return Math.max(lowestDecade() + 1, (int) Math.ceil(Math.log10(largest)));
    }

    private double smallest() {
        return series.values().stream()
                .flatMap(List::stream)
                .filter(Double::isFinite)
                .reduce(Math::min)
                .orElse(1.0);
    }

    /** Values for so many groups, all of them missing as yet. */
    public static List<Double> missing(int count) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(Double.NaN);
        }
        return values;
    }
}
