// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Pools with one fault each. The contract must find it. */
final class BrokenPools {
    private BrokenPools() {}

    /** A sound pool for the others to spoil. */
    private static class Sound extends ThreadPoolExecutor {
        Sound(int workers) {
            super(workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        }
    }

    /** Drops every thousandth task. */
    static final class LosesTasks extends Sound {
        private final AtomicInteger accepted = new AtomicInteger();

        LosesTasks(int workers) {
            super(workers);
        }

        @Override
        public void execute(Runnable command) {
            if (command == null || accepted.incrementAndGet() % 1_000 != 0) {
                super.execute(command);
            }
        }
    }

    /** Runs every hundredth task twice. */
    static final class RunsTasksTwice extends Sound {
        private final AtomicInteger ran = new AtomicInteger();

        RunsTasksTwice(int workers) {
            super(workers);
        }

        @Override
        protected void afterExecute(Runnable command, Throwable thrown) {
            if (ran.incrementAndGet() % 100 == 0) {
                command.run();
            }
        }
    }

    /** Cancels without an interrupt, and stops without one. */
    static final class SwallowsInterrupts extends Sound {
        SwallowsInterrupts(int workers) {
            super(workers);
        }

        @Override
        protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
            return new FutureTask<>(callable) {
                @Override
                public boolean cancel(boolean mayInterruptIfRunning) {
                    return super.cancel(false);
                }
            };
        }

        @Override
        protected <T> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
            return newTaskFor(Executors.callable(runnable, value));
        }

        @Override
        public List<Runnable> shutdownNow() {
            List<Runnable> unstarted = new ArrayList<>();
            getQueue().drainTo(unstarted);
            shutdown();
            return unstarted;
        }
    }

    /** Leaves the interrupt of one task to the next. */
    static final class LeaksInterrupts extends Sound {
        private final ThreadLocal<Boolean> left = ThreadLocal.withInitial(() -> false);

        LeaksInterrupts(int workers) {
            super(workers);
        }

        @Override
        protected void afterExecute(Runnable command, Throwable thrown) {
            left.set(Thread.currentThread().isInterrupted());
        }

        @Override
        protected void beforeExecute(Thread worker, Runnable command) {
            if (left.get()) {
                worker.interrupt();
            }
        }
    }

    /** Stops, and keeps one of the tasks it should give back. */
    static final class ForgetsOnShutdownNow extends Sound {
        ForgetsOnShutdownNow(int workers) {
            super(workers);
        }

        @Override
        public List<Runnable> shutdownNow() {
            List<Runnable> unstarted = super.shutdownNow();
            return unstarted.isEmpty() ? unstarted : unstarted.subList(1, unstarted.size());
        }
    }

    /** Drops at shutdown what it accepted before. */
    static final class DropsAtShutdown extends Sound {
        DropsAtShutdown(int workers) {
            super(workers);
        }

        @Override
        public void shutdown() {
            getQueue().clear();
            super.shutdown();
        }
    }

    /** Takes tasks after shutdown without a word, and without running them. */
    static final class AcceptsAfterShutdown extends Sound {
        AcceptsAfterShutdown(int workers) {
            super(workers);
            setRejectedExecutionHandler(new DiscardPolicy());
        }
    }

    /** Gives the futures of invokeAll in the wrong order. */
    static final class MixesUpFutures extends Sound {
        MixesUpFutures(int workers) {
            super(workers);
        }

        @Override
        public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
                throws InterruptedException {
            List<Future<T>> futures = super.invokeAll(tasks);
            Collections.reverse(futures);
            return futures;
        }
    }

    /** Tells nobody what a task given to execute has thrown. */
    static final class HidesFailures extends Sound {
        HidesFailures(int workers) {
            super(workers);
        }

        @Override
        public void execute(Runnable command) {
            super.execute(command instanceof Future || command == null ? command : quiet(command));
        }

        private static Runnable quiet(Runnable command) {
            return () -> {
                try {
                    command.run();
                } catch (Throwable hidden) {
                    // the fault of this pool
                }
            };
        }
    }

    /** Leaves a thread behind. */
    static final class LeavesAThread extends Sound {
        private final Thread left;

        LeavesAThread(int workers, Runnable body) {
            super(workers);
            left = new Thread(body, "left-behind");
            left.setDaemon(true);
        }

        @Override
        protected void terminated() {
            left.start();
        }
    }

    /** Half a millisecond early, each time. */
    static final class EarlyTimers extends ScheduledThreadPoolExecutor {
        EarlyTimers(int workers) {
            super(workers);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            return super.schedule(task, unit.toNanos(delay) - 500_000, TimeUnit.NANOSECONDS);
        }
    }

    /** Forgets the delayed tasks at shutdown. */
    static final class DropsTimers extends ScheduledThreadPoolExecutor {
        DropsTimers(int workers) {
            super(workers);
            setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }
    }

    /** Takes a fixed rate for a fixed delay. */
    static final class TakesRateForDelay extends ScheduledThreadPoolExecutor {
        TakesRateForDelay(int workers) {
            super(workers);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(
                Runnable task, long first, long period, TimeUnit unit) {
            return super.scheduleWithFixedDelay(task, first, period, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(
                Runnable task, long first, long delay, TimeUnit unit) {
            return super.scheduleAtFixedRate(task, first, delay, unit);
        }
    }
}
