// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.time.Duration;

/** When to send the next heartbeat, and when the other side counts as gone. One thread. */
final class Heartbeats {
    private final long periodNs;
    private final long thresholdNs;
    private long nextNs;

    Heartbeats(Duration period, Duration threshold, long nowNs) {
        periodNs = period.toNanos();
        thresholdNs = threshold.toNanos();
        nextNs = nowNs + periodNs;
    }

    /** Whether a heartbeat is due; if so, the next one is a period away. */
    boolean isDue(long nowNs) {
        if (nowNs - nextNs < 0) {
            return false;
        }
        nextNs = nowNs + periodNs;
        return true;
    }

    long msToNext(long nowNs) {
        return Math.max(0, (nextNs - nowNs) / 1_000_000 + 1);
    }

    /** Whether one who was last heard then has been silent for too long. */
    boolean isLost(long heardNs, long nowNs) {
        return nowNs - heardNs > thresholdNs;
    }
}
