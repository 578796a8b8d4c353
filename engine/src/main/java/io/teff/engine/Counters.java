// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One worker's counters: written by that worker alone, with opaque stores that cost what plain ones
 * do; read by any thread at any time.
 */
final class Counters extends Pads.CountersFields {
    private static final VarHandle TASKS = handle("tasks");
    private static final VarHandle STEALS = handle("steals");
    private static final VarHandle ATTEMPTS = handle("attempts");
    private static final VarHandle SHARES = handle("shares");
    private static final VarHandle DRAINED = handle("drained");
    private static final VarHandle PARKS = handle("parks");
    private static final VarHandle SPINS = handle("spins");
    private static final VarHandle FAILED = handle("failed");

    private static VarHandle handle(String field) {
        return fieldVarHandle(
                MethodHandles.lookup(),
                field,
                VarHandle.class,
                Pads.CounterFields.class,
                long.class);
    }

    void addTask() {
        TASKS.setOpaque(this, tasks + 1);
    }

    void addTasks(int n) {
        TASKS.setOpaque(this, tasks + n);
    }

    void addSteal() {
        STEALS.setOpaque(this, steals + 1);
    }

    void addAttempt() {
        ATTEMPTS.setOpaque(this, attempts + 1);
    }

    void addShare() {
        SHARES.setOpaque(this, shares + 1);
    }

    void addDrained() {
        DRAINED.setOpaque(this, drained + 1);
    }

    void addPark() {
        PARKS.setOpaque(this, parks + 1);
    }

    void addSpin() {
        SPINS.setOpaque(this, spins + 1);
    }

    void addFailed() {
        FAILED.setOpaque(this, failed + 1);
    }

    EngineStats.WorkerStats snapshot(int worker) {
        return new EngineStats.WorkerStats(
                worker,
                (long) TASKS.getOpaque(this),
                (long) STEALS.getOpaque(this),
                (long) ATTEMPTS.getOpaque(this),
                (long) SHARES.getOpaque(this),
                (long) DRAINED.getOpaque(this),
                (long) PARKS.getOpaque(this),
                (long) SPINS.getOpaque(this),
                (long) FAILED.getOpaque(this));
    }
}
