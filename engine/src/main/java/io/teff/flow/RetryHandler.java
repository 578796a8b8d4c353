// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * Says what a failure costs. A task is run again while the sum of its costs is within its budget,
 * {@link Options#retries}. Must be safe for use by several threads; what it throws fails the task.
 */
@FunctionalInterface
public interface RetryHandler {
    /** The cost of this failure, at least 0; the default handler says 1. */
    double cost(Throwable failure, TaskRecord task);
}
