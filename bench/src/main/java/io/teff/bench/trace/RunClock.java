// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.monitor.MonitorInfo;
import java.util.List;

/**
 * One clock for several runs, from the start of the first. Engines of one machine share its monotonic
 * clock; those of several are put together by their wall clocks, as exact as these are.
 */
final class RunClock {
    private final long[] zeroNs; // on each engine's own clock

    RunClock(List<MonitorInfo> runs) {
        zeroNs = new long[runs.size()];
        boolean isOneMachine =
                runs.stream().map(RunClock::boot).distinct().count() == 1
                        && !boot(runs.get(0)).isEmpty();
        long firstMs = runs.stream().mapToLong(MonitorInfo::startMs).min().orElse(0);
        long firstNs = runs.stream().mapToLong(MonitorInfo::startNs).min().orElse(0);
        for (int i = 0; i < zeroNs.length; i++) {
            MonitorInfo run = runs.get(i);
            zeroNs[i] =
                    isOneMachine ? firstNs : run.startNs() - 1_000_000 * (run.startMs() - firstMs);
        }
    }

    private static String boot(MonitorInfo info) {
        return info.texts().getOrDefault("boot", "");
    }

    /** Nanoseconds since the first run's start, of a time on the clock of run {@code i}. */
    long ns(int i, long engineNs) {
        return engineNs - zeroNs[i];
    }
}
