// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** The contract on ForkJoinPool, which keeps to the letter of it only from JDK 22 on. */
public abstract class ForkJoinPoolContract extends ExecutorServiceContract {
    private static final boolean STRICT = Runtime.version().feature() >= 22;

    @Override
    protected final Unstarted unstarted() {
        return STRICT ? Unstarted.CANCELLED : Unstarted.CANCELLED_OR_LOST;
    }

    @Override
    protected final Interrupts interrupts() {
        return STRICT ? Interrupts.LATE : Interrupts.NONE;
    }

    @Override
    protected final boolean causeIsExact() {
        return STRICT;
    }

    @Override
    protected final boolean invokeAllIsInterruptible() {
        return STRICT;
    }

    @Override
    protected final boolean rejectsItsOwnTasksAfterShutdown() {
        return false;
    }

    @Override
    protected final boolean blockedWorkerHoldsUpNothing() {
        return STRICT;
    }
}
