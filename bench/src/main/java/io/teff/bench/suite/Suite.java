// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.bench.measure.Contender;
import io.teff.bench.suite.SuiteProgram.Size;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.executors.TeffExecutors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/**
 * All programs, and the contenders that run them: {@code plain}, {@code engine}, {@code forkjoin}, and of
 * the flat programs, whose tasks do not wait for each other, {@code threads} and {@code virtual}.
 *
 * <p>A round starts its pool, lets each of its workers run, and times one run of the program.
 */
public final class Suite {
    /** Without any runtime. */
    public static final String PLAIN = "plain";

    /** On the engine. */
    public static final String ENGINE = "engine";

    /** On a ForkJoinPool. */
    public static final String FORKJOIN = "forkjoin";

    private static final String THREADS = "threads";
    private static final String VIRTUAL = "virtual";
    private static final List<String> CONTENDERS =
            List.of(PLAIN, ENGINE, FORKJOIN, THREADS, VIRTUAL);
    private static final long CLOSE_S = 30;

    private Suite() {}

    /** Names of contenders, also of those that this JVM does not have. */
    public static List<String> contenderNames() {
        return CONTENDERS;
    }

    /** Names of the programs, in their order. */
    public static List<String> programNames() {
        return programs(Size.QUICK).stream().map(SuiteProgram::name).toList();
    }

    /** The programs in such a size. */
    public static List<SuiteProgram> programs(Size size) {
        return switch (size) {
            case QUICK ->
                    List.of(
                            new Fibonacci(20),
                            new Queens(7),
                            new Skynet(1_000),
                            new Integral(10),
                            new Health(3),
                            new Cilksort(20_000, 2_048),
                            new MatrixProduct(128, 32),
                            new Strassen(128, 64),
                            new SparseLu(8, 8));
            case USUAL ->
                    List.of(
                            new Fibonacci(36),
                            new Queens(13),
                            new Skynet(10_000_000),
                            new Integral(1_000),
                            Health.small(),
                            new Cilksort(2_000_000, 2_048),
                            new MatrixProduct(512, 32),
                            new Strassen(512, 64),
                            new SparseLu(40, 24));
            case FULL ->
                    List.of(
                            new Fibonacci(42),
                            new Queens(14),
                            new Skynet(100_000_000),
                            new Integral(10_000),
                            Health.small(),
                            new Cilksort(32_000_000, 2_048),
                            new MatrixProduct(1024, 32),
                            new Strassen(1024, 64),
                            new SparseLu(50, 100));
        };
    }

    /**
     * The contenders for these programs.
     *
     * @param chosen whether a contender, by its name, is to run a program
     */
    public static List<Contender> contenders(
            List<SuiteProgram> programs,
            List<Integer> workerCounts,
            BiPredicate<SuiteProgram, String> chosen) {
        List<Contender> contenders = new ArrayList<>();
        for (SuiteProgram program : programs) {
            if (chosen.test(program, PLAIN)) {
                contenders.add(
                        contender(
                                program,
                                PLAIN,
                                1,
                                points -> time(points, program, program::plain)));
            }
            for (int workers : workerCounts) {
                if (chosen.test(program, ENGINE)) {
                    contenders.add(
                            contender(program, ENGINE, workers, p -> engine(p, program, workers)));
                }
                if (chosen.test(program, FORKJOIN)) {
                    contenders.add(
                            contender(
                                    program,
                                    FORKJOIN,
                                    workers,
                                    p -> forkJoin(p, program, workers)));
                }
                for (String flat : List.of(THREADS, VIRTUAL)) {
                    if (program.isFlat() && isHere(flat, workers) && chosen.test(program, flat)) {
                        contenders.add(
                                contender(
                                        program,
                                        flat,
                                        workers,
                                        p -> pool(p, program, flat, workers)));
                    }
                }
            }
        }
        return contenders;
    }

    /** Virtual threads have as many carriers as the JVM has been started with. */
    private static boolean isHere(String name, int workers) {
        int carriers =
                Integer.getInteger(
                        "jdk.virtualThreadScheduler.parallelism",
                        Runtime.getRuntime().availableProcessors());
        return TeffExecutors.names().contains(name)
                && (!name.equals(VIRTUAL) || workers == carriers);
    }

    private static Contender contender(
            SuiteProgram program, String name, int workers, Contender.Round round) {
        return new Contender(program.name(), name, workers, program.params(), "us", round);
    }

    private static void engine(Contender.Points points, SuiteProgram program, int workers)
            throws Exception {
        EngineConfig config = EngineConfig.builder().workers(workers).build();
        try (Closing<Engine> scope = new Closing<>(Engine.start(config))) {
            time(points, program, () -> program.engine(scope.pool));
        }
    }

    private static void forkJoin(Contender.Points points, SuiteProgram program, int workers)
            throws Exception {
        try (Closing<ForkJoinPool> scope = new Closing<>(new ForkJoinPool(workers))) {
            time(points, program, () -> program.forkJoin(scope.pool));
        }
    }

    private static void pool(
            Contender.Points points, SuiteProgram program, String name, int workers)
            throws Exception {
        try (Closing<ExecutorService> scope = new Closing<>(TeffExecutors.byName(name, workers))) {
            time(points, program, () -> program.pool(scope.pool));
        }
    }

    private interface Run {
        void run() throws Exception;
    }

    private static void time(Contender.Points points, SuiteProgram program, Run run)
            throws Exception {
        program.prepare();
        long start = System.nanoTime();
        run.run();
        double us = (System.nanoTime() - start) * 1e-3;
        points.add(us, program.isRight());
    }

    /** A pool that has run a task, and ends with its scope. */
    private static final class Closing<E extends ExecutorService> implements AutoCloseable {
        private final E pool;

        Closing(E pool) throws Exception {
            this.pool = pool;
            pool.submit(() -> {}).get();
        }

        @Override
        public void close() {
            pool.shutdown();
            try {
                if (!pool.awaitTermination(CLOSE_S, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the pool did not end: " + pool);
                }
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }
}
