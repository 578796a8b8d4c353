// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import java.util.SplittableRandom;

/** Square matrices of doubles, row by row in one array, and what the matrix programs share. */
final class Matrices {
    private static final int LARGEST = 9;

    private Matrices() {}

    /** A matrix of small whole numbers, the same for the same seed: their products are exact. */
    static double[] wholeNumbers(int n, long seed) {
        return new SplittableRandom(seed)
                .ints((long) n * n, 0, LARGEST + 1)
                .asDoubleStream()
                .toArray();
    }

    /** The matrix times the vector. */
    static double[] times(double[] matrix, double[] vector) {
        int n = vector.length;
        double[] product = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += matrix[i * n + j] * vector[j];
            }
            product[i] = sum;
        }
        return product;
    }

    /**
     * Whether {@code c} is {@code a} times {@code b}, by Freivalds' test with a vector that no element
     * of a difference escapes but by chance; exact where all numbers are whole.
     */
    static boolean isProduct(double[] c, double[] a, double[] b, int n) {
        double[] vector = new SplittableRandom(n).ints(n, 1, 1 << 10).asDoubleStream().toArray();
        return java.util.Arrays.equals(times(c, vector), times(a, times(b, vector)));
    }

    /** Adds to a block of {@code c} the product of blocks of {@code a} and {@code b}. */
    static void multiplyAdd(
            double[] c, int ci, double[] a, int ai, double[] b, int bi, int size, int stride) {
        for (int i = 0; i < size; i++) {
            int row = ci + i * stride;
            for (int k = 0; k < size; k++) {
                double x = a[ai + i * stride + k];
                int other = bi + k * stride;
                for (int j = 0; j < size; j++) {
                    c[row + j] += x * b[other + j];
                }
            }
        }
    }
}
