// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** Where an engine is in its life, as it says itself; whether its process still lives is another question. */
public enum EngineStatus {
    /** Takes tasks. */
    RUNNING,
    /** Runs what it has taken, and takes no more. */
    SHUTDOWN,
    /** Was stopped; what runs comes to its end. */
    STOPPED,
    /** No thread is left: the numbers are final. */
    TERMINATED,
    /** A status that this reader does not know. */
    OTHER;

    private static final EngineStatus[] ALL = values();

    static EngineStatus of(long code) {
        return code >= 0 && code < ALL.length ? ALL[(int) code] : OTHER;
    }

    /** As in the file. */
    @SuppressWarnings("EnumOrdinal") // the order is part of the layout
    long code() {
        return ordinal();
    }
}
