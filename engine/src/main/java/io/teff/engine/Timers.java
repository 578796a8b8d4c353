// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The engine's clock: keeps delayed tasks until their time, then hands them to the workers. One
 * thread, started by the first delayed task and ended after some idle time; it runs no user code.
 *
 * <p>The JDK's heap serves better here than a timer wheel: it is exact to the clock where a wheel is
 * exact to its tick, and it sleeps until the next task where a wheel must turn. Any thread may call.
 */
final class Timers {
    /** Where a held task is: until it is in an inbox, the engine must not terminate without it. */
    private enum Phase {
        WAITING,
        LEAVING
    }

    private static final long LONGEST_NS = Long.MAX_VALUE >> 1;
    private static final long KEEP_SECONDS = 5;

    private final Crew crew;
    private final ConcurrentHashMap<ScheduledTask<?>, Phase> held = new ConcurrentHashMap<>();
    private ScheduledThreadPoolExecutor clock; // guarded by this
    private boolean closed; // guarded by this

    Timers(Crew crew) {
        this.crew = crew;
    }

    <V> ScheduledTask<V> schedule(Callable<V> body, long delay, long period, TimeUnit unit) {
        long delayNs = Math.min(Math.max(0, unit.toNanos(delay)), LONGEST_NS);
        ScheduledTask<V> task =
                new ScheduledTask<>(crew, body, System.nanoTime() + delayNs, unit.toNanos(period));
        if (crew.isShutdown()) {
            throw crew.intake.rejected(task);
        }
        hold(task);
        crew.runState.awaitTidied();
        boolean late = crew.isStopped() || (crew.isShutdown() && task.isPeriodic());
        Waiting firing = new Waiting();
        while (late && held.containsKey(task)) { // shutdown came between, and did not see it
            if (held.remove(task, Phase.WAITING)) {
                task.cancel(false);
                throw crew.intake.rejected(task);
            }
            firing.pause(); // its time has come: it gets into an inbox, or waits again
        }
        return task;
    }

    /** After a run of a periodic task. */
    void reschedule(ScheduledTask<?> task) {
        if (crew.isShutdown()) {
            task.cancel(false);
        } else {
            hold(task);
            if (crew.isShutdown()) {
                task.cancel(false);
            }
        }
    }

    private void hold(ScheduledTask<?> task) {
        held.put(task, Phase.WAITING);
        startClock(task);
    }

    private synchronized void startClock(ScheduledTask<?> task) {
        if (!closed) { // else the caller sees the crew's state next
            task.timer(
                    clock().schedule(
                                    () -> fire(task),
                                    task.getDelay(TimeUnit.NANOSECONDS),
                                    TimeUnit.NANOSECONDS));
        }
    }

    private void fire(ScheduledTask<?> task) {
        if (!held.replace(task, Phase.WAITING, Phase.LEAVING)) {
            return;
        }
        try {
            crew.intake.deliver(task);
            held.remove(task, Phase.LEAVING); // unless it is periodic and waits again already
        } catch (RejectedExecutionException stopped) {
            held.replace(task, Phase.LEAVING, Phase.WAITING); // for stop, which waits for us
        }
        if (crew.isShutdown()) {
            crew.runState.tryTerminate(); // whoever tried meanwhile saw it here
        }
    }

    void forget(ScheduledTask<?> task) {
        if (held.remove(task) != null && crew.isShutdown()) {
            crew.runState.tryTerminate();
        }
    }

    /**
     * Whether a task waits for its time, or is just on its way to the workers. By iteration: the map's
     * size is summed from counters, and can for a moment be too low.
     */
    boolean isPending() {
        return held.keySet().iterator().hasNext();
    }

    /** No more runs of periodic tasks; delayed ones keep their appointment. */
    void shutdown() {
        for (ScheduledTask<?> task : held.keySet()) {
            if (task.isPeriodic()) {
                task.cancel(false);
            }
        }
    }

    /** Gives back every task that waits. */
    void stop(Consumer<Runnable> to) {
        Waiting others = new Waiting();
        while (isPending()) {
            for (ScheduledTask<?> task : held.keySet()) {
                if (held.remove(task, Phase.WAITING)) {
                    to.accept(task);
                }
            }
            others.pause(); // for those that are just on their way into an inbox
        }
        close();
    }

    /** Ends the thread. */
    synchronized void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
        closed = true;
    }

    private ScheduledThreadPoolExecutor clock() {
        if (clock == null) {
            clock =
                    new ScheduledThreadPoolExecutor(
                            1,
                            body -> {
                                Thread thread = new Thread(body, crew.config.name() + "-timer");
                                thread.setDaemon(true);
                                return thread;
                            });
            clock.setRemoveOnCancelPolicy(true);
            clock.setKeepAliveTime(KEEP_SECONDS, TimeUnit.SECONDS);
            clock.allowCoreThreadTimeOut(true);
        }
        return clock;
    }
}
