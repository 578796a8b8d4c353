// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Efficiency against grain of one system on one pattern, and METG(50%): the minimum effective task
 * granularity, the smallest at which half of the peak rate is reached. Between that point and the next
 * smaller one it is interpolated, if that one's tasks took less time.
 *
 * <p>Granularity is wall time times workers, by tasks; efficiency is the rate of counted operations, by
 * the peak rate around that run. Of several repetitions the median counts, where the paper takes the mean: one pause of a
 * shared machine is longer than a whole run of the smallest grains.
 */
final class Metg {
    static final double HALF = 0.5;
    private static final double MOST = 1.5;

    private final int workers;
    private final Map<Long, Size> sizes = new TreeMap<>(Comparator.reverseOrder());

    /** The runs of one problem size. */
    private static final class Size {
        final Totals totals;
        final List<Double> seconds = new ArrayList<>();
        final List<Double> peakFlops = new ArrayList<>();

        Size(Totals totals) {
            this.totals = totals;
        }
    }

    /**
     * A problem size, measured.
     *
     * @param granularityUs per run, in microseconds
     * @param efficiency per run, as a fraction
     */
    record Point(long iterations, List<Double> granularityUs, List<Double> efficiency) {
        double medianUs() {
            return median(granularityUs);
        }

        double medianEfficiency() {
            return median(efficiency);
        }
    }

    Metg(int workers) {
        this.workers = workers;
    }

    /**
     * Adds a run.
     *
     * @param peakFlops operations per second that all workers could do while it ran
     */
    void add(long iterations, Totals totals, double seconds, double peakFlops) {
        Size size = sizes.computeIfAbsent(iterations, n -> new Size(totals));
        size.seconds.add(seconds);
        size.peakFlops.add(peakFlops);
    }

    /** All sizes, the largest first. */
    List<Point> points() {
        List<Point> points = new ArrayList<>();
        sizes.forEach(
                (iterations, size) -> {
                    List<Double> us = new ArrayList<>();
                    List<Double> efficiency = new ArrayList<>();
                    for (int run = 0; run < size.seconds.size(); run++) {
                        double seconds = size.seconds.get(run);
                        us.add(seconds * 1e6 * workers / size.totals.tasks());
                        efficiency.add(size.totals.flops() / seconds / size.peakFlops.get(run));
                    }
                    points.add(new Point(iterations, us, efficiency));
                });
        return points;
    }

    /** The median efficiency of a size; NaN if it was not run. */
    double efficiency(long iterations) {
        return points().stream()
                .filter(point -> point.iterations == iterations)
                .mapToDouble(Point::medianEfficiency)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** METG(50%) in microseconds; empty if there is no point above, or none below. */
    static OptionalDouble metgUs(List<Point> points) {
        int best = -1;
        boolean below = false;
        for (int k = 0; k < points.size(); k++) {
            Point point = points.get(k);
            if (point.medianEfficiency() < HALF) {
                below = true;
            } else if (best < 0 || point.medianUs() <= points.get(best).medianUs()) {
                best = k;
            }
        }
        if (best < 0 || !below) {
            return OptionalDouble.empty();
        }
        Point at = points.get(best);
        if (best + 1 == points.size() || points.get(best + 1).medianUs() >= at.medianUs()) {
            return OptionalDouble.of(at.medianUs());
        }
        Point next = points.get(best + 1);
        double slope =
                (at.medianUs() - next.medianUs())
                        / (at.medianEfficiency() - next.medianEfficiency());
        return OptionalDouble.of(next.medianUs() + (HALF - next.medianEfficiency()) * slope);
    }

    /** Why these points cannot be right; empty if they can. */
    static String doubt(List<Point> points) {
        for (Point point : points) {
            if (point.medianEfficiency() >= MOST) {
                return "an efficiency of 150 % or more at "
                        + point.iterations
                        + " iterations: the peak was not measured under the same conditions";
            }
        }
        return "";
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int n = sorted.size();
        return n == 0 ? Double.NaN : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }
}
