// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether one worker sleeps. All naps of an executor share the count of sleepers.
 *
 * <pre>
 * FIELD   WRITTEN BY                    HOW                     READ BY
 * asleep  the worker (1), any (0)       volatile, CAS           who has put a task in: volatile
 * count   whoever changes asleep        getAndAdd               who has put a task in: volatile
 * </pre>
 *
 * Falling asleep: count up, write {@code asleep}, look at all queues once more, park while asleep.
 * Waking: put the task in, {@link Row#end} (volatile), read {@code asleep} of the task's worker and,
 * if that one is awake, the count. So either the sleeper's last look finds the task, or the producer
 * finds the sleeper. A producer whose task goes to a worker that is awake wakes another one if any
 * sleeps, because that worker may be in the midst of a long task; and a worker that has found a task
 * by searching wakes the next one if there is more to be found. So while a task waits, somebody who
 * is free is on his way to it.
 *
 * <p>The count is raised before {@code asleep} is set and lowered after it is cleared, so it may be
 * too high for a moment, never too low. Producers only read; nothing here is written while all are
 * awake. Checked by RowStress and NapStress.
 */
final class Nap extends Pads.NapFields {
    private static final VarHandle ASLEEP =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "asleep",
                    VarHandle.class,
                    Pads.NapState.class,
                    int.class);

    private final AtomicInteger count;

    /** A nap that counts in {@code count}. */
    Nap(AtomicInteger count) {
        this.count = count;
    }

    /** The worker says that it is about to sleep; then it must look at all queues. */
    void announce() {
        count.getAndIncrement();
        ASLEEP.setVolatile(this, 1); // pairs with isAsleep, which comes after a task is put in
    }

    /** Any thread, after it has put a task in. */
    boolean isAsleep() {
        return (int) ASLEEP.getVolatile(this) != 0;
    }

    /** Ends the sleep; true for the one caller that did. */
    boolean end() {
        if (!isAsleep() || !ASLEEP.compareAndSet(this, 1, 0)) {
            return false;
        }
        count.getAndDecrement();
        return true;
    }
}
