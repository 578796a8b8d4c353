// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.time.Duration;

/** When a flow writes the results of memoized apps to its checkpoint. Immutable. */
public final class CheckpointMode {
    /**
     * At once: a future has its result only when that has been written. What any thread has seen of
     * a result survives the end of the process, by SIGKILL too.
     */
    public static final CheckpointMode TASK_EXIT = new CheckpointMode("TASK_EXIT", null);

    /** When the flow is closed; what a process that is killed has not written is lost. */
    public static final CheckpointMode FLOW_EXIT = new CheckpointMode("FLOW_EXIT", null);

    /** Only by {@link Flow#checkpoint}. */
    public static final CheckpointMode MANUAL = new CheckpointMode("MANUAL", null);

    private final String name;
    private final Duration period;

    private CheckpointMode(String name, Duration period) {
        this.name = name;
        this.period = period;
    }

    /** Again and again with so much time in between, and when the flow is closed. */
    public static CheckpointMode periodic(Duration period) {
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("a checkpoint's period must be positive: " + period);
        }
        return new CheckpointMode("PERIODIC", period);
    }

    /** Null unless periodic. */
    Duration period() {
        return period;
    }

    @Override
    public String toString() {
        return period == null ? name : name + "(" + period + ")";
    }
}
