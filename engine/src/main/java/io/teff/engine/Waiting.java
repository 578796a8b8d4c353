// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.locks.LockSupport;

/** A bounded wait without anybody to wake us: spins, then yields, then naps. One thread only. */
final class Waiting {
    private static final int SPINS = 500;
    private static final int YIELDS = 50;
    private static final long NAP_NS = 50_000;

    private int rounds;

    /** For another wait. */
    Waiting begin() {
        rounds = 0;
        return this;
    }

    void pause() {
        if (rounds < SPINS) {
            rounds++;
            Thread.onSpinWait();
        } else if (rounds < SPINS + YIELDS) {
            rounds++;
            Thread.yield();
        } else {
            LockSupport.parkNanos(this, NAP_NS);
        }
    }
}
