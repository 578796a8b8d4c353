// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.MethodHandles.arrayElementVarHandle;

import java.lang.invoke.VarHandle;

/**
 * The calls of one app by the thread that makes most of them, counted where the app leads to in few
 * steps: a call ends with an atomic instruction, behind which nothing of the next one is read ahead,
 * so each step is waited for.
 *
 * <p>An app has one at a time, and keeps it as a hint, read without order: what other threads see of
 * it is final but for the count. Another thread gets it, with the count so far, once this one has
 * died.
 *
 * <pre>
 * FIELD     WRITTEN BY    HOW        READ BY
 * runner    its thread    plain      its thread; others, as a hint
 * place     its thread    plain      its thread
 * count     its thread    release    summary: acquire
 * </pre>
 */
final class Caller {
    private static final VarHandle COUNT = arrayElementVarHandle(long[].class);

    /** No place: nobody knows. */
    static final int NONE = -1;

    private static final int AT = 16; // 128 bytes keep neighbours away, on both sides

    private final Thread thread;
    private final long[] counts = new long[2 * AT];
    Runner runner; // the thread's own, when it was here at last
    int place; // of the argument on which the last of its calls hung, if one of several

    Caller(Thread thread, Runner runner, long count) {
        this.thread = thread;
        this.runner = runner;
        counts[AT] = count;
    }

    /** Whether this thread is it. */
    boolean isHere() {
        return Thread.currentThread() == thread;
    }

    /** Its thread only: whether that has its runner, and no use for it just now. */
    boolean isFree() {
        Runner runner = this.runner;
        return runner.ownedBy == thread && !runner.isInUse;
    }

    /** Its thread only. */
    void count() {
        COUNT.setRelease(counts, AT, counts[AT] + 1); // pairs with calls
    }

    /**
     * Its thread only: as if the call had not been counted, which nobody has seen yet. Who compares
     * the count meanwhile with what has ended finds one more than that, and looks again.
     */
    void takeBack() {
        COUNT.setRelease(counts, AT, counts[AT] - 1); // pairs with calls
    }

    /** Its thread only: where the last call of several dependencies hangs. */
    void hungOn(int place) {
        if (this.place != place) { // others read this line
            this.place = place;
        }
    }

    /** Any thread: how many calls. */
    long calls() {
        return (long) COUNT.getAcquire(counts, AT);
    }

    boolean is(Thread other) {
        return thread == other;
    }

    /** Whether its thread has died. */
    boolean isGone() {
        return !thread.isAlive();
    }

    /** Whether its thread has lost its runner, perhaps as it has died. */
    boolean hasLeft() {
        Runner runner = this.runner; // null if the caller itself was seen before it
        return runner == null || runner.ownedBy != thread;
    }
}
