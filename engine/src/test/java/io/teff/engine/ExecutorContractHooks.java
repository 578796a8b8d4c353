// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/**
 * What an executor under contract says about itself: how to make one, and where its nature departs
 * from a pool of few threads. Every default is the strictest answer. An answer changes what the
 * tests assert; none of them takes a test away.
 */
public abstract class ExecutorContractHooks {
    /** What becomes of accepted tasks that no thread has begun when {@code shutdownNow} is called. */
    public enum Unstarted {
        /** {@code shutdownNow} returns the very Runnables that were given to {@code execute}. */
        RETURNED,
        /**
         * {@code shutdownNow} returns a future for each, the same one that {@code submit} returned.
         * One that was on its way in meanwhile may be cancelled instead.
         */
        WRAPPED,
        /** {@code shutdownNow} returns an empty list; the futures of the tasks are cancelled. */
        CANCELLED,
        /**
         * As {@link #CANCELLED}, but one that is submitted while another thread shuts the executor
         * down, gently or not, may never be heard of again, its future never done: ForkJoinPool
         * before JDK 22.
         */
        CANCELLED_OR_LOST,
        /** There are none: each accepted task has a thread of its own at once, without bound. */
        NEVER
    }

    /** What {@code cancel(true)} of a submitted, running task does to its thread. */
    public enum Interrupts {
        /** Interrupts the body it means, and never another. */
        EXACT,
        /** Interrupts the body; when body and cancel end together, it may hit the next one. */
        LATE,
        /** Nothing: the body goes on. What a body does to its own thread may reach the next. */
        NONE
    }

    /** A new executor with {@code workers} threads; unbounded ones may ignore the number. */
    protected abstract ExecutorService create(int workers);

    /** What becomes of tasks not yet begun; {@link Unstarted#NEVER} also says "no fixed workers". */
    protected Unstarted unstarted() {
        return Unstarted.RETURNED;
    }

    /** What becomes of interrupts: NONE for ForkJoinPool before JDK 22, LATE from there on. */
    protected Interrupts interrupts() {
        return Interrupts.EXACT;
    }

    /**
     * Whether a task waiting for its own child lets the child run, at any depth. False for plain
     * pools, which then must starve: the innermost timed wait ends in TimeoutException.
     */
    protected boolean nestedGetSupported() {
        return true;
    }

    /**
     * Whether what {@code execute} throws reaches the uncaught handler. False where {@code execute}
     * hides it in a future nobody holds (ScheduledThreadPoolExecutor); then nothing may reach it.
     */
    protected boolean executeReportsUncaught() {
        return true;
    }

    /**
     * Whether a checked exception is itself the cause of the ExecutionException. False for
     * ForkJoinPool before JDK 22, where it must then be the last of the chain of causes.
     */
    protected boolean causeIsExact() {
        return true;
    }

    /**
     * Whether an interrupt ends the wait in {@code invokeAll}. False for ForkJoinPool before JDK 22,
     * where the call must then last until its tasks are done.
     */
    protected boolean invokeAllIsInterruptible() {
        return true;
    }

    /**
     * Whether {@code shutdown} of a pool that never ran anything returns when it has terminated. False
     * where others have to hear of it first; then it must terminate soon.
     */
    protected boolean unusedTerminatesAtOnce() {
        return true;
    }

    /**
     * Whether tasks of a pool that was shut down may no longer submit to it. False for ForkJoinPool,
     * where such a child must then be run like any other.
     */
    protected boolean rejectsItsOwnTasksAfterShutdown() {
        return true;
    }

    /**
     * Whether a blocked worker holds up none but its own task. False for ForkJoinPool before JDK 22,
     * which misses a wake-up about once in a hundred bursts; then all must run once it ends.
     */
    protected boolean blockedWorkerHoldsUpNothing() {
        return true;
    }

    /**
     * Lets {@code handler} see what tasks given to {@code execute} throw. The default serves threads
     * without a handler of their own; it is called before {@link #create} and again, with the former
     * default handler, at the end of the test.
     */
    protected void observeUncaught(UncaughtExceptionHandler handler) {
        Thread.setDefaultUncaughtExceptionHandler(handler);
    }

    /**
     * Ends what {@link #create} made along with the executors of a test. Called after the test, when
     * no task of it is held back any more, and before its executors are stopped.
     */
    protected void end() {}

    /** How long to wait for what must happen before calling it lost. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }
}
