// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

/**
 * Makes the intervals of one worker nest, as trace viewers want them: each is within another or apart
 * from it. They come in the order of their ends. One that overlaps an earlier one without containing it,
 * by the width of a look at the clock, begins when that one ends. One thread.
 */
final class Nesting {
    private static final int DEPTH = 1 << 10;

    private final long[] begins = new long[DEPTH];
    private final long[] ends = new long[DEPTH];
    private int size; // intervals that no other has contained yet, disjoint, in order

    /** Where an interval is to begin. */
    long begin(long begin, long end) {
        long from = begin;
        while (size > 0 && ends[size - 1] > from) {
            if (begins[size - 1] < from) {
                from = Math.min(end, ends[size - 1]);
                break;
            }
            size--;
        }
        if (size == DEPTH) {
            System.arraycopy(begins, 1, begins, 0, DEPTH - 1);
            System.arraycopy(ends, 1, ends, 0, DEPTH - 1);
            size--;
        }
        begins[size] = from;
        ends[size++] = end;
        return from;
    }
}
