// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.engine.Engine;
import io.teff.engine.Graph;
import io.teff.engine.GraphBuilder;
import io.teff.engine.GraphNodes;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench graph}: graphs of nodes that do next to nothing, in nanoseconds per node.
 *
 * <p>{@code engine.graph} runs a graph that is there already; {@code engine.graph.build} lays it down
 * first, which is what futures, good for one run, must always do (those by a loop of each kind's own,
 * it by one for all kinds, which takes longer). {@code engine.flow} calls an app for
 * each node, with its number and the futures of the nodes before it. A stage takes no arguments, so
 * CompletableFuture gets a task object for each node. With {@code completablefuture.inline} a node
 * runs on the thread that ended its last predecessor; with {@code .async} the pool gets each as a
 * task. Of these three all nodes wait for one more future, which a task of the pool completes when
 * they have been laid down, so that no node runs on the caller. Before it is timed each runtime runs
 * small graphs of every kind, as a program with more than one graph would. {@code joins} is Fibonacci
 * as a join app, in nanoseconds per call of an app.
 */
@Command(
        name = "graph",
        description =
                "Graphs: chain, wavefront, reduction, fan-out and fan-in, join apps; ns per node.")
final class GraphBench extends MicroCommand {
    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS =
            list(
                    "plain",
                    "engine.graph",
                    "engine.graph.build",
                    "engine.flow",
                    "completablefuture.inline",
                    "completablefuture.async");

