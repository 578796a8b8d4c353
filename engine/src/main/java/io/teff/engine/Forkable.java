// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.function.Predicate;

/** What a frame can hold: the common face of the typed tasks, for whoever runs a stolen one. */
abstract class Forkable {
    Forkable() {}

    /** Runs it with whatever the frame holds; each kind of task picks the arguments it has. */
    abstract long run(Worker w, long a, long b, Object ref);

    /**
     * Takes the newest unjoined fork back, unless somebody has stolen it: then it never was, and the caller
     * does its work by a plain call, with all that it knows beside the fork's arguments. Like {@link
     * java.util.concurrent.ForkJoinTask#tryUnfork}.
     *
     * <pre>{@code
     * int right = fork(w, n - 1);
     * long left = compute(w, n - 2);
     * return left + (unfork(w, right) ? compute(w, n - 1) : join(w, right));
     * }</pre>
     *
     * @param forked what {@code fork} returned
     * @return false if it was stolen, and is still to be joined
     * @throws IllegalStateException if that is no open fork of {@code w}
     */
    protected final boolean unfork(Worker w, int forked) {
        check(w, "unfork");
        if (forked < w.split || w.head != forked + 1) {
            return w.joiner.unfork(forked);
        }
        w.head = forked;
        return true;
    }

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
