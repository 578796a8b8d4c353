// SPDX-License-Identifier: Apache-2.0
package io.teff.remote.away;

import io.teff.remote.RemoteCallable;

/** Lambdas that were written in another package than the tests that send them. */
public final class SerializableLambda {
    private SerializableLambda() {}

    /** Gives 6. */
    public static RemoteCallable<Object> six() {
        return () -> 6;
    }

    /** Gives something of this package. */
    public static RemoteCallable<Object> ofThisPackage() {
        return () -> new AwayException("from home");
    }
}
