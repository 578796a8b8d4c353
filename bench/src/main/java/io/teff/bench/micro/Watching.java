// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.EngineConfig;
import java.nio.file.Path;

/** Whether an engine that is measured keeps a monitor file, and how much goes into it. */
enum Watching {
    /** None. */
    OFF(""),
    /** Counters and states. */
    MONITORED(".monitored"),
    /** The timeline of each worker and the times of each 1024th task, too. */
    TRACED(".traced");

    private static final int SAMPLING = 1024;
    private static final int TIMELINE = 1 << 13;

    /** What a contender's name ends with. */
    final String suffix;

    Watching(String suffix) {
        this.suffix = suffix;
    }

    EngineConfig config(EngineConfig.Builder builder) {
        if (this == OFF) {
            return builder.build();
        }
        builder.monitor(Path.of(System.getProperty("java.io.tmpdir"), "teff-bench-%p.teffmon"));
        if (this == TRACED) {
            builder.monitorSampling(SAMPLING).monitorTimeline(TIMELINE);
        }
        return builder.build();
    }
}
