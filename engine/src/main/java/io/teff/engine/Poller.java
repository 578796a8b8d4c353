// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Where an engine looks for work that nobody submits from this process, such as messages of other
 * processes. Idle workers look again and again, busy ones every few dozen tasks and, after {@link
 * Engine#pollSoon()}, when they fork; so it needs no thread of its own. {@link Engine#pollNow} wakes one up
 * that sleeps.
 *
 * <p>What it finds it hands to {@link Engine#execute}. Several workers may look at the same time. A look
 * runs in the midst of tasks: it must not wait, run tasks itself, or throw; what it throws all the same
 * goes to the engine's uncaught handler.
 */
public interface Poller {
    /**
     * One look.
     *
     * @param idle whether the calling worker has nothing else to do, or waits for work done elsewhere
     * @return whether it found anything
     */
    boolean poll(boolean idle);

    /** How long the one sleeping worker that still looks may sleep between two looks; in ns. */
    long napNs();
}
