// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The numbers a loop runs over, the bodies it runs, and the answers it must give. */
public final class LoopData {
    private static final long SEED = 20_240_601;
    private static final int SKEW_STEPS = 64;

    /** Numbers in [0, 1). */
    public final double[] in;

    /** Where {@code in * 2 + 1} goes; empty unless asked for. */
    public final double[] out;

    /** Data of {@code n} numbers, the same each time. */
    public LoopData(int n, boolean withOut) {
        in = new double[n];
        out = new double[withOut ? n : 0];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < n; i++) {
            in[i] = random.nextDouble();
        }
    }

    /** A body whose cost grows with {@code i}: from nothing to 64 dependent multiplications. */
    public static double skewed(double[] in, int i) {
        double x = in[i];
        double r = x;
        for (int k = (int) ((long) i * SKEW_STEPS / in.length); k > 0; k--) {
            r = r * 0.75 + x;
        }
        return r;
    }

    /** The sum by Neumaier's compensation: what every other way of summing is checked against. */
    public double compensatedSum(boolean skewed) {
        double sum = 0;
        double lost = 0;
        for (int i = 0; i < in.length; i++) {
            double x = skewed ? skewed(in, i) : in[i];
            double next = sum + x;
            lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
            sum = next;
        }
        return sum + lost;
    }

    /** Sets the output to NaN, so that what is not written shows. */
    void clear() {
        Arrays.fill(out, Double.NaN);
    }

    /** True if every element of the output was written, and right. */
    boolean outRight() {
        for (int i = 0; i < out.length; i++) {
            if (out[i] != 2 * in[i] + 1) {
                return false;
            }
        }
        return true;
    }

    /** The sum as one writes it: one accumulator, which no compiler may reorder. */
    public static double plainSum(double[] in) {
        double sum = 0;
        for (int i = 0; i < in.length; i++) {
            sum += in[i];
        }
        return sum;
    }

    /** The sum with eight accumulators: what one thread can do. */
    public static double wideSum(double[] in) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        double e = 0;
        double f = 0;
        double g = 0;
        double h = 0;
        int i = 0;
        for (; i <= in.length - 8; i += 8) {
            a += in[i];
            b += in[i + 1];
            c += in[i + 2];
            d += in[i + 3];
            e += in[i + 4];
            f += in[i + 5];
            g += in[i + 6];
            h += in[i + 7];
        }
        for (; i < in.length; i++) {
            a += in[i];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }

    /** The tiny body in a plain loop. */
    public static void plainTiny(double[] in, double[] out) {
        for (int i = 0; i < in.length; i++) {
            out[i] = 2 * in[i] + 1;
        }
    }

    /** The skewed body in a plain loop. */
    public static double plainSkewed(double[] in) {
        double sum = 0;
        for (int i = 0; i < in.length; i++) {
            sum += skewed(in, i);
        }
        return sum;
    }
}
