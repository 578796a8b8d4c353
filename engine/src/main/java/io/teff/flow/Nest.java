// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * What flows know of a thread: the runner at work in it, if any. One per thread, reached by a thread
 * local; never shared.
 */
final class Nest {
    private static final ThreadLocal<Nest> CURRENT = ThreadLocal.withInitial(Nest::new);

    final Thread thread = Thread.currentThread();

    /** Whose task's body this thread is in; null outside. */
    Runner running;

    /** The runner that is giving a task to an executor just now; null otherwise. */
    Runner handing;

    /** A runner that only this thread uses, of the flow it was at last; null if it has none. */
    Runner own;

    /** Visits to flows in which it has no runner of its own. */
    int visits;

    static Nest current() {
        return CURRENT.get();
    }
}
