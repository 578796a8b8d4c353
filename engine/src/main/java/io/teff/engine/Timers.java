// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The engine's clock: keeps delayed tasks until their time, then hands them to the workers. One
 * thread, started by the first delayed task and ended after some idle time; it runs no user code.
 *
 * <p>The JDK's heap serves better here than a timer wheel: it is exact to the clock where a wheel is
 * exact to its tick, and it sleeps until the next task where a wheel must turn. Any thread may call.
 */
final class Timers {
    private static final long LONGEST_NS = Long.MAX_VALUE >> 1;
    private static final long KEEP_SECONDS = 5;

    private final Crew crew;
    private final Set<ScheduledTask<?>> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger firing = new AtomicInteger();
    private ScheduledThreadPoolExecutor clock; // guarded by this

    Timers(Crew crew) {
        this.crew = crew;
    }

    <V> ScheduledTask<V> schedule(Callable<V> body, long delay, long period, TimeUnit unit) {
        long delayNs = Math.min(Math.max(0, unit.toNanos(delay)), LONGEST_NS);
        ScheduledTask<V> task =
                new ScheduledTask<>(crew, body, System.nanoTime() + delayNs, unit.toNanos(period));
        if (crew.isShutdown()) {
            throw crew.rejected(task);
        }
        hold(task);
        crew.runState.awaitTidied();
        boolean late = crew.isStopped() || (crew.isShutdown() && task.isPeriodic());
        if (late && waiting.remove(task)) { // shutdown came between, and did not see it
            task.cancel(false);
            throw crew.rejected(task);
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
        waiting.add(task);
        task.timer(
                clock().schedule(
                                () -> fire(task),
                                task.getDelay(TimeUnit.NANOSECONDS),
                                TimeUnit.NANOSECONDS));
    }

    private void fire(ScheduledTask<?> task) {
        firing.getAndIncrement(); // until it is in an inbox the engine must not terminate
        try {
            if (waiting.remove(task)) {
                crew.deliver(task);
            }
        } catch (RejectedExecutionException stopped) {
            waiting.add(task); // for stop, which waits for us
        } finally {
            firing.getAndDecrement();
        }
        if (crew.isShutdown()) {
            crew.runState.tryTerminate(); // whoever tried meanwhile saw us firing
        }
    }

    void forget(ScheduledTask<?> task) {
        if (waiting.remove(task) && crew.isShutdown()) {
            crew.runState.tryTerminate();
        }
    }

    /** Tasks whose time has not come, or that are just on their way to the workers. */
    int pending() {
        return waiting.size() + firing.get();
    }

    /** No more runs of periodic tasks; delayed ones keep their appointment. */
    void shutdown() {
        for (ScheduledTask<?> task : List.copyOf(waiting)) {
            if (task.isPeriodic()) {
                task.cancel(false);
            }
        }
    }

    /** Gives back every task that waits. */
    void stop(Consumer<Runnable> to) {
        Waiting others = new Waiting();
        while (pending() > 0) {
            for (ScheduledTask<?> task : List.copyOf(waiting)) {
                if (waiting.remove(task)) {
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
    }

    private synchronized ScheduledThreadPoolExecutor clock() {
        if (clock == null) {
            clock =
                    new ScheduledThreadPoolExecutor(
                            1,
                            body -> {
                                Thread thread = new Thread(body, crew.config.name() + "-timer");
                                thread.setDaemon(true);
                                return thread;
                            },
                            (body, pool) -> {}); // closed: the caller sees the crew's state next
            clock.setRemoveOnCancelPolicy(true);
            clock.setKeepAliveTime(KEEP_SECONDS, TimeUnit.SECONDS);
            clock.allowCoreThreadTimeOut(true);
        }
        return clock;
    }
}
