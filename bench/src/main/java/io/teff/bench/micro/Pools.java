// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.IdlePreset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Starts the pools that the contenders run on, and stops them for certain. */
final class Pools {
    private static final long CLOSE_SECONDS = 30;

    private Pools() {}

    /** A pool that ends with its scope. */
    record Scoped<E extends ExecutorService>(E pool) implements AutoCloseable {
        @Override
        public void close() {
            if (pool instanceof Engine engine) {
                stopWatched(engine);
            } else {
                stop(pool);
            }
        }
    }

    /** As {@link #engine(int)}, watched or not. */
    static Scoped<Engine> engine(int workers, Watching watching) {
        EngineConfig config = watching.config(EngineConfig.builder().workers(workers));
        return new Scoped<>(mustBeWatched(Engine.start(config), watching));
    }

    /** An engine that could not make its file would be measured as if it had none. */
    static Engine mustBeWatched(Engine engine, Watching watching) {
        if (watching != Watching.OFF && engine.monitorFile() == null) {
            stop(engine);
            throw new IllegalStateException("the engine has no monitor file: is there space?");
        }
        return engine;
    }

    /** Stops it, and deletes its file if it has one. */
    static void stopWatched(Engine engine) {
        Path file = engine.monitorFile();
        stop(engine);
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An engine as shipped but for its number of workers. */
    static Scoped<Engine> engine(int workers) {
        return new Scoped<>(Engine.start(EngineConfig.builder().workers(workers).build()));
    }

    static Scoped<Engine> engine(int workers, IdlePreset idle) {
        return new Scoped<>(
                Engine.start(EngineConfig.builder().workers(workers).idle(idle).build()));
    }

    /** A ForkJoinPool; {@code async} is its first-in, first-out mode for event-like tasks. */
    static Scoped<ForkJoinPool> forkJoin(int workers, boolean async) {
        return new Scoped<>(
                new ForkJoinPool(
                        workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, async));
    }

    /** A ThreadPoolExecutor of fixed size on this queue, its threads started. */
    static Scoped<ThreadPoolExecutor> threads(int workers, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(workers, workers, 0, TimeUnit.SECONDS, queue);
        pool.prestartAllCoreThreads();
        return new Scoped<>(pool);
    }

    /**
     * Shuts down and waits until every task has run and every thread has ended. An interrupt is
     * kept for the caller; a pool that does not end in 30 s is an error.
     */
    static void stop(ExecutorService pool) {
        pool.shutdown();
        waitFor(pool.getClass().getSimpleName(), ms -> pool.awaitTermination(ms, MILLISECONDS));
    }

    /** Waits until the thread has ended, likewise. */
    static void join(Thread thread) {
        waitFor(
                thread.getName(),
                ms -> {
                    thread.join(ms);
                    return !thread.isAlive();
                });
    }

    /** Waits until {@code end} is true, likewise. */
    static void waitFor(String what, End end) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        try {
            while (true) {
                try {
                    long ms = NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (end.within(Math.max(1, ms))) {
                        return;
                    } else if (ms <= 0) {
                        throw new IllegalStateException(
                                what + " did not end in " + CLOSE_SECONDS + " s");
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something that ends. */
    interface End {
        /** Waits so many milliseconds at most; true if it has ended. */
        boolean within(long ms) throws InterruptedException;
    }
}
