// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** A histogram of nanoseconds, in {@link LogBuckets}: an immutable copy. */
public final class Latency {
    /** What is measured, of tasks that are sampled. */
    public enum Kind {
        /** From submission to the begin of the body. */
        WAIT,
        /** The body. */
        RUN,
        /** From submission to the end of the body. */
        TOTAL
    }

    private final long[] counts;
    private final long count;
    private final long sumNs;
    private final long maxNs;

    Latency(long[] counts, long sumNs, long maxNs) {
        this.counts = counts;
        this.sumNs = sumNs;
        this.maxNs = maxNs;
        long n = 0;
        for (long c : counts) {
            n += c;
        }
        count = n;
    }

    /** Values recorded. */
    public long count() {
        return count;
    }

    /** Values in one bucket. */
    public long count(int bucket) {
        return counts[bucket];
    }

    /** Their mean; 0 if there is none. */
    public double meanNs() {
        return count == 0 ? 0 : (double) sumNs / count;
    }

    /** The greatest; 0 if there is none. */
    public long maxNs() {
        return maxNs;
    }

    /**
     * The value that so many percent of all do not exceed, to 3 %; 0 if there is none.
     *
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public long percentileNs(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent must be from 0 to 100: " + percent);
        }
        long wanted = Math.max(1, (long) Math.ceil(percent / 100 * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(LogBuckets.highest(i), Math.max(maxNs, LogBuckets.lowest(i)));
            }
        }
        return 0;
    }

    /** This less an earlier copy: what was recorded in between. Its maximum is that of its buckets. */
    public Latency since(Latency earlier) {
        long[] more = counts.clone();
        long max = 0;
        for (int i = 0; i < more.length; i++) {
            more[i] = Math.max(0, more[i] - earlier.counts[i]);
            if (more[i] > 0) {
                max = Math.min(LogBuckets.highest(i), maxNs);
            }
        }
        return new Latency(more, sumNs - earlier.sumNs, max);
    }

    @Override
    public String toString() {
        return count
                + " values, 50 % "
                + percentileNs(50)
                + " ns, 99 % "
                + percentileNs(99)
                + " ns, max "
                + maxNs
                + " ns";
    }
}
