// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.jmh;

import io.teff.bench.micro.Tally;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.LongTask;
import io.teff.engine.Submitter;
import io.teff.engine.Worker;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Flat submission from one thread: one task that counts, from the first submitted to the last run. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class SubmitJmh {
    private static final int TASKS = 10_000;

    private final Tally tally = new Tally();
    private final Runnable count = tally::increment;
    private long submitted;

    /** An engine. */
    @State(Scope.Thread)
    public static class OnEngine {
        @Param({"1", "2"})
        int workers;

        private Engine engine;

        @Setup(Level.Trial)
        public void start() {
            engine = Engine.start(EngineConfig.builder().workers(workers).build());
        }

        @TearDown(Level.Trial)
        public void stop() {
            engine.close();
        }
    }

    /** An engine with a lane for the benchmark's thread. */
    @State(Scope.Thread)
    public static class OnLane {
        @Param({"1", "2"})
        int workers;

        @Param({"1", "16", "64"})
        int batch;

        private Engine engine;
        private Submitter submitter;

        @Setup(Level.Trial)
        public void start() {
            engine = Engine.start(EngineConfig.builder().workers(workers).build());
            submitter = engine.submitter(batch);
        }

        @TearDown(Level.Trial)
        public void stop() {
            submitter.close();
            engine.close();
        }
    }

    /** The JDK's pools. */
    @State(Scope.Thread)
    public static class OnPools {
        @Param({"1", "2"})
        int workers;

        private ForkJoinPool forkJoin;
        private ThreadPoolExecutor threads;

        @Setup(Level.Trial)
        public void start() {
            forkJoin =
                    new ForkJoinPool(
                            workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
            threads =
                    new ThreadPoolExecutor(
                            workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        }

        @TearDown(Level.Trial)
        public void stop() {
            forkJoin.shutdown();
            threads.shutdown();
        }
    }

    /** The same tasks, called. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void plain() {
        for (int i = 0; i < TASKS; i++) {
            count.run();
        }
        await();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void engineExecute(OnEngine on) {
        for (int i = 0; i < TASKS; i++) {
            on.engine.execute(count);
        }
        await();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void engineLane(OnLane on) {
        for (int i = 0; i < TASKS; i++) {
            on.submitter.submit(typed, i);
        }
        on.submitter.flush();
        await();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void forkJoinAsync(OnPools on) {
        for (int i = 0; i < TASKS; i++) {
            on.forkJoin.execute(count);
        }
        await();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void threads(OnPools on) {
        for (int i = 0; i < TASKS; i++) {
            on.threads.execute(count);
        }
        await();
    }

    private void await() {
        submitted += TASKS;
        int waits = 0;
        while (tally.total() < submitted) {
            if (++waits < 1_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Every task ran once, also by the end. */
    @TearDown(Level.Iteration)
    public void check() {
        if (tally.total() != submitted) {
            throw new IllegalStateException(tally.total() + " tasks have run, not " + submitted);
        }
    }

    private final LongTask typed =
            new LongTask() {
                @Override
                protected long compute(Worker w, long a) {
                    tally.increment();
                    return a;
                }
            };
}
