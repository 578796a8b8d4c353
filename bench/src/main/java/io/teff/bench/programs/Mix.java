// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

/**
 * Random numbers that can be had in any order: number i depends on i alone.
 *
 * <p>Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014. Any
 * thread; no state.
 */
final class Mix {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Mix() {}

    /** The i-th 64-bit number of the stream that starts at {@code seed}. */
    static long bits(long seed, long i) {
        long z = seed + (i + 1) * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The i-th number of the stream as a double in [0, 1), with 53 random bits. */
    static double unit(long seed, long i) {
        return (bits(seed, i) >>> 11) * 0x1.0p-53;
    }
}
