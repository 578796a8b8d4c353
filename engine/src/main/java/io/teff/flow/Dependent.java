// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * What waits for an {@link AppFuture}: a link of the stack of dependents that hangs on it. A link
 * lies in one stack at a time; what waits for several futures hangs on one after the other.
 */
abstract class Dependent {
    /** Written by whoever pushes or unlinks it; read after the CAS on the future's outcome. */
    Dependent next;

    /** The future has its outcome. Called once, by the runner that completed it. */
    abstract void resolved(Runner runner);

    /** The future has failed; {@link #resolved} comes next. */
    void miss() {}

    /** {@link #resolved} threw, which it does only when the JVM is out of memory or stack. */
    abstract void failed(Throwable error, Runner runner);

    /** Whether {@link #resolved} calls a function of the user's, which may do anything. */
    boolean runsForeignCode() {
        return false;
    }

    /** Whether nobody needs it any more, so that it may be dropped. */
    boolean hasGivenUp() {
        return false;
    }
}
