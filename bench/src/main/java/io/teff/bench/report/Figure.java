// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.teff.bench.measure.Stats;
import java.util.List;

/**
 * What is drawn: lines over numbers, or bars for names. Logarithmic where figures span far.
 *
 * @param id unique on the page, and the file's name where it is one
 * @param facet what tells it from its neighbours of the same group; empty if it has none
 * @param bars whether the points have names and no places
 * @param better "lower" or "higher"
 * @param xScale "linear", "log", or "tail" for percentiles: equal steps for 90, 99, 99.9
 * @param command what made it
 * @param doubts why not to trust it
 */
record Figure(
        String id,
        String title,
        String facet,
        boolean bars,
        String xLabel,
        String yLabel,
        String better,
        @JsonProperty("x_scale") String xScale,
        @JsonProperty("y_log") boolean isYLog,
        List<Series> series,
        String command,
        String file,
        List<String> doubts) {

    /** Points of one contender. */
    record Series(String name, List<Point> points) {}

    /**
     * One row's figure.
     *
     * @param name of a bar; empty in a line
     * @param x its place in a line
     * @param y median
     * @param low lower end of the median's 95 % bootstrap interval
     * @param high its upper end
     * @param raw what was measured
     */
    record Point(
            String name,
            double x,
            double y,
            double low,
            double high,
            boolean verified,
            List<Double> raw) {
        static Point of(String name, double x, ResultRow row) {
            Stats.Interval interval = row.interval();
            return new Point(
                    name,
                    x,
                    row.median(),
                    interval.low(),
                    interval.high(),
                    row.verified(),
                    row.raw());
        }
    }
}
