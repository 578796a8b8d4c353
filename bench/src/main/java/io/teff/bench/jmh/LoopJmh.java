// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.jmh;

import io.teff.bench.micro.LoopData;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Loops: one whole sum of {@code n} doubles, started from outside. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LoopJmh {

    /** The numbers and their sum. */
    @State(Scope.Benchmark)
    public static class Numbers {
        @Param({"1000", "10000", "100000"})
        int n;

        private double[] in;
        private double expected;

        @Setup(Level.Trial)
        public void fill() {
            LoopData data = new LoopData(n, false);
            in = data.in;
            expected = data.compensatedSum(false);
        }

        double checked(double sum) {
            if (!(Math.abs(sum - expected) <= 1e-9 * expected)) {
                throw new IllegalStateException("the sum is " + expected + ", not " + sum);
            }
            return sum;
        }
    }

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

    @Benchmark
    public double plain(Numbers numbers) {
        return numbers.checked(LoopData.plainSum(numbers.in));
    }

    @Benchmark
    public double engineRange(Numbers numbers, OnEngine on) {
        double[] in = numbers.in;
        return numbers.checked(on.engine.range(0, in.length).sum(i -> in[i]));
    }

    /** In the common pool, with the caller. */
    @Benchmark
    public double streamsReduce(Numbers numbers) {
        double[] in = numbers.in;
        return numbers.checked(
                IntStream.range(0, in.length)
                        .parallel()
                        .mapToDouble(i -> in[i])
                        .reduce(0, Double::sum));
    }

    /** As above, compensated. */
    @Benchmark
    public double streamsSum(Numbers numbers) {
        double[] in = numbers.in;
        return numbers.checked(
                IntStream.range(0, in.length).parallel().mapToDouble(i -> in[i]).sum());
    }
}
