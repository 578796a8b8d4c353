// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/** The manager that had the task has died, or its block has ended. */
public final class ManagerLost extends TaskLost {
    private static final long serialVersionUID = 1L;

    ManagerLost(long task, String message) {
        super(task, message);
    }
}
