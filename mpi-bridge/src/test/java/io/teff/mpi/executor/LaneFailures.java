// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Collection;

/** Collects what calls of a lane fail with, and their results as failures. */
record LaneFailures(Collection<Throwable> thrown) implements LongResults {
    @Override
    public void result(long tag, long value) {
        thrown.add(new AssertionError("a result: " + value));
    }

    @Override
    public void failed(long tag, Throwable error) {
        thrown.add(error);
    }
}
