// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** How long sampled tasks waited in a queue, in nanoseconds: one worker writes, any thread reads. */
final class WaitRecorder {
    private static final long MAX_NS = 3_600_000_000_000L;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(MAX_NS, 2);
    private final Histogram total = new Histogram(MAX_NS, 2);
    private Histogram recycled;

    void record(long waitNs) {
        recorder.recordValue(Math.min(Math.max(0, waitNs), MAX_NS));
    }

    /** Any thread: adds all that was recorded so far to {@code sum}. */
    synchronized void addTo(Histogram sum) {
        recycled = recorder.getIntervalHistogram(recycled);
        total.add(recycled);
        sum.add(total);
    }

    static Histogram newHistogram() {
        return new Histogram(MAX_NS, 2);
    }
}
