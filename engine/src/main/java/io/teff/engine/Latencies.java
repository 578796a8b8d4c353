// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.LogBuckets;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A histogram of nanoseconds: one worker records, with opaque stores; any thread reads. */
final class Latencies {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SUM = LogBuckets.COUNT;
    private static final int MAX = SUM + 1;

    private final long[] words = new long[MAX + 1];

    void record(long ns) {
        long v = Math.max(0, ns);
        add(LogBuckets.of(v), 1);
        add(SUM, v);
        if (v > words[MAX]) {
            WORD.setOpaque(words, MAX, v);
        }
    }

    private void add(int i, long n) {
        WORD.setOpaque(words, i, words[i] + n);
    }

    /** Any thread: adds what was recorded to an array of counts; returns the sum of values. */
    long addTo(long[] counts) {
        for (int i = 0; i < LogBuckets.COUNT; i++) {
            counts[i] += (long) WORD.getOpaque(words, i);
        }
        return (long) WORD.getOpaque(words, SUM);
    }

    /** Any thread: the greatest. */
    long max() {
        return (long) WORD.getOpaque(words, MAX);
    }
}
