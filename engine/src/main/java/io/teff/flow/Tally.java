// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.MethodHandles.arrayElementVarHandle;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counts what happened, per app. One writer at a time, any number of readers; the sums over all
 * tallies make the {@link Summary}.
 *
 * <p>Why a flow can tell that it is idle: counts only grow (but see {@link Caller#takeBack}). Who adds up what ended, and then what was
 * submitted, and finds the same number, knows that nothing was in flight in between. Each count is
 * written with release after what it counts; its reader acquires, so that who sees a task's end sees
 * its submission too.
 */
class Tally {
    static final int SUBMITTED = 0;
    static final int STARTED = 1; // a body of a task with a record began to run, perhaps again
    static final int FINISHED = 2; // ... and has returned, or nobody waits for it any more
    static final int RETRIED = 3;
    static final int JOINED = 4; // began to wait for inner futures
    static final int JOIN_ENDED = 5;

    /** Ends: {@code ENDED} plus the code of the final state, less that of the first. */
    static final int ENDED = 6;

    static final int KINDS = 16; // 128 bytes an app
    private static final int FINALS = TaskState.values().length - TaskState.EXEC_DONE.code();
    private static final VarHandle COUNT = arrayElementVarHandle(long[].class);

    private volatile long[] counts = new long[2 * KINDS];

    static int ending(TaskState state) {
        return ENDED + state.code() - TaskState.EXEC_DONE.code();
    }

    /** The holder of the tally only. */
    void count(int app, int kind) {
        long[] counts = this.counts;
        int i = (app + 1) * KINDS + kind; // the first block keeps neighbours away
        if (i >= 0 && i < counts.length) { // so said, the JIT need not check it again
            COUNT.setRelease(counts, i, counts[i] + 1); // pairs with get
        } else {
            grow(app);
            count(app, kind);
        }
    }

    private void grow(int app) {
        counts = Arrays.copyOf(counts, Math.max(2 * counts.length, (app + 2) * KINDS));
    }

    /** Any thread. */
    long get(int app, int kind) {
        long[] counts = this.counts;
        int i = (app + 1) * KINDS + kind;
        return i < counts.length ? (long) COUNT.getAcquire(counts, i) : 0;
    }

    /** Any thread: how many tasks of an app have ended, in whatever way. */
    long ended(int app) {
        long sum = 0;
        for (int i = 0; i < FINALS; i++) {
            sum += get(app, ENDED + i);
        }
        return sum;
    }
}
