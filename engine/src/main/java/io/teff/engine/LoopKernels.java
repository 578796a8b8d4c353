// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.LongConsumer;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/**
 * The inner loops. Each is a template that {@link BodyCopies} defines anew for each loop body.
 * Sums of doubles run in eight strands, so that an addition need not wait for the one before it: the
 * order of additions is free anyway once a loop runs in parallel.
 */
final class LoopKernels {
    static final BodyCopies<LoopKernel> INT_EACH = copies(IntEach.class);
    static final BodyCopies<LoopKernel> INT_SUM = copies(IntSum.class);
    static final BodyCopies<LoopKernel> INT_SUM_LONG = copies(IntSumLong.class);
    static final BodyCopies<LoopKernel> INT_MAP = copies(IntMap.class);
    static final BodyCopies<LoopKernel> LONG_EACH = copies(LongEach.class);
    static final BodyCopies<LoopKernel> LONG_SUM = copies(LongSum.class);
    static final BodyCopies<LoopKernel> LONG_SUM_LONG = copies(LongSumLong.class);
    static final BodyCopies<LoopKernel> TILE_EACH = copies(TileEach.class);
    static final BodyCopies<LoopKernel> TILE_SUM_LONG = copies(TileSumLong.class);

    private static BodyCopies<LoopKernel> copies(Class<? extends LoopKernel> template) {
        return new BodyCopies<>(LoopKernel.class, template);
    }

    private LoopKernels() {}

    static final class IntEach extends LoopKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            IntConsumer f = (IntConsumer) body;
            int end = (int) hi;
            for (int i = (int) lo; i < end; i++) {
                f.accept(i);
            }
            return 0;
        }
    }

    abstract static class DoubleKernel extends LoopKernel {
        @Override
        long zero() {
            return Double.doubleToRawLongBits(0.0);
        }

        @Override
        long combine(long left, long right) {
            return Double.doubleToRawLongBits(
                    Double.longBitsToDouble(left) + Double.longBitsToDouble(right));
        }
    }

    abstract static class LongKernel extends LoopKernel {
        @Override
        long combine(long left, long right) {
            return left + right;
        }
    }

    static final class IntSum extends DoubleKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            IntToDoubleFunction f = (IntToDoubleFunction) body;
            int i = (int) lo;
            int end = (int) hi;
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            double s4 = 0;
            double s5 = 0;
            double s6 = 0;
            double s7 = 0;
            if (end - i >= 8) {
                for (int last = end - 7; i < last; i += 8) {
                    s0 += f.applyAsDouble(i);
                    s1 += f.applyAsDouble(i + 1);
                    s2 += f.applyAsDouble(i + 2);
                    s3 += f.applyAsDouble(i + 3);
                    s4 += f.applyAsDouble(i + 4);
                    s5 += f.applyAsDouble(i + 5);
                    s6 += f.applyAsDouble(i + 6);
                    s7 += f.applyAsDouble(i + 7);
                }
            }
            for (; i < end; i++) {
                s0 += f.applyAsDouble(i);
            }
            double sum = s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
            return Double.doubleToRawLongBits(Double.longBitsToDouble(acc) + sum);
        }
    }

    static final class IntSumLong extends LongKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            IntToLongFunction f = (IntToLongFunction) body;
            int end = (int) hi;
            long sum = acc;
            for (int i = (int) lo; i < end; i++) {
                sum += f.applyAsLong(i);
            }
            return sum;
        }
    }

    /** {@code out} is the array, whose index 0 belongs to the range's first integer. */
    static final class IntMap extends LoopKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            IntToDoubleFunction f = (IntToDoubleFunction) body;
            IntRange.Target target = (IntRange.Target) out;
            double[] values = target.values;
            int from = target.from;
            int end = (int) hi;
            for (int i = (int) lo; i < end; i++) {
                values[i - from] = f.applyAsDouble(i);
            }
            return 0;
        }
    }

    static final class LongEach extends LoopKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            LongConsumer f = (LongConsumer) body;
            for (long i = lo; i < hi; i++) {
                f.accept(i);
            }
            return 0;
        }
    }

    static final class LongSum extends DoubleKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            LongToDoubleFunction f = (LongToDoubleFunction) body;
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            long i = lo;
            if (hi - lo >= 4) {
                for (long last = hi - 3; i < last; i += 4) {
                    s0 += f.applyAsDouble(i);
                    s1 += f.applyAsDouble(i + 1);
                    s2 += f.applyAsDouble(i + 2);
                    s3 += f.applyAsDouble(i + 3);
                }
            }
            for (; i < hi; i++) {
                s0 += f.applyAsDouble(i);
            }
            return Double.doubleToRawLongBits(Double.longBitsToDouble(acc) + (s0 + s1 + (s2 + s3)));
        }
    }

    static final class LongSumLong extends LongKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            LongUnaryOperator f = (LongUnaryOperator) body;
            long sum = acc;
            for (long i = lo; i < hi; i++) {
                sum += f.applyAsLong(i);
            }
            return sum;
        }
    }

    /** The range counts tiles, row by row; {@code out} knows their places. */
    static final class TileEach extends LoopKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            Tiles.TileBody f = (Tiles.TileBody) body;
            Tiles plane = (Tiles) out;
            for (long i = lo; i < hi; i++) {
                int x = plane.x(i);
                int y = plane.y(i);
                f.accept(x, y, plane.right(x), plane.lower(y));
            }
            return 0;
        }
    }

    static final class TileSumLong extends LongKernel {
        @Override
        long run(Object body, Object out, long lo, long hi, long acc) {
            Tiles.TileToLong f = (Tiles.TileToLong) body;
            Tiles plane = (Tiles) out;
            long sum = acc;
            for (long i = lo; i < hi; i++) {
                int x = plane.x(i);
                int y = plane.y(i);
                sum += f.applyAsLong(x, y, plane.right(x), plane.lower(y));
            }
            return sum;
        }
    }
}
