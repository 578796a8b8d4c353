// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The walltime of one try.
 *
 * <pre>
 * RUNNING -> FINISHED                by the thread that ran the body
 * RUNNING -> STOPPING -> STOPPED     by the clock, which interrupts in between, and has a thread of
 *                                    its own go on
 * </pre>
 *
 * Who makes the first step goes on with the task. The body's thread waits for STOPPED and clears its
 * interrupt flag, so that no other task is hit. It is the task's no more by then, so a canceller that
 * comes later does not find it.
 */
final class Limit implements Runnable {
    private static final int RUNNING = 0;
    private static final int FINISHED = 1;
    private static final int STOPPING = 2;
    private static final int STOPPED = 3;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final TaskRecord record;
    private final Call<?> call;
    private final Thread thread;
    private final Future<?> timer;

    Limit(TaskRecord record, Call<?> call, Thread thread, ScheduledExecutorService clock) {
        this.record = record;
        this.call = call;
        this.thread = thread;
        long ns = Ending.nanos(record.options().walltime());
        timer = clock.schedule(this, ns, TimeUnit.NANOSECONDS);
    }

    /** The body has returned or thrown: whether that was in time. */
    boolean finish() {
        if (state.compareAndSet(RUNNING, FINISHED)) {
            timer.cancel(false);
            return true;
        }
        while (state.get() != STOPPED) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        return false;
    }

    /** On the clock. */
    @Override
    public void run() {
        if (!state.compareAndSet(RUNNING, STOPPING)) {
            return;
        }
        record.overrun();
        call.leave(); // not awaitInterrupt: that is for the body's thread
        thread.interrupt();
        state.set(STOPPED);
        Thread other = new Thread(this::goOn, "teff-flow-overrun");
        other.setDaemon(true);
        try {
            other.start();
        } catch (OutOfMemoryError noThread) {
            goOn();
        }
    }

    /** Not on the clock: callbacks, and bodies on an executor that runs them at once, may take long. */
    private void goOn() {
        Runners runners = Runners.of(call.flow());
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            AppTimeout error = new AppTimeout(record.name(), record.options().walltime());
            record.tryFailed(error, call, runner);
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }
}
