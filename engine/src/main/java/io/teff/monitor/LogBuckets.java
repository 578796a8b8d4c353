// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/**
 * The buckets of a log-linear histogram: 32 to each power of two, so that a value is known to 3 %.
 * Values from 0 to 2^42 - 1, nanoseconds up to 73 minutes; larger ones count in the last bucket.
 * Source: Tene, HdrHistogram.
 */
public final class LogBuckets {
    private static final int SUB_BITS = 5;
    private static final int SUBS = 1 << SUB_BITS;
    private static final int MAX_BITS = 42;
    private static final long MAX = (1L << MAX_BITS) - 1;

    /** How many buckets there are. */
    public static final int COUNT = (MAX_BITS - SUB_BITS + 1) * SUBS;

    private LogBuckets() {}

    /** The bucket of a value; a negative one counts as 0. */
    public static int of(long value) {
        long v = Math.min(Math.max(0, value), MAX);
        if (v < SUBS) {
            return (int) v;
        }
        int shift = 63 - Long.numberOfLeadingZeros(v) - SUB_BITS;
        return (shift << SUB_BITS) + (int) (v >>> shift);
    }

    /** The least value of a bucket. */
    public static long lowest(int bucket) {
        if (bucket < 2 * SUBS) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        return (long) (SUBS + (bucket & SUBS - 1)) << shift;
    }

    /** The greatest value of a bucket. */
    public static long highest(int bucket) {
        return bucket + 1 < COUNT ? lowest(bucket + 1) - 1 : MAX;
    }
}
