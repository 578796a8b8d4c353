// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * Loops over the integers of a range. Bodies run in any order and on several threads at a time, so
 * they must not depend on each other; when the call returns, all of them have run, and what they
 * wrote is visible. The first exception of a body ends the loop, and the call throws it.
 */
public final class IntRange {
    private final Engine engine;
    private final int lo;
    private final int hi;

    /** Where {@link #map} writes. */
    static final class Target {
        final double[] values;
        final int from;

        Target(double[] values, int from) {
            this.values = values;
            this.from = from;
        }
    }

    IntRange(Engine engine, int lo, int hi) {
        if (lo > hi) {
            throw new IllegalArgumentException(
                    "range from " + lo + " to " + hi + ": lo is above hi");
        }
        this.engine = engine;
        this.lo = lo;
        this.hi = hi;
    }

    /** Runs the body for each integer. */
    public void forEach(IntConsumer body) {
        Loop.run(engine, LoopKernels.INT_EACH.get(body.getClass()), body, null, lo, hi);
    }

    /** The sum of the body's values. Additions happen in no fixed order, so the last bits may vary. */
    public double sum(IntToDoubleFunction body) {
        LoopKernel kernel = LoopKernels.INT_SUM.get(body.getClass());
        return Double.longBitsToDouble(Loop.run(engine, kernel, body, null, lo, hi));
    }

    /** The sum of the body's values, modulo 2^64. */
    public long sumLong(IntToLongFunction body) {
        return Loop.run(engine, LoopKernels.INT_SUM_LONG.get(body.getClass()), body, null, lo, hi);
    }

    /** The body's values, in order. */
    public double[] map(IntToDoubleFunction body) {
        if ((long) hi - lo > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "range from " + lo + " to " + hi + ": its values do not fit into one array");
        }
        Target target = new Target(new double[hi - lo], lo);
        Loop.run(engine, LoopKernels.INT_MAP.get(body.getClass()), body, target, lo, hi);
        return target.values;
    }

    /**
     * The body's values, combined from left to right.
     *
     * @param identity neutral for {@code combine}; used any number of times
     * @param combine associative; need not be commutative
     */
    public <T> T reduce(T identity, IntFunction<? extends T> body, BinaryOperator<T> combine) {
        Objects.requireNonNull(body, "body");
        return engine.range((long) lo, (long) hi)
                .reduce(identity, i -> body.apply((int) i), combine);
    }
}
