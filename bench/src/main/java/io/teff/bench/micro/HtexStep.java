// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.executors.htex.HtexConfig;
import java.util.Arrays;
import java.util.List;

/** The htex executor set up in one way: as Parsl's, with one step away from it, or with all. */
enum HtexStep {
    /** As Parsl's executor is shipped. */
    PARSL_DEFAULTS("parsl-defaults", false, false, false),
    /** Calls of registered functions: their names travel, not their code. */
    BY_NAME("by-name", true, false, false),
    /** Many tasks and many results to a message. */
    BATCHES("batches", false, false, false),
    /** Tasks wait at the manager, not at the interchange. */
    PREFETCH("prefetch", false, false, false),
    NO_ENCRYPTION("no-encryption", false, false, false),
    /** The last records in memory, no file that is flushed. */
    RING_LOG("ring-log", false, false, false),
    /** Workers are threads of an engine in the manager, not processes. */
    THREADS("threads", false, true, false),
    TUNED("tuned", false, false, true),
    TUNED_BY_NAME("tuned.by-name", true, false, true),
    TUNED_THREADS("tuned.threads", true, true, true);

    final String name;
    final boolean byName;
    final boolean threads;
    final boolean tuned;

    HtexStep(String name, boolean byName, boolean threads, boolean tuned) {
        this.name = name;
        this.byName = byName;
        this.threads = threads;
        this.tuned = tuned;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(step -> step.name).toList();
    }

    HtexConfig.Builder config() {
        HtexConfig.Builder config = tuned ? HtexConfig.tuned() : HtexConfig.parslDefaults();
        config.threads(threads);
        return switch (this) {
            case BATCHES -> config.batching(true);
            case PREFETCH -> config.prefetch(2048);
            case NO_ENCRYPTION -> config.encrypted(false);
            case RING_LOG -> config.fileLog(false);
            default -> config; // how tasks are written down, or who runs them
        };
    }

    /** JVMs beside the one that submits: interchange, manager, and the workers' if they have any. */
    int jvms(int workers) {
        return threads ? 2 : 2 + workers;
    }
}
