// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.CancellationException;

/**
 * Who gets the result of a call that went to another rank, once. Called by a worker, by a thread that
 * waits for results, or, if it is plain, by one that makes calls; not by two at the same time for the same
 * call. Never throws.
 */
interface Receiver {
    /** It has returned this number. */
    void returned(long tag, long value);

    /** It has returned these bytes. */
    void returned(long tag, byte[] value);

    /** It has thrown this, or cannot be run. */
    void failed(long tag, Throwable error);

    /** A call of this function has thrown what these bytes say. */
    void thrown(long tag, int function, byte[] failure);

    /** It was cancelled, and will not run. */
    default void dropped(long tag) {
        failed(tag, new CancellationException("the call was cancelled"));
    }

    /** Nothing but a result; it can be called in the midst of anything. */
    default boolean isPlain() {
        return false;
    }
}
