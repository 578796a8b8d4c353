// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import static io.teff.bench.peers.NativePeer.CHAIN;
import static io.teff.bench.peers.NativePeer.FIB;
import static io.teff.bench.peers.NativePeer.FLAT;
import static io.teff.bench.peers.NativePeer.LATENCY;
import static io.teff.bench.peers.NativePeer.LOOP;
import static io.teff.bench.peers.NativePeer.WAVEFRONT;

import io.teff.bench.measure.Contender;
import io.teff.bench.peers.NativePeer;
import io.teff.engine.Engine;
import io.teff.engine.Graph;
import io.teff.engine.GraphBuilder;
import io.teff.engine.GraphNodes;
import io.teff.engine.IdlePreset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is computed in {@link NativeBench}, in which sizes, by Teff and by others, and what the answers must
 * be. Slow runtimes get smaller sizes, where the figure is one per operation.
 */
final class NativeWork {
    static final String PLAIN = "plain";
    static final String ENGINE = "engine";

    /** Contenders of our own. */
    static final List<String> TEFF =
            List.of(PLAIN, ENGINE, ENGINE + ".execute", ENGINE + ".submit");

    /** The parameter that says whether a graph was there already. */
    static final String TIMED = "timed";

    static final String PERCENTILE = "percentile";

