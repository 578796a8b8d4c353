// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** What a worker is at. */
public enum WorkerState {
    /** Its thread was never started, or has ended for now. */
    ABSENT,
    /** It runs tasks or forks. */
    RUN,
    /** It has found nothing for a moment, and looks into the fork stacks and queues of others. */
    STEAL,
    /** It spins or yields between two looks. */
    SPIN,
    /** It sleeps until somebody wakes it. */
    PARK,
    /** Its task waits for something, and a spare worker may have taken its place. */
    BLOCKED,
    /** Its engine has ended. */
    STOPPED,
    /** A state that this reader does not know. */
    OTHER;

    private static final WorkerState[] ALL = values();

    static WorkerState of(long code) {
        return code >= 0 && code < ALL.length ? ALL[(int) code] : OTHER;
    }

    /** As in the file. */
    @SuppressWarnings("EnumOrdinal") // the order is part of the layout
    long code() {
        return ordinal();
    }
}
