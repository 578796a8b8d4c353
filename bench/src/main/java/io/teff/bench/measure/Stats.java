// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Summary of some points: their median, and as low and high their quartiles.
 *
 * <p>Quartiles, since one round hit by a neighbour's burst would otherwise be all that low and high
 * say; the extremes stay in the raw points.
 *
 * @param median the middle point, or the mean of the two in the middle; NaN without points
 * @param low lower quartile, linear between points
 * @param high upper quartile, linear between points
 */
public record Stats(double median, double low, double high) {
    private static final MathContext SIX_DIGITS = new MathContext(6);

    /** Sums up the points, which may come in any order. */
    public static Stats of(List<Double> points) {
        double[] sorted = points.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Stats(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75));
    }

    /**
     * A bootstrap interval of the median: resamples the points with replacement and takes the
     * middle {@code confidence} of the medians.
     *
     * @param seed the same seed gives the same interval
     */
    public static Interval medianInterval(
            List<Double> points, double confidence, int resamples, long seed) {
        if (!(confidence > 0 && confidence < 1) || resamples < 1) {
            throw new IllegalArgumentException(
                    "confidence must be within (0, 1) and resamples positive: "
                            + confidence
                            + ", "
                            + resamples);
        }
        double[] values = points.stream().mapToDouble(Double::doubleValue).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        double[] medians = new double[resamples];
        double[] sample = new double[values.length];
        for (int i = 0; i < resamples; i++) {
            for (int j = 0; j < sample.length; j++) {
                sample[j] = values[random.nextInt(values.length)];
            }
            Arrays.sort(sample);
            medians[i] = quantile(sample, 0.5);
        }
        Arrays.sort(medians);
        double tail = (1 - confidence) / 2;
        return new Interval(quantile(medians, tail), quantile(medians, 1 - tail));
    }

    /** The value to six significant digits: more is noise, and costs room in results. */
    static double round(double value) {
        return new BigDecimal(value).round(SIX_DIGITS).doubleValue();
    }

    private static double quantile(double[] sorted, double q) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** From low to high, both included. */
    public record Interval(double low, double high) {}
}
