// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.chart;

import java.util.List;
import java.util.Map;

/**
 * What a chart of lines shows.
 *
 * @param title the chart's heading
 * @param xTitle what is to the right; that axis is logarithmic
 * @param yTitle what is above; that axis begins at 0
 * @param series for each its points, in any order
 */
public record Lines(
        String title, String xTitle, String yTitle, Map<String, List<Lines.Point>> series) {
    /** A point; both are finite, and {@code x} is positive. */
    public record Point(double x, double y) {}

    /** The power of ten at or below the smallest x. */
    int lowestDecade() {
        return (int) Math.floor(Math.log10(extreme(false)));
    }

    /** The power of ten at or above the largest x, and above the lowest. */
    int highestDecade() {
        return Math.max(lowestDecade() + 1, (int) Math.ceil(Math.log10(extreme(true))));
    }

    private double extreme(boolean largest) {
        return series.values().stream()
                .flatMap(List::stream)
                .map(Point::x)
                .reduce((a, b) -> largest ? Math.max(a, b) : Math.min(a, b))
                .orElse(1.0);
    }

    /** A round number at or above the largest y. */
    double top() {
        double largest =
                series.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(Point::y)
                        .max()
                        .orElse(1);
        double decade = Math.pow(10, Math.floor(Math.log10(Math.max(largest, 1e-9))));
        return Math.ceil(2 * largest / decade) * decade / 2;
    }
}
