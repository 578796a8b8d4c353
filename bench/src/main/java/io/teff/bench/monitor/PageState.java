// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.EventKind;
import io.teff.monitor.WorkerState;

/** How a worker spends its time, as the page shows it. The order is that of {@code STATES} in the page. */
enum PageState {
    RUN,
    STEAL,
    SPIN,
    PARK,
    BLOCKED,
    STOPPED;

    static final int COUNT = values().length;

    private static final PageState[] ALL = values();

    /** In lower case, as the page knows it. */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    @SuppressWarnings("EnumOrdinal") // the page numbers states in the same order
    int code() {
        return ordinal();
    }

    static PageState of(int code) {
        return ALL[code];
    }

    static PageState of(WorkerState state) {
        return switch (state) {
            case RUN -> RUN;
            case STEAL -> STEAL;
            case SPIN -> SPIN;
            case PARK -> PARK;
            case BLOCKED -> BLOCKED;
            case ABSENT, STOPPED, OTHER -> STOPPED;
        };
    }

    /** The state that an event is a stretch of; null if it is none, or part of another event. */
    static PageState of(EventKind kind) {
        return switch (kind) {
            case TASKS, FORK, ROOT -> RUN;
            case SPIN -> SPIN;
            case PARK -> PARK;
            case BLOCKED -> BLOCKED;
            case NONE, TILE, SAMPLE, STUCK, OTHER -> null;
        };
    }

    /** The state in whose colour an event is drawn. */
    static PageState drawnAs(EventKind kind) {
        PageState state = of(kind);
        return state == null ? RUN : state;
    }
}
