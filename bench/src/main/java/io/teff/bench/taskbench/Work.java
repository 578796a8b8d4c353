// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.Arrays;

/**
 * What one thread computes in, and the kernels themselves. The loops over lanes are such as C2 turns into
 * vector instructions; several iterations are done to a lane between its load and its store, or memory
 * would be what is measured. Each thread has its own.
 */
final class Work {
    /** Doubles of {@code compute_bound}. */
    static final int LANES = 64;

    /** Doubles of {@code compute_bound2}. */
    static final int LANES2 = 32;

    private static final long MAGIC = 0x5C4A_7C8BL; // the first word of the scratch memory
    private static final long BUSY_START = 113;
    private static final long BUSY_FACTOR = 139;
    private static final long BUSY_PRIME = (1L << 31) - 1;
    private static final boolean HAS_FMA = Fma.isFast();
    private static final double[] START = new double[LANES];

    private static final ThreadLocal<Work> OF_THREAD = ThreadLocal.withInitial(Work::new);

    private final double[] a = new double[LANES];
    private final double[] b = new double[LANES2];
    private final double[] c = new double[LANES2];
    private long[] scratch = new long[0];
    private double sum; // of the lanes, so that they are computed
    private long busy;

    static {
        for (int k = 0; k < LANES; k++) {
            START[k] = -(k + 1.0) / (LANES + 1); // A*A + A stays between -1 and 0 for ever
        }
    }

    /** That of the calling thread. */
    static Work ofThread() {
        return OF_THREAD.get();
    }

    /** What {@code compute_bound} came to, for tests. */
    double sum() {
        return sum;
    }

    /** What {@code busy_wait} came to, for tests. */
    long busy() {
        return busy;
    }

    /** Whether a product and a sum are one instruction here. */
    static boolean hasFma() {
        return HAS_FMA;
    }

    /** {@code A = A*A + A} on all lanes, so many times; then their sum. */
    void computeBound(long iterations) {
        double[] lanes = a;
        System.arraycopy(START, 0, lanes, 0, LANES);
        if (HAS_FMA) {
            fused(lanes, iterations);
        } else {
            plain(lanes, iterations);
        }
        sum = sum(lanes);
    }

    private static void fused(double[] a, long iterations) {
        long left = iterations;
        for (; left >= 8; left -= 8) {
            for (int k = 0; k < LANES; k++) {
                double x = a[k];
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                x = Math.fma(x, x, x);
                a[k] = Math.fma(x, x, x);
            }
        }
        for (; left > 0; left--) {
            for (int k = 0; k < LANES; k++) {
                a[k] = Math.fma(a[k], a[k], a[k]);
            }
        }
    }

    private static void plain(double[] a, long iterations) {
        long left = iterations;
        for (; left >= 4; left -= 4) {
            for (int k = 0; k < LANES; k++) {
                double x = a[k];
                x = x * x + x;
                x = x * x + x;
                x = x * x + x;
                a[k] = x * x + x;
            }
        }
        for (; left > 0; left--) {
            for (int k = 0; k < LANES; k++) {
                a[k] = a[k] * a[k] + a[k];
            }
        }
    }

    /** In eight parts, since one addition after the other would take longer than a small task. */
    private static double sum(double[] a) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        for (int k = 0; k < LANES; k += 8) {
            s0 += a[k];
            s1 += a[k + 1];
            s2 += a[k + 2];
            s3 += a[k + 3];
            s4 += a[k + 4];
            s5 += a[k + 5];
            s6 += a[k + 6];
            s7 += a[k + 7];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** {@code C = C + A*B} on half as many lanes, so many times. */
    void computeBound2(long iterations) {
        double[] as = a;
        double[] bs = b;
        double[] cs = c;
        for (int k = 0; k < LANES2; k++) {
            as[k] = START[k];
            bs[k] = k;
            cs[k] = 0;
        }
        for (long n = 0; n < iterations; n++) {
            if (HAS_FMA) {
                for (int k = 0; k < LANES2; k++) {
                    cs[k] = Math.fma(as[k], bs[k], cs[k]);
                }
            } else {
                for (int k = 0; k < LANES2; k++) {
                    cs[k] += as[k] * bs[k];
                }
            }
        }
        sum = cs[LANES2 - 1];
    }

    /** A multiplication after the other, which nobody can do at once. */
    void busyWait(long iterations) {
        long acc = BUSY_START;
        for (long n = 0; n < iterations; n++) {
            acc = acc * BUSY_FACTOR % BUSY_PRIME;
        }
        busy = acc;
    }

    /** Copies one half of a slice to the other; which slice hangs on the timestep. */
    void memoryBound(long iterations, long scratchBytes, int samples, int t) {
        long[] memory = scratch(scratchBytes);
        if (memory[0] != MAGIC) {
            throw new IllegalStateException("a task has overwritten the start of its scratch");
        }
        int half = (int) (scratchBytes / Long.BYTES / samples / 2);
        int from = t % samples * 2 * half;
        for (long n = 0; n < iterations; n++) {
            System.arraycopy(memory, from, memory, from + half, half);
        }
    }

    private long[] scratch(long bytes) {
        int words = (int) (bytes / Long.BYTES);
        if (scratch.length < words) {
            scratch = new long[words];
            Arrays.fill(scratch, 1);
            scratch[0] = MAGIC;
        }
        return scratch;
    }
}
