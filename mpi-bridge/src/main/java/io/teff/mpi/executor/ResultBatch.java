// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Results that came together, to be handed to those who wait for them. What follows a result is user code,
 * which may wait for the next one of the batch: so each is drawn for itself, by any thread.
 *
 * <pre>
 * FIELD   WRITTEN BY               HOW          READ BY
 * next    whoever hands over       getAndAdd,   the same
 *                                  CAS
 * others  whoever reads the frame  plain        the same, by way of a queue
 * </pre>
 */
abstract class ResultBatch {
    private static final VarHandle NEXT =
            fieldVarHandle(
                    MethodHandles.lookup(), "next", VarHandle.class, ResultBatch.class, int.class);

    private int next;

    /** How many there are. */
    abstract int size();

    /** Whether no user code follows this one. */
    abstract boolean isPlain(int i);

    /** Hands it over. */
    abstract void hand(int i);

    /** Takes the next one; false if there is none. */
    final boolean handNext(Driver driver) {
        int i = (int) NEXT.getAndAdd(this, 1);
        if (i >= size()) {
            return false;
        }
        if (i + 1 < size() && !isPlain(i)) {
            driver.arrivals().handOverSoon(1); // the others, as this one may last
        }
        handSafely(driver, i);
        return true;
    }

    /** Takes the next one if no user code follows it; else false, as when there is none. */
    final boolean handNextPlain(Driver driver) {
        int i;
        do {
            i = (int) NEXT.getVolatile(this);
            if (i >= size() || !isPlain(i)) {
                return false;
            }
        } while (!NEXT.compareAndSet(this, i, i + 1));
        handSafely(driver, i);
        return true;
    }

    /** What no receiver should throw must not keep the others from theirs. */
    private void handSafely(Driver driver, int i) {
        try {
            hand(i);
        } catch (Throwable error) {
            driver.uncaught(error);
        }
    }

    /** Whether somebody has taken each of them. */
    final boolean isDrawn() {
        return (int) NEXT.getVolatile(this) >= size();
    }

    /** A batch of one, which user code follows. */
    static ResultBatch of(Runnable result) {
        return new ResultBatch() {
            @Override
            int size() {
                return 1;
            }

            @Override
            boolean isPlain(int i) {
                return false;
            }

            @Override
            void hand(int i) {
                result.run();
            }
        };
    }
}
