// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.locks.LockSupport;

/** A bounded wait without anybody to wake us: spins, then yields, then naps. One thread only. */
final class Waiting {
    private static final int SPINS = 500;
    private static final int YIELDS = 50;
    private static final long NAP_NS = 50_000;

    private int rounds;

    void pause() {
        rounds = pause(rounds);
    }

    /** The same for a caller that keeps the rounds itself, and allocates nothing. */
    static int pause(int rounds) {
        if (rounds < SPINS) {
            Thread.onSpinWait();
        } else if (rounds < SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(NAP_NS);
            return rounds;
        }
        return rounds + 1;
    }
}
