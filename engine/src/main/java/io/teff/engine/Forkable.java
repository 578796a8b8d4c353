// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.function.Predicate;

/** What a frame can hold: the common face of the typed tasks, for whoever runs a stolen one. */
abstract class Forkable {
    Forkable() {}

    /** Runs it with whatever the frame holds; each kind of task picks the arguments it has. */
    abstract long run(Worker w, long a, long b, Object ref);

    /**
     * Whose forks nobody waits for: the group that knows when all of them have ended; null for a fork that
     * is joined.
     *
     * @param ref the frame's
     */
    Detached group(Object ref) {
        return null;
    }

    /**
     * Forks of which no one is joined alone. A thief tells it, and then the owner's frame is free. As a
     * predicate: whether a frame holds one of them.
     */
    interface Detached extends Predicate<Frame> {
        /** One of them has been stolen and is about to run; before its frame is free. */
        void begins();

        /** It has ended, with this error if not null. */
        void ends(Throwable error);
    }

    /** The worker that fork and join were given, checked as far as it costs nothing. */
    static void check(Worker w, String what) {
        if (w == null) {
            throw Worker.noWorker(what);
        }
        assert w.isCurrent() : w.strayThread(what);
    }
}
