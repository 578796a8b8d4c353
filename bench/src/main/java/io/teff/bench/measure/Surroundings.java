// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * What goes on around a measurement, from {@link #begin()} to {@link #report}: the environment, the
 * ruler before and after, and what others used of the processors meanwhile.
 *
 * <p>A report is not clean if others used more than {@link #MAX_FOREIGN_PERCENT}, or if the ruler
 * changed by more than {@link #MAX_RULER_CHANGE}. What is unknown does not spoil it.
 */
public final class Surroundings {
    /** Foreign load above this, in percent of the allowed processors, spoils a report. */
    public static final double MAX_FOREIGN_PERCENT = 5;

    /** A ruler that changed by more than this fraction spoils a report. */
    public static final double MAX_RULER_CHANGE = 0.25;

    private final Env env = Env.capture();
    private final double rulerNs = PingPong.rttNs();
    private final CpuLoad load;

    private Surroundings(LongSupplier othersCpuNs) {
        load = CpuLoad.start(othersCpuNs);
    }

    /** Begins; call it after any warm-up. */
    public static Surroundings begin() {
        return begin(() -> 0);
    }

    /** As {@link #begin()}, where other processes take part, whose CPU time so far this is. */
    static Surroundings begin(LongSupplier othersCpuNs) {
        return new Surroundings(othersCpuNs);
    }

    /** Ends, and makes the report of these rows. */
    public Report report(String bench, List<Row> rows) {
        double foreign = load.foreignPercent();
        Ruler ruler = Ruler.of(rulerNs, PingPong.rttNs());
        return new Report(bench, clean(foreign, ruler), env.finish(foreign), ruler, rows);
    }

    static boolean clean(double foreignPercent, Ruler ruler) {
        return !(foreignPercent > MAX_FOREIGN_PERCENT) && ruler.change() <= MAX_RULER_CHANGE;
    }
}
