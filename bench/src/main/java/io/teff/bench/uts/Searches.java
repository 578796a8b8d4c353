// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.bench.measure.Contender;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** One tree's contenders, each of which says how long a search took, and whether it found all. */
final class Searches {
    static final String HASHES = "sha1";
    static final String PLAIN = "plain";
    static final String ENGINE = "engine";
    static final String FORKJOIN = "forkjoin";
    static final String MPI = "mpi";

    static final String LEAVES = "leaves";
    static final String NODES = "nodes";
    static final String DEPTH = "depth";

    private static final long MOST_HASHES = 4_000_000;
    private static final long CLOSE_S = 30;

    private final String name;
    private final Tree tree;
    private final Totals expected;

    /** Searches of this tree, which must come to these totals. */
    Searches(String name, Tree tree, Totals expected) {
        this.name = name;
        this.tree = tree;
        this.expected = expected;
    }

    /** No tree, only its hashes, or as many of them as say how fast they go. */
    Contender hashes() {
        long hashes = Math.min(MOST_HASHES, tree.hashes(expected.nodes()));
        int last = Walk.hashes(tree, hashes);
        return new Contender(
                name,
                HASHES,
                1,
                tree.params(),
                "ops/s",
                points -> {
                    long start = System.nanoTime();
                    int random = Walk.hashes(tree, hashes);
                    double seconds = secondsSince(start);
                    points.add(hashes / seconds, random == last);
                });
    }

    /** A loop on one thread. */
    Contender plain() {
        return contender(
                PLAIN,
                1,
                points -> {
                    long start = System.nanoTime();
                    Totals found = Walk.plain(tree);
                    add(points, secondsSince(start), found);
                });
    }

    /** The engine, as it is when nothing is said but its number of workers. */
    Contender engine(int workers) {
        UtsTask task = new UtsTask(tree);
        return contender(
                ENGINE,
                workers,
                points -> {
                    EngineConfig config = EngineConfig.builder().workers(workers).build();
                    try (Engine engine = Engine.start(config)) {
                        task.counted().reset();
                        long start = System.nanoTime();
                        long descendants = engine.invoke(task, 0, 0, Walk.root(tree));
                        double seconds = secondsSince(start);
                        add(points, seconds, task.counted().totals(descendants));
                    }
                });
    }

    /** ForkJoinPool likewise. */
    Contender forkJoin(int workers) {
        return contender(
                FORKJOIN,
                workers,
                points -> {
                    try (Pool scope = new Pool(new ForkJoinPool(workers))) {
                        UtsAction.Shared shared = new UtsAction.Shared(tree);
                        long start = System.nanoTime();
                        UtsAction root = new UtsAction(shared, Walk.root(tree));
                        scope.pool.invoke(root);
                        double seconds = secondsSince(start);
                        add(points, seconds, shared.counted.totals(root.descendants()));
                    }
                });
    }

    /** A ForkJoinPool that ends with its scope. */
    private record Pool(ForkJoinPool pool) implements AutoCloseable {
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

    /** All ranks, with so many workers together. */
    Contender mpi(int workers, Ranks ranks) {
        Map<String, Object> params = new LinkedHashMap<>(tree.params());
        params.put("ranks", ranks.size());
        return new Contender(
                name,
                MPI,
                workers,
                params,
                "s",
                points -> {
                    long start = System.nanoTime();
                    long descendants = ranks.search();
                    double seconds = secondsSince(start);
                    add(points, seconds, ranks.totals(descendants));
                });
    }

    private Contender contender(String contender, int workers, Contender.Round round) {
        return new Contender(name, contender, workers, tree.params(), "s", round);
    }

    private void add(Contender.Points points, double seconds, Totals found) {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put(NODES, found.nodes());
        extra.put(LEAVES, found.leaves());
        extra.put(DEPTH, found.depth());
        points.add(extra, seconds, found.equals(expected));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