    private static final String JOINS = "joins";
    private static final List<String> WORKLOADS =
            Stream.concat(
                            Arrays.stream(GraphWork.Kind.values()).map(GraphBench::label),
                            Stream.of(JOINS))
                    .toList();
    private static final int MAX_NODES = 10_000_000;
    private static final int PRIME = 500;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description =
                    "About how many nodes; default 1000000, with --quick 10000. The reduction has as"
                            + " many leaves, rounded up to a power of two.")
    Integer nodes;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            split = ",",
            description = "chain, wavefront, reduce, fan, joins; default all.")
    List<String> workloads;

    /** A way to run a graph on some pool. */
    private interface Way<E> {
        /** Once, with whatever this way needs for one run. */
        void run(E pool, GraphWork work);
    }

    @Override
    String bench() {
        return "graph";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return "plain";
    }

    @Override
    List<String> baselineKeys() {
        return List.of("nodes");
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {3, 8};
    }

    @Override
    List<Contender> contenders() {
        int size = nodes != null ? nodes : quick ? 10_000 : 1_000_000;
        check(
                size >= 1 && size <= MAX_NODES,
                "--nodes must be between 1 and " + MAX_NODES + ": " + size);
        for (String name : workloads != null ? workloads : WORKLOADS) {
            check(WORKLOADS.contains(name), "--workload must be one of " + WORKLOADS + ": " + name);
        }
        List<Contender> contenders = new ArrayList<>();
        for (GraphWork.Kind kind : GraphWork.Kind.values()) {
            if (workloads == null || workloads.contains(label(kind))) {
                addAll(contenders, kind, kind.of(size));
            }
        }
        if (workloads == null || workloads.contains(JOINS)) {
            addJoins(contenders, quick ? 15 : 25);
        }
        return contenders;
    }

    private void addAll(List<Contender> contenders, GraphWork.Kind kind, GraphWork work) {
        add(contenders, kind, "plain", 1, work, points -> time(points, work, work::plain));
        for (int workers : workerCounts()) {
            add(contenders, kind, "engine.graph", workers, work, laidDown(workers, work));
            add(
                    contenders,
                    kind,
                    "engine.graph.build",
                    workers,
                    work,
                    onEngine(workers, work, (engine, w) -> build(w).run(engine)));
            add(
                    contenders,
                    kind,
                    "engine.flow",
                    workers,
                    work,
                    onEngine(workers, work, GraphBench::flow));
            add(
                    contenders,
                    kind,
                    "completablefuture.inline",
                    workers,
                    work,
                    onForkJoin(workers, work, (pool, w) -> futures(pool, w, false)));
            add(
                    contenders,
                    kind,
                    "completablefuture.async",
                    workers,
                    work,
                    onForkJoin(workers, work, (pool, w) -> futures(pool, w, true)));
        }
    }

    /** Fibonacci without cut-off as a join app: each call calls two more, and an app that adds them. */
    private void addJoins(List<Contender> contenders, int n) {
        for (int workers : workerCounts()) {
            if (chosen("engine.flow")) {
                Map<String, Object> params = Map.of("n", n);
                Contender.Round round = points -> joins(points, workers, n);
                contenders.add(
                        new Contender(JOINS, "engine.flow", workers, params, "ns/op", round));
            }
        }
    }

    private static void joins(Contender.Points points, int workers, int n) {
        try (Pools.Scoped<Engine> scope = Pools.engine(workers);
                Flow flow = Flow.on(scope.pool())) {
            JoinFibonacci fibonacci = new JoinFibonacci(flow);
            long start = System.nanoTime();
            int result = fibonacci.app.call(n).join();
            long ns = System.nanoTime() - start;
            flow.await(
                    Duration.ofMinutes(1)); // the last futures end before their tasks are counted
            long apps = flow.summary().tasks();
            long calls = 2L * plain(n + 1) - 1;
            boolean right = result == plain(n) && apps == calls + (calls - 1) / 2;
            points.add((double) ns / apps, right);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("the flow did not come to rest", e);
        }
    }

    private static int plain(int n) {
        return n < 2 ? n : plain(n - 1) + plain(n - 2);
    }

    private static final class JoinFibonacci {
        private final App2<Integer, Integer, Integer> add;
        private final App1<Integer, Integer> app;

        JoinFibonacci(Flow flow) {
            add = flow.app("add", (Integer a, Integer b) -> a + b);
            app = flow.joinApp("fibonacci", this::of);
        }

        private AppFuture<Integer> of(Integer n) {
            return n < 2 ? app.flow().value(n) : add.call(app.call(n - 1), app.call(n - 2));
        }
    }

    private void add(
            List<Contender> contenders,
            GraphWork.Kind kind,
            String name,
            int workers,
            GraphWork work,
            Contender.Round round) {
        if (chosen(name)) {
            Map<String, Object> params = Map.of("nodes", work.nodes());
            contenders.add(new Contender(label(kind), name, workers, params, "ns/op", round));
        }
    }

    private static String label(GraphWork.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Contender.Round laidDown(int workers, GraphWork work) {
        return points -> {
            Graph graph = build(work);
            try (Pools.Scoped<Engine> scope = Pools.engine(workers)) {
                Engine engine = scope.pool();
                prime(engine, (e, w) -> build(w).run(e));
                graph.run(engine); // as all runs but the first: they are what is timed
                time(points, work, () -> graph.run(engine));
            }
        };
    }

    private static Contender.Round onEngine(int workers, GraphWork work, Way<Engine> way) {
        return points -> {
            try (Pools.Scoped<Engine> scope = Pools.engine(workers)) {
                prime(scope.pool(), way);
                time(points, work, () -> way.run(scope.pool(), work));
            }
        };
    }

    private static Contender.Round onForkJoin(int workers, GraphWork work, Way<ForkJoinPool> way) {
        return points -> {
            try (Pools.Scoped<ForkJoinPool> scope = Pools.forkJoin(workers, false)) {
                prime(scope.pool(), way);
                time(points, work, () -> way.run(scope.pool(), work));
            }
        };
    }

    private static <E> void prime(E pool, Way<E> way) {
        for (GraphWork.Kind kind : GraphWork.Kind.values()) {
            way.run(pool, kind.of(PRIME));
        }
    }

    private static void time(Contender.Points points, GraphWork work, Runnable run) {
        work.reset();
        long start = System.nanoTime();
        run.run();
        long ns = System.nanoTime() - start;
        points.add((double) ns / work.nodes(), work.isRight());
    }

    private static Graph build(GraphWork work) {
        GraphBuilder builder = Graph.builder();
        GraphNodes nodes = builder.nodes(work.nodes(), work.body());
        for (int i = 0; i < work.nodes(); i++) {
            for (int k = 0, n = work.predecessors(i); k < n; k++) {
                nodes.edge(work.predecessor(i, k), i);
            }
        }
        return builder.build();
    }

    private static void flow(Engine engine, GraphWork work) {
        CompletableFuture<Object> start = new CompletableFuture<>();
        try (Flow flow = Flow.on(engine)) {
            AppFuture<?> last = work.call(flow, flow.future(start));
            engine.execute(() -> start.complete(null));
            last.join();
        }
    }

    private static void futures(ForkJoinPool pool, GraphWork work, boolean async) {
        CompletableFuture<Object> start = new CompletableFuture<>();
        CompletableFuture<?> last = work.stage(new GraphStages(async ? pool : null), start);
        pool.execute(() -> start.complete(null));
        last.join();
    }
}
