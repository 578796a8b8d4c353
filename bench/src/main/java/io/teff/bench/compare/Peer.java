// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.programs.Answer;
import io.teff.bench.programs.Params;
import io.teff.bench.programs.Program;

/**
 * A contender outside this JVM, such as a task system of another language. It runs what it can of the
 * programs, times itself, and says which version it is, or why it is not here.
 *
 * <p>Its rows stand beside those of the pools, with its version among their parameters. It runs only
 * when named by {@code --executors}, between all others but, unless told otherwise, in only some of
 * their rounds, and not in the warm-up: its start costs seconds, and it warms itself up.
 */
interface Peer {
    /** What is typed to choose it; its rows' contender. */
    String name();

    /** Whether it can run here. Asked once, before anything is measured; may start processes. */
    Presence presence() throws InterruptedException;

    /** Whether it has a form of this program. */
    boolean runs(Program program);

    /**
     * Runs a program until its time is known, and leaves no process behind. An exception fails its
     * row for good.
     */
    Timing run(Program program, Params size, int workers) throws Exception;

    /**
     * Whether a peer is here: one of the two is null.
     *
     * @param version what it calls itself, such as {@code 2026.8.1}
     * @param absence why it cannot run, and what would help
     */
    record Presence(String version, String absence) {
        static Presence here(String version) {
            return new Presence(version, null);
        }

        static Presence absent(String why) {
            return new Presence(null, why);
        }

        boolean isHere() {
            return absence == null;
        }
    }

    /**
     * What one run gave.
     *
     * @param seconds of one run, by the peer's own clock, without its start
     * @param answer what it computed, compared with the right one
     */
    record Timing(double seconds, Answer answer) {}
}
