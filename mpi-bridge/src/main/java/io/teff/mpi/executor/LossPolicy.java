// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** What becomes of the tasks of a rank that is lost. */
public enum LossPolicy {
    /** They run again on another rank; so a task may run twice, but each has one result. */
    RUN_AGAIN,
    /** They fail with {@link RankLost}; no task runs twice. */
    FAIL
}
