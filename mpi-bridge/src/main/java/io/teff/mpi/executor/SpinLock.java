// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for sections of some ten nanoseconds: one CAS to enter, one store to leave. Who finds it taken
 * spins, and soon yields, since the holder may have lost its core. Not reentrant.
 */
final class SpinLock {
    private static final VarHandle TAKEN =
            fieldVarHandle(
                    MethodHandles.lookup(), "taken", VarHandle.class, SpinLock.class, int.class);
    private static final int SPINS = 100;

    private int taken;

    void lock() {
        int rounds = 0;
        while (!tryLock()) {
            if (++rounds < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Takes it if it is free. Reads first, so as not to pull the line away from its holder. */
    boolean tryLock() {
        return (int) TAKEN.getOpaque(this) == 0 && TAKEN.compareAndSet(this, 0, 1);
    }

    void unlock() {
        TAKEN.setRelease(this, 0); // pairs with the CAS of the next one
    }
}