    private static final String RUN = "run";
    private static final String BUILD_AND_RUN = "build+run";
    private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9);
    private static final int BATCH = 64;
    private static final int ALL_ROUNDS_COLD = Integer.MAX_VALUE; // no warm-up from outside
    private static final int LOOP_ELEMENTS =
            8_000_000; // of all loops of a round, as peer.hpp has it

    private final boolean quick;

    NativeWork(boolean quick) {
        this.quick = quick;
    }

    private int size(String workload, String contender) {
        return switch (workload) {
            case FIB -> quick ? 20 : fib(contender);
            case FLAT -> quick ? 20_000 : 1_000_000;
            case CHAIN -> quick ? 2_000 : 200_000;
            case WAVEFRONT -> quick ? 40 : 400;
            case LOOP -> quick ? 10_000 : 1_000_000;
            default -> quick ? 200 : 20_000;
        };
    }

    private static int fib(String contender) {
        return switch (contender) {
            case "openmp-gnu", "openmp-llvm" -> 27;
            case "tbb", "taskflow" -> 32;
            default -> 36;
        };
    }

    // Others

    /** A contender that is a process each round. */
    Contender peer(String workload, String name, NativePeer.Built program, int workers) {
        int size = size(workload, name);
        Map<String, Object> params = params(workload, size);
        params.put("version", program.version());
        return new Contender(
                workload,
                name,
                workers,
                params,
                metric(workload),
                points -> add(points, workload, size, program.run(workload, size, workers)),
                ALL_ROUNDS_COLD);
    }

    private static void add(
            Contender.Points points, String workload, int size, NativePeer.Result result) {
        boolean isRight = result.answer() == expected(workload, size);
        switch (workload) {
            case FIB -> points.add(result.ns() / Fib.activations(size), isRight);
            case FLAT -> points.add(1e9 * size / result.ns(), isRight);
            case LOOP -> points.add(result.ns() / size, isRight);
            case LATENCY -> {
                for (double percentile : PERCENTILES) {
                    double ns =
                            result.percentilesNs()
                                    .getOrDefault(Double.toString(percentile), Double.NaN);
                    points.add(Map.of(PERCENTILE, percentile), ns / 1e3, isRight && ns > 0);
                }
            }
            default -> {
                double nodes = nodes(workload, size);
                boolean staysThere = Double.isFinite(result.ns());
                double ns = result.buildNs() + (staysThere ? result.ns() : 0);
                if (staysThere) {
                    points.add(Map.of(TIMED, RUN), result.ns() / nodes, isRight);
                }
                points.add(Map.of(TIMED, BUILD_AND_RUN), ns / nodes, isRight);
            }
        }
    }

    private static String metric(String workload) {
        return switch (workload) {
            case FLAT -> "ops/s";
            case LATENCY -> "us";
            default -> "ns/op";
        };
    }

    private static Map<String, Object> params(String workload, int size) {
        Map<String, Object> params = new LinkedHashMap<>();
        String name =
                switch (workload) {
                    case FLAT -> "tasks";
                    case CHAIN -> "nodes";
                    case WAVEFRONT -> "side";
                    case LATENCY -> "calls";
                    default -> "n";
                };
        params.put(name, size);
        return params;
    }

    private static double nodes(String workload, int size) {
        return workload.equals(WAVEFRONT) ? (double) size * size : size;
    }

    private static long expected(String workload, int size) {
        return switch (workload) {
            case FIB -> Fib.of(size);
            case FLAT -> size;
            case LOOP -> sumOfNumbers(size);
            case LATENCY -> (long) size * (size + 1) / 2;
            default -> graph(workload, size).expected();
        };
    }

    private static GraphWork graph(String workload, int size) {
        return workload.equals(CHAIN)
                ? GraphWork.Kind.CHAIN.of(size)
                : GraphWork.Kind.WAVEFRONT.of(size * size);
    }

    // Teff

    /** Contenders of our own for a workload. */
    List<Contender> own(String workload, List<Integer> workerCounts) {
        int size = size(workload, ENGINE);
        List<Contender> own = new ArrayList<>();
        switch (workload) {
            case FIB -> {
                own.add(contender(FIB, PLAIN, 1, points -> fib(points, size)));
                for (int w : workerCounts) {
                    own.add(contender(FIB, ENGINE, w, points -> fib(points, size, w)));
                }
            }
            case FLAT -> {
                for (int w : workerCounts) {
                    own.add(
                            contender(
                                    FLAT,
                                    ENGINE,
                                    w,
                                    points ->
                                            flat(
                                                    points,
                                                    size,
                                                    new SubmitTarget.EngineLane(
                                                            w, Submission.WINDOW, BATCH))));
                    own.add(
                            contender(
                                    FLAT,
                                    ENGINE + ".execute",
                                    w,
                                    points ->
                                            flat(
                                                    points,
                                                    size,
                                                    new SubmitTarget.EngineExecute(
                                                            w, Submission.WINDOW, Watching.OFF))));
                }
            }
            case LOOP -> {
                double[] numbers = numbers(size);
                own.add(
                        contender(
                                LOOP,
                                PLAIN,
                                1,
                                points -> loop(points, numbers, new LoopRunner.Plain(false))));
                for (int w : workerCounts) {
                    own.add(
                            contender(
                                    LOOP,
                                    ENGINE,
                                    w,
                                    points ->
                                            loop(
                                                    points,
                                                    numbers,
                                                    new LoopRunner.EngineRange(w, true))));
                }
            }
            case LATENCY -> {
                for (int w : workerCounts) {
                    own.add(
                            contender(
                                    LATENCY,
                                    ENGINE,
                                    w,
                                    points ->
                                            latency(
                                                    points,
                                                    size,
                                                    new Handoff.EngineLane(
                                                            w, IdlePreset.LATENCY, false))));
                    own.add(
                            contender(
                                    LATENCY,
                                    ENGINE + ".submit",
                                    w,
                                    points ->
                                            latency(
                                                    points,
                                                    size,
                                                    new Handoff.EngineSubmit(
                                                            w, IdlePreset.LATENCY, false))));
                }
            }
            default -> {
                GraphWork work = graph(workload, size);
                own.add(contender(workload, PLAIN, 1, points -> graph(points, work)));
                for (int w : workerCounts) {
                    own.add(contender(workload, ENGINE, w, points -> graph(points, work, w)));
                }
            }
        }
        return own;
    }

    private Contender contender(String workload, String name, int workers, Contender.Round round) {
        Map<String, Object> params = params(workload, size(workload, ENGINE));
        return new Contender(workload, name, workers, params, metric(workload), round);
    }

    private static void fib(Contender.Points points, int n) {
        long start = System.nanoTime();
        long answer = Fib.plain(n);
        double ns = System.nanoTime() - start;
        points.add(ns / Fib.activations(n), answer == Fib.of(n));
    }

    private static void fib(Contender.Points points, int n, int workers) {
        try (Pools.Scoped<Engine> scope = Pools.engine(workers)) {
            Engine engine = scope.pool();
            engine.invoke(Fib.TYPED, Math.max(1, n - 6)); // as the others do
            long start = System.nanoTime();
            long answer = engine.invoke(Fib.TYPED, n);
            double ns = System.nanoTime() - start;
            points.add(ns / Fib.activations(n), answer == Fib.of(n));
        }
    }

    private static void flat(Contender.Points points, long tasks, SubmitTarget opened)
            throws Exception {
        List<SubmitWork> works = Submission.works(1);
        long before = Math.max(1, tasks / 32);
        long ns;
        try (SubmitTarget target = opened;
                Submission submission = new Submission(target, works)) {
            submission.run(SubmitWork.TIMED, before);
            ns = submission.run(SubmitWork.TIMED, tasks);
        }
        points.add(1e9 * tasks / ns, works.get(0).tally().total() == before + tasks);
    }

    private static void graph(Contender.Points points, GraphWork work) {
        work.reset();
        long start = System.nanoTime();
        work.plain();
        double ns = System.nanoTime() - start;
        points.add(Map.of(TIMED, RUN), ns / work.nodes(), work.isRight());
    }

    private static void graph(Contender.Points points, GraphWork work, int workers) {
        try (Pools.Scoped<Engine> scope = Pools.engine(workers)) {
            long start = System.nanoTime();
            GraphBuilder builder = Graph.builder();
            GraphNodes nodes = builder.nodes(work.nodes(), work.body());
            for (int i = 0; i < work.nodes(); i++) {
                for (int k = 0, n = work.predecessors(i); k < n; k++) {
                    nodes.edge(work.predecessor(i, k), i);
                }
            }
            Graph graph = builder.build();
            double buildNs = System.nanoTime() - start;
            graph.run(scope.pool());
            work.reset();
            start = System.nanoTime();
            graph.run(scope.pool());
            double ns = System.nanoTime() - start;
            points.add(Map.of(TIMED, RUN), ns / work.nodes(), work.isRight());
            points.add(Map.of(TIMED, BUILD_AND_RUN), (buildNs + ns) / work.nodes(), work.isRight());
        }
    }

    /** Multiples of a half: their sum is exact in any order. */
    private static double[] numbers(int n) {
        double[] numbers = new double[n];
        Arrays.setAll(numbers, i -> i % 1024 * 0.5);
        return numbers;
    }

    /** Twice their sum, by whole numbers. */
    private static long sumOfNumbers(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += i % 1024;
        }
        return sum;
    }

    private static void loop(Contender.Points points, double[] numbers, LoopRunner opened)
            throws Exception {
        int n = numbers.length;
        int times = Math.max(1, LOOP_ELEMENTS / n);
        try (LoopRunner runner = opened) {
            runner.run(
                    () -> {
                        double last = 0;
                        for (int i = 0; i < Math.max(1, times / 8); i++) {
                            last = runner.sum(numbers);
                        }
                        long start = System.nanoTime();
                        for (int i = 0; i < times; i++) {
                            last = runner.sum(numbers);
                        }
                        double ns = System.nanoTime() - start;
                        points.add(ns / times / n, 2 * last == sumOfNumbers(n));
                        return last;
                    });
        }
    }

    private static void latency(Contender.Points points, int calls, Handoff opened)
            throws InterruptedException {
        try (Handoff handoff = opened) {
            LatencyLoops.closed(handoff, Math.max(1, calls / 10), false, LatencyLoops.Wait.SPIN, 0);
            LatencyLoops.Recorded recorded =
                    LatencyLoops.closed(handoff, calls, false, LatencyLoops.Wait.SPIN, 0);
            boolean isRight = recorded.right && recorded.ns.getTotalCount() == calls;
            for (double percentile : PERCENTILES) {
                points.add(
                        Map.of(PERCENTILE, percentile),
                        recorded.ns.getValueAtPercentile(percentile) / 1e3,
                        isRight);
            }
        }
    }
}
