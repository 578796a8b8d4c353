// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import io.teff.mpi.executor.MpiFunction;
import io.teff.remote.RemoteCallable;
import java.io.Serializable;

/** What a user's own package has, which is not that of the tests that send it. */
public final class AwayFunctions {
    /** Throws. */
    public static final MpiFunction.Longs LONGS =
            MpiFunction.longs(
                    "away.longs",
                    (a, b) -> {
                        throw new Failure("by " + a);
                    });

    /** Throws. */
    public static final MpiFunction.Bytes BYTES =
            MpiFunction.bytes(
                    "away.bytes",
                    bytes -> {
                        throw new Failure("by bytes");
                    });

    /** Throws. */
    public static final MpiFunction.Forks RANGE =
            MpiFunction.range(
                    "away.range",
                    i -> {
                        throw new Failure("by range");
                    });

    private AwayFunctions() {}

    /** A value of this package. */
    public record Value(int x) implements Serializable {}

    /** Of this package. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** Gives a value of this package. */
    public static RemoteCallable<Object> value() {
        return () -> new Value(7);
    }
}
