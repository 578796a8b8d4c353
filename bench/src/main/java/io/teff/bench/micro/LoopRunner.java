// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.Engine;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A way to run the loops of {@link LoopBench}, with its workers running.
 *
 * <p>{@link #run} wraps a whole series of loops: as it is called, from outside; or as a task, so
 * that the loops are started by a worker, which is the only way to have a parallel stream on a pool
 * of one's own.
 */
interface LoopRunner extends AutoCloseable {
    double sum(double[] in);

    double skewed(double[] in);

    void tiny(double[] in, double[] out);

    /** Runs other bodies through the same code, so that no body is the only one it has seen. */
    void pollute(double[] in, double[] out);

    /** Calls the series where its loops are to be started. */
    double run(Callable<Double> series) throws Exception;

    @Override
    void close();

    /** {@code plain} and {@code plain.wide}: no workers at all. */
    final class Plain implements LoopRunner {
        private final boolean wide;

        Plain(boolean wide) {
            this.wide = wide;
        }

        @Override
        public double sum(double[] in) {
            return wide ? LoopData.wideSum(in) : LoopData.plainSum(in);
        }

        @Override
        public double skewed(double[] in) {
            return LoopData.plainSkewed(in);
        }

        @Override
        public void tiny(double[] in, double[] out) {
            LoopData.plainTiny(in, out);
        }

        @Override
        public void pollute(double[] in, double[] out) {}

        @Override
        public double run(Callable<Double> series) throws Exception {
            return series.call();
        }

        @Override
        public void close() {}
    }

    /** {@code engine.range}. */
    final class EngineRange implements LoopRunner {
        private final Engine engine;
        private final boolean inside;

        EngineRange(int workers, boolean inside) {
            this.inside = inside;
            engine = Pools.engine(workers).pool();
        }

        @Override
        public double sum(double[] in) {
            return engine.range(0, in.length).sum(i -> in[i]);
        }

        @Override
        public double skewed(double[] in) {
            return engine.range(0, in.length).sum(i -> LoopData.skewed(in, i));
        }

        @Override
        public void tiny(double[] in, double[] out) {
            engine.range(0, in.length).forEach(i -> out[i] = 2 * in[i] + 1);
        }

        @Override
        public void pollute(double[] in, double[] out) {
            int n = in.length;
            sum(in);
            skewed(in);
            engine.range(0, n).sum(i -> in[i] * in[i]);
            engine.range(0, n).sum(i -> Math.abs(in[i] - 0.5));
            engine.range(0, n).sum(i -> i * 0.5);
            tiny(in, out);
            engine.range(0, n).forEach(i -> out[i] = in[i]);
            engine.range(0, n).forEach(i -> out[i] = -in[i]);
            engine.range(0, n).forEach(i -> out[i] = i);
        }

        @Override
        public double run(Callable<Double> series) throws Exception {
            return inside ? unwrapped(engine.submit(series)) : series.call();
        }

        @Override
        public void close() {
            Pools.stop(engine);
        }
    }

    /**
     * {@code streams.sum}, {@code streams.reduce} and {@code streams.foreach}: parallel streams, in
     * a pool of their own, or, called from outside, in the common pool and the caller.
     */
    final class Streams implements LoopRunner {
        private final ForkJoinPool pool;
        private final boolean reduce;

        /** {@code workers} of 0 is the common pool. */
        Streams(int workers, boolean reduce) {
            pool = workers == 0 ? null : Pools.forkJoin(workers, false).pool();
            this.reduce = reduce;
        }

        private double total(DoubleStream stream) {
            return reduce ? stream.reduce(0, Double::sum) : stream.sum();
        }

        @Override
        public double sum(double[] in) {
            return total(IntStream.range(0, in.length).parallel().mapToDouble(i -> in[i]));
        }

        @Override
        public double skewed(double[] in) {
            return total(
                    IntStream.range(0, in.length)
                            .parallel()
                            .mapToDouble(i -> LoopData.skewed(in, i)));
        }

        @Override
        public void tiny(double[] in, double[] out) {
            IntStream.range(0, in.length).parallel().forEach(i -> out[i] = 2 * in[i] + 1);
        }

        @Override
        public void pollute(double[] in, double[] out) {
            int n = in.length;
            sum(in);
            skewed(in);
            total(IntStream.range(0, n).parallel().mapToDouble(i -> in[i] * in[i]));
            total(IntStream.range(0, n).parallel().mapToDouble(i -> Math.abs(in[i] - 0.5)));
            total(IntStream.range(0, n).parallel().mapToDouble(i -> i * 0.5));
            tiny(in, out);
            IntStream.range(0, n).parallel().forEach(i -> out[i] = in[i]);
            IntStream.range(0, n).parallel().forEach(i -> out[i] = -in[i]);
            IntStream.range(0, n).parallel().forEach(i -> out[i] = i);
        }

        @Override
        public double run(Callable<Double> series) throws Exception {
            return pool == null ? series.call() : awaited(pool, pool.submit(series));
        }

        @Override
        public void close() {
            if (pool != null) {
                Pools.stop(pool);
            }
        }
    }

    /** Older JDKs sometimes wake nobody for a lone task from outside: another one does. */
    private static double awaited(ForkJoinPool pool, Future<Double> future)
            throws InterruptedException {
        while (!future.isDone()) {
            try {
                future.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                pool.execute(() -> {});
            } catch (ExecutionException e) {
                break; // told below
            }
        }
        return unwrapped(future);
    }

    private static double unwrapped(Future<Double> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a loop failed: " + e.getCause(), e.getCause());
        }
    }
}
