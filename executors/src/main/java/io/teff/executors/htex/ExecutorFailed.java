// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/** The executor is in bad state: it runs no tasks any more. The message and the cause say why. */
public final class ExecutorFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExecutorFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
