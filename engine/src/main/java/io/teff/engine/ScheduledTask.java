// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A task with a time: {@link Timers} holds it until then and hands it to the workers. The time is
 * written before the hand-over to the timer, and by the run of a periodic task, which never overlaps
 * with another run of the same task.
 */
final class ScheduledTask<R> extends TaskFuture<R> implements RunnableScheduledFuture<R> {
    private static final AtomicLong SEQUENCE = new AtomicLong();

    private final long sequence = SEQUENCE.getAndIncrement();
    private final long periodNs; // 0: once; positive: fixed rate; negative: fixed delay
    private volatile long timeNs; // of System.nanoTime
    private volatile Future<?> timer;

    ScheduledTask(Crew crew, Callable<R> body, long timeNs, long periodNs) {
        super(crew, body);
        this.timeNs = timeNs;
        this.periodNs = periodNs;
    }

    @Override
    public void run() {
        if (!isPeriodic()) {
            super.run();
        } else if (crew.isShutdown()) {
            cancel(false);
        } else if (runAndReset()) {
            timeNs = periodNs > 0 ? timeNs + periodNs : System.nanoTime() - periodNs;
            crew.timers.reschedule(this);
        }
    }

    void timer(Future<?> held) {
        timer = held;
        if (isCancelled()) {
            held.cancel(false); // it was cancelled before it knew its timer
        }
    }

    @Override
    void cancelled() {
        Future<?> held = timer;
        if (held != null) {
            held.cancel(false);
        }
        crew.timers.forget(this);
    }

    @Override
    public boolean isPeriodic() {
        return periodNs != 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(timeNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        if (other == this) {
            return 0;
        }
        if (other instanceof ScheduledTask<?> task) {
            long difference = timeNs - task.timeNs;
            return difference != 0
                    ? Long.signum(difference)
                    : Long.compare(sequence, task.sequence);
        }
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sequence);
    }
}
