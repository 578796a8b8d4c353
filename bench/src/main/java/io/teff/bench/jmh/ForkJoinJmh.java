// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.jmh;

import io.teff.bench.micro.Fib;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.concurrent.ForkJoinPool;
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

/** Fork/join: one activation of Fibonacci without cut-off. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForkJoinJmh {
    private static final int N = 27;
    private static final int ACTIVATIONS = 635_621; // 2 F(28) - 1
    private static final long ANSWER = 196_418;

    /** An engine. */
    @State(Scope.Benchmark)
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

    /** A ForkJoinPool. */
    @State(Scope.Benchmark)
    public static class OnPool {
        @Param({"1", "2"})
        int workers;

        private ForkJoinPool pool;

        @Setup(Level.Trial)
        public void start() {
            pool = new ForkJoinPool(workers);
        }

        @TearDown(Level.Trial)
        public void stop() {
            pool.shutdown();
        }
    }

    @Benchmark
    @OperationsPerInvocation(ACTIVATIONS)
    public long plain() {
        return checked(Fib.plain(N));
    }

    @Benchmark
    @OperationsPerInvocation(ACTIVATIONS)
    public long engineLongTask(OnEngine on) {
        return checked(on.engine.invoke(Fib.TYPED, N));
    }

    @Benchmark
    @OperationsPerInvocation(ACTIVATIONS)
    public long engineForkTask(OnEngine on) {
        return checked(on.engine.invoke(new Fib.Task(N)));
    }

    @Benchmark
    @OperationsPerInvocation(ACTIVATIONS)
    public long forkJoinLean(OnPool on) {
        Fib.Lean task = new Fib.Lean(N);
        on.pool.invoke(task);
        return checked(task.result());
    }

    @Benchmark
    @OperationsPerInvocation(ACTIVATIONS)
    public long forkJoinTextbook(OnPool on) {
        return checked(on.pool.invoke(new Fib.Textbook(N)));
    }

    private static long checked(long result) {
        if (result != ANSWER) {
            throw new IllegalStateException("F(" + N + ") is " + ANSWER + ", not " + result);
        }
        return result;
    }
}
