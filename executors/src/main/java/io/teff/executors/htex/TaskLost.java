// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/**
 * A process that held the task is gone. The task may have run in part, in full, or not at all; it
 * may be submitted again where that does no harm.
 */
public abstract class TaskLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long task;

    TaskLost(long task, String message) {
        super("task " + task + " is lost: " + message);
        this.task = task;
    }

    /** The number of the task. */
    public final long task() {
        return task;
    }
}
