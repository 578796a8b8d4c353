// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/** Loops over the longs of a range; the rules are {@link IntRange}'s. */
public final class LongRange {
    private final Engine engine;
    private final long lo;
    private final long hi;

    LongRange(Engine engine, long lo, long hi) {
        if (lo > hi || hi - lo < 0) {
            throw new IllegalArgumentException(
                    "range from "
                            + lo
                            + " to "
                            + hi
                            + (lo > hi ? ": lo is above hi" : ": more than 2^63 - 1 numbers"));
        }
        this.engine = engine;
        this.lo = lo;
        this.hi = hi;
    }

    /** Runs the body for each number. */
    public void forEach(LongConsumer body) {
        Loop.run(engine, LoopKernels.LONG_EACH.get(body.getClass()), body, null, lo, hi);
    }

    /** The sum of the body's values. Additions happen in no fixed order, so the last bits may vary. */
    public double sum(LongToDoubleFunction body) {
        LoopKernel kernel = LoopKernels.LONG_SUM.get(body.getClass());
        return Double.longBitsToDouble(Loop.run(engine, kernel, body, null, lo, hi));
    }

    /** The sum of the body's values, modulo 2^64. */
    public long sumLong(LongUnaryOperator body) {
        return Loop.run(engine, LoopKernels.LONG_SUM_LONG.get(body.getClass()), body, null, lo, hi);
    }

    /**
     * The body's values, combined from left to right.
     *
     * @param identity neutral for {@code combine}; used any number of times
     * @param combine associative; need not be commutative
     */
    public <T> T reduce(T identity, LongFunction<? extends T> body, BinaryOperator<T> combine) {
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(combine, "combine");
        return engine.invoke(new Loop.Reduction<>(lo, hi, identity, body, combine));
    }
}
