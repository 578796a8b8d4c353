// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/** The interchange has died while the task was out. */
public final class InterchangeLost extends TaskLost {
    private static final long serialVersionUID = 1L;

    InterchangeLost(long task, String message) {
        super(task, message);
    }
}
