// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;

/** Work that blocks, done in this thread once, with somebody in its place if its pool knows how. */
final class Blocking<T> implements ForkJoinPool.ManagedBlocker {
    private final Callable<T> work;
    private T result;
    private Throwable error;
    private boolean done;

    private Blocking(Callable<T> work) {
        this.work = work;
    }

    static <T> T run(Callable<T> work) throws Exception {
        Blocking<T> blocking = new Blocking<>(work);
        Waiter.waitIn(blocking);
        if (blocking.error instanceof Exception e) {
            throw e;
        }
        if (blocking.error != null) {
            throw (Error) blocking.error;
        }
        return blocking.result;
    }

    @Override
    public boolean block() {
        if (!done) {
            done = true;
            try {
                result = work.call();
            } catch (Throwable t) { // not thrown through the pool, which has its own ideas of some
                error = t;
            }
        }
        return true;
    }

    @Override
    public boolean isReleasable() {
        return done;
    }
}
