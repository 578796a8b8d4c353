// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** Gets the results of an {@link MpiLane}'s calls, from any worker, several at the same time. */
@FunctionalInterface
public interface LongResults {
    /** A call has returned this. */
    void result(long tag, long value);

    /** A call has failed; by default the thread's uncaught handler hears of it. */
    default void failed(long tag, Throwable error) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
    }
}
