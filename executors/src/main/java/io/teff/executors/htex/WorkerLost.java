// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/** The worker that had the task has died. */
public final class WorkerLost extends TaskLost {
    private static final long serialVersionUID = 1L;

    WorkerLost(long task, String message) {
        super(task, message);
    }
}
