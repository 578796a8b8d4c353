// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import io.teff.monitor.NamedTask;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tasks that became ready together, for one executor, which gets them as one. The thread that takes
 * it runs them one by one, and has it queued again before the first: so another that is idle comes
 * upon it and takes its share, whatever the bodies do.
 *
 * <p>A task belongs to who has drawn its number, by {@code getAndAdd}; all else is written before the
 * executor gets the bundle. Checked by BundleStress.
 */
final class Bundle implements Runnable, NamedTask {
    /** More of them go in several bundles. */
    static final int MAX = 256;

    private static final VarHandle DRAWN =
            fieldVarHandle(
                    MethodHandles.lookup(), "drawn", VarHandle.class, Bundle.class, int.class);

    private final Runners runners;
    final Slot slot;
    private final Call<?>[] calls;
    private final App<?> first; // of the first task
    private int drawn;

    Bundle(Runners runners, Slot slot, Call<?>[] calls) {
        this.runners = runners;
        this.slot = slot;
        this.calls = calls;
        first = calls[0].app;
    }

    /** Called by the executor. */
    @Override
    public void run() {
        runners.run(this);
    }

    /** The first task's, which in most cases is that of all. */
    @Override
    public String taskName() {
        return first.name();
    }

    /** A task that is the caller's now; null when all have been taken. */
    Call<?> take() {
        if (!hasMore()) {
            return null;
        }
        int i = (int) DRAWN.getAndAdd(this, 1);
        if (i >= calls.length) {
            return null;
        }
        Call<?> call = calls[i];
        calls[i] = null; // what it has computed may be garbage before the bundle is
        return call;
    }

    /** A hint. */
    boolean hasMore() {
        return (int) DRAWN.getOpaque(this) < calls.length;
    }
}
