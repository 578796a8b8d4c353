// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * Where a task is, in Parsl's words.
 *
 * <pre>
 * PENDING -> LAUNCHED -> RUNNING -> EXEC_DONE | FAILED
 *                        RUNNING -> FAIL_RETRYABLE -> LAUNCHED     a retry
 *                        RUNNING -> JOINING -> EXEC_DONE | FAILED  a join app
 * PENDING -> DEP_FAIL | MEMO_DONE
 * any of the first three -> CANCELLED
 * </pre>
 */
public enum TaskState {
    /** Waits for its arguments. */
    PENDING,
    /** Handed to an executor. */
    LAUNCHED,
    /** Its body runs. */
    RUNNING,
    /** Its body failed, and it will be launched again. */
    FAIL_RETRYABLE,
    /** Its body has returned futures, for which it waits. */
    JOINING,
    /** Has its result. */
    EXEC_DONE,
    /** Has its result from an earlier call, or from a checkpoint. */
    MEMO_DONE,
    /** Failed by itself. */
    FAILED,
    /** Never ran, since something that it depends on failed. */
    DEP_FAIL,
    /** Cancelled before it had a result. */
    CANCELLED;

    private static final TaskState[] ALL = values();

    static TaskState of(int code) {
        return ALL[code];
    }

    /** A small number for fields and counters of this JVM; never written down. */
    @SuppressWarnings("EnumOrdinal")
    int code() {
        return ordinal();
    }

    /** Whether a task stays in this state for ever. */
    public boolean isFinal() {
        return compareTo(EXEC_DONE) >= 0;
    }
}
