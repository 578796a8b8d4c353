// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.atomic.AtomicLong;

/** What comes back to a lane: to its user, and counted. Several threads at a time. */
final class LaneResults {
    private final Driver driver;
    private final LongResults sink;
    private final AtomicLong answered = new AtomicLong(); // pairs with await's read: the sink knows

    LaneResults(Driver driver, LongResults sink) {
        this.driver = driver;
        this.sink = sink;
    }

    long answered() {
        return answered.get();
    }

    void give(long[] tags, int first, long[] values, int count) {
        for (int i = 0; i < count; i++) {
            give(tags[first + i], values[i]);
        }
        answered.getAndAdd(count);
    }

    private void give(long tag, long value) {
        try {
            sink.result(tag, value);
        } catch (Throwable error) {
            driver.uncaught(error);
        }
    }

    void fail(long tag, Throwable error) {
        try {
            sink.failed(tag, error);
        } catch (Throwable ofTheSink) {
            driver.uncaught(ofTheSink);
        }
        answered.getAndIncrement();
    }
}
