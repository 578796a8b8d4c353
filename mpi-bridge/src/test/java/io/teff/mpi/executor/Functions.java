// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.Fib;

/** What tests call on ranks, and ranks in one process that know it. */
final class Functions {
    static final Placement OTHER = Placement.rank(1);
    static final MpiFunction.Longs SQUARE = MpiFunction.longs("square", (a, b) -> a * a + b);
    static final MpiFunction.Longs BROKEN =
            MpiFunction.longs(
                    "broken",
                    (a, b) -> {
                        throw new IllegalStateException("broken by " + a);
                    });
    static final MpiFunction.Bytes REVERSE =
            MpiFunction.bytes(
                    "reverse",
                    bytes -> {
                        byte[] reversed = new byte[bytes.length];
                        for (int i = 0; i < bytes.length; i++) {
                            reversed[i] = bytes[bytes.length - 1 - i];
                        }
                        return reversed;
                    });
    static final MpiFunction.Forks FIBONACCI = MpiFunction.forks("fib", Fib.FIB);

    private Functions() {}

    static InOneJvm ranks(int size) {
        return new InOneJvm(size, b -> b.functions(SQUARE, BROKEN, REVERSE, FIBONACCI));
    }
}
