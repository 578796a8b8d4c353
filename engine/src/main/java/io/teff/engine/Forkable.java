// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** What a frame can hold: the common face of the typed tasks, for whoever runs a stolen one. */
abstract class Forkable {
    Forkable() {}

    /** Runs it with whatever the frame holds; each kind of task picks the arguments it has. */
    abstract long run(Worker w, long a, long b, Object ref);

    /** The worker that fork and join were given, checked as far as it costs nothing. */
    static void check(Worker w, String what) {
        if (w == null) {
            throw Worker.noWorker(what);
        }
        assert w.isCurrent() : w.strayThread(what);
    }
}
