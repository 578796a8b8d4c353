// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Engine;
import io.teff.engine.Tiles.TileToLong;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Loops over independent bodies, on each contender in the idiom its users would choose.
 *
 * <pre>
 * sequential                plain loop in the caller
 * engine                    range(0, n).sum, tiles(width, height, tile).sumLong: splits when asked
 * forkjoin                  parallel stream inside the pool: splits into about 4 parts a worker
 * threads, virtual, others  invokeAll, one task a body
 * engine.tasks,
 * forkjoin.tasks            invokeAll, one task a body, as the others do
 * </pre>
 *
 * Bodies are few microseconds or less; none blocks. Partial results are combined in any order.
 */
final class Loops {
    /** The way that submits one task a body instead of using the executor's own loop. */
    static final String TASKS = "tasks";

    /** More bodies than this would be gigabytes of futures on the pools that need one each. */
    static final long MAX_TASKS = 2_000_000;

    private Loops() {}

    /** The rows of a program made of loops. */
    static List<String> contenders(String executor) {
        return executor.equals("engine") || executor.equals("forkjoin")
                ? List.of(executor, executor + "." + TASKS)
                : List.of(executor);
    }

    /** The number of tiles in an image, or an error that names the sizes if there are too many. */
    static int tileCount(String program, int width, int height, int tile) {
        long count = (long) ceilDiv(width, tile) * ceilDiv(height, tile);
        if (count > MAX_TASKS) {
            throw new IllegalArgumentException(
                    program
                            + " of "
                            + width
                            + " by "
                            + height
                            + " in tiles of "
                            + tile
                            + " makes "
                            + count
                            + " tasks; at most "
                            + MAX_TASKS
                            + ", so take a larger tile");
        }
        return (int) count;
    }

    /**
     * Runs many loops in a row: engine and forkjoin start and end each faster from one of their own
     * workers, so their users do it there; the others must not wait inside their workers.
     */
    static <T> T loops(Pool pool, Callable<T> manyLoops) throws Exception {
        boolean inside = (pool.engine() != null || pool.forkJoin() != null) && !pool.isWay(TASKS);
        return inside ? pool.service().submit(manyLoops).get() : manyLoops.call();
    }

    /** Sums {@code body} over the tiles of an image. */
    static long sumTiles(Pool pool, int width, int height, int tile, TileToLong body)
            throws Exception {
        Engine engine = pool.engine();
        if (engine != null && !pool.isWay(TASKS)) {
            return engine.tiles(width, height, tile).sumLong(body);
        }
        int columns = ceilDiv(width, tile);
        return sumLong(
                pool,
                columns * ceilDiv(height, tile),
                t -> {
                    int x0 = t % columns * tile;
                    int y0 = t / columns * tile;
                    return body.applyAsLong(
                            x0, y0, Math.min(x0 + tile, width), Math.min(y0 + tile, height));
                });
    }

    /** Sums {@code body(0) .. body(n - 1)}. */
    static long sumLong(Pool pool, int n, IntToLongFunction body) throws Exception {
        if (pool.isSequential()) {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += body.applyAsLong(i);
            }
            return sum;
        }
        Engine engine = pool.engine();
        ForkJoinPool forkJoin = pool.forkJoin();
        if (pool.isWay(TASKS) || (engine == null && forkJoin == null)) {
            List<Callable<Long>> tasks = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                int index = i;
                tasks.add(() -> body.applyAsLong(index));
            }
            long sum = 0;
            for (Future<Long> future : pool.service().invokeAll(tasks)) {
                sum += future.get();
            }
            return sum;
        }
        if (engine != null) {
            return engine.range(0, n).sumLong(body);
        }
        return inside(forkJoin, () -> IntStream.range(0, n).parallel().mapToLong(body).sum());
    }

    /** Sums {@code body(0) .. body(n - 1)}; rounding depends on how the loop was split. */
    static double sum(Pool pool, int n, IntToDoubleFunction body) throws Exception {
        if (pool.isSequential()) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += body.applyAsDouble(i);
            }
            return sum;
        }
        Engine engine = pool.engine();
        ForkJoinPool forkJoin = pool.forkJoin();
        if (pool.isWay(TASKS) || (engine == null && forkJoin == null)) {
            return sumOfTasks(pool.service(), n, body);
        }
        if (engine != null) {
            return engine.range(0, n).sum(body);
        }
        // reduce, not sum: sum compensates for rounding and takes several times as long.
        return inside(
                forkJoin,
                () -> IntStream.range(0, n).parallel().mapToDouble(body).reduce(0, Double::sum));
    }

    /** A parallel stream runs in the pool whose worker started it. */
    private static <T> T inside(ForkJoinPool pool, Callable<T> stream) throws Exception {
        return ForkJoinTask.getPool() == pool ? stream.call() : pool.submit(stream).get();
    }

    private static double sumOfTasks(ExecutorService service, int n, IntToDoubleFunction body)
            throws Exception {
        List<Callable<Double>> tasks = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            int index = i;
            tasks.add(() -> body.applyAsDouble(index));
        }
        double sum = 0;
        for (Future<Double> future : service.invokeAll(tasks)) {
            sum += future.get();
        }
        return sum;
    }

    static int ceilDiv(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }
}
