// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** What a {@link MonitorEvent} tells of; the words of each kind are in its description. */
public enum EventKind {
    /** No event: a word that was never written. */
    NONE,
    /** The worker ran {@code count} detached or lane tasks without a pause; {@code name} is the last one's. */
    TASKS,
    /** It ran a fork, or a stretch of forks, that it had stolen; {@code arg} is the victim's index. */
    FORK,
    /** It ran one whole fork/join computation, loop or graph from its root; {@code name} is its task's. */
    ROOT,
    /** It computed a tile; {@code arg} is made by {@link MonitorEvent#tileArg}. */
    TILE,
    /** It looked for work and found none, spinning or yielding; {@code count} rounds. */
    SPIN,
    /** It slept. */
    PARK,
    /** Its task waited in a blocking section, and lent its place. */
    BLOCKED,
    /**
     * A sampled task: begin and end are those of its body, {@code name} its own, and {@code arg} the
     * nanoseconds that it had waited in a queue before.
     */
    SAMPLE,
    /** It was found stuck in one task, {@code name}, which had begun at the event's begin. */
    STUCK,
    /** A kind that this reader does not know. */
    OTHER;

    private static final EventKind[] ALL = values();

    static EventKind of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : OTHER;
    }

    /** As in the file. */
    @SuppressWarnings("EnumOrdinal") // the order is part of the layout
    int code() {
        return ordinal();
    }
}
