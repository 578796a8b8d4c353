// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * One task of a {@link Stress}, and its own witness.
 *
 * <pre>
 * FIELD             WRITTEN BY                     READ BY
 * accepted, future  who hands it over              cancellers, after a volatile read of the slot;
 *                                                  its parent, the same thread; the account
 * runs              each run, atomically           the account
 * thrown, child     the run                        the account, after termination
 * cancelled         whose cancel was accepted      the account
 * </pre>
 */
final class StressTask implements Runnable {
    private static final VarHandle RUNS =
            fieldVarHandle(
                    MethodHandles.lookup(), "runs", VarHandle.class, StressTask.class, int.class);

    /** What tasks throw on purpose. */
    interface Planned {}

    /** A planned exception. */
    static final class PlannedException extends RuntimeException implements Planned {
        private static final long serialVersionUID = 1L;

        PlannedException() {
            super("planned", null, false, false); // without a stack: there are many
        }
    }

    /** A planned error. */
    static final class PlannedError extends Error implements Planned {
        private static final long serialVersionUID = 1L;

        PlannedError() {
            super("planned", null, false, false);
        }
    }

    final Stress stress;
    final int dice;
    private final StressOp op;

    boolean accepted;
    Future<?> future;
    Throwable thrown;
    StressTask child;
    volatile boolean cancelled;

    @SuppressWarnings("unused") // through RUNS
    private int runs;

    StressTask(Stress stress, int opDice, int dice) {
        this.stress = stress;
        this.op = StressOp.of(opDice);
        this.dice = dice;
    }

    int runs() {
        return (int) RUNS.getVolatile(this);
    }

    /** What shutdownNow returns for this task. */
    Object handed() {
        return future == null ? this : future;
    }

    @Override
    public void run() {
        RUNS.getAndAdd(this, 1);
        try {
            op.run(this);
        } catch (Throwable t) {
            thrown = t;
            throw t;
        }
    }

    Callable<Integer> asCallable() {
        return () -> {
            run();
            return dice;
        };
    }

    /** Makes a child out of this task's dice and hands it over. The running body only. */
    StressTask spawn() {
        int next = dice * 0x9E3779B9 + 0x7F4A7C15;
        child = new StressTask(stress, Integer.rotateLeft(next, 16), next);
        stress.handOver(child);
        return child;
    }

    /** Cancels {@code victim}, if there is one, and notes it if that was accepted. Any thread. */
    static void cancel(StressTask victim, boolean mayInterrupt) {
        if (victim != null && victim.future.cancel(mayInterrupt)) {
            victim.cancelled = true;
        }
    }

    @Override
    public String toString() {
        // Not the future itself, which would print its task again.
        String end = future == null ? "executed" : future.isDone() ? "future done" : "future open";
        return op
                + " way="
                + (dice & 3)
                + " accepted="
                + accepted
                + " runs="
                + runs()
                + " thrown="
                + thrown
                + " cancelled="
                + cancelled
                + " "
                + end;
    }
}
