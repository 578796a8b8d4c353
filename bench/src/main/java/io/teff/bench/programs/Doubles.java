// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Submitter;
import io.teff.engine.Worker;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.MpiLane;
import io.teff.mpi.executor.Placement;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Independent tasks x -> 2x for x in 0..n-1, and the sum of their results, n(n - 1).
 *
 * <p>Every executor, {@code engine} included, is used in the same way: {@code submit} n callables,
 * keep the futures, add what they give. The callables are serializable, for those who need
 * that. {@code engine.lane} is the same program on a {@link Submitter} of typed tasks, which leave their
 * results in an array; {@code mpi.lane} on an {@link MpiLane} to a function that all ranks know.
 */
final class Doubles implements Program {
    static final Parameter N = new Parameter("n", "how many tasks", 100_000, 10_000, 1, 2_000_000);

    private static final String LANE = "lane";
    private static final int LANE_BATCH = 64;
    private static final int MPI_BATCH = 256;

    /** The task as ranks know it. */
    static final MpiFunction.Longs DOUBLE = MpiFunction.longs("double", (x, unused) -> twice(x));

    @Override
    public String name() {
        return "double";
    }

    @Override
    public String about() {
        return "n independent tasks x -> 2x, and the sum of their results";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(N);
    }

    @Override
    public boolean flat() {
        return true;
    }

    @Override
    public List<String> contenders(String executor) {
        return executor.equals("engine") || executor.equals("mpi")
                ? List.of(executor, executor + "." + LANE)
                : List.of(executor);
    }

    @Override
    public boolean isSendable() {
        return true;
    }

    @Override
    public Workload prepare(Params params) {
        return new AtSize(params.intOf(N));
    }

    private record AtSize(int n) implements Workload {
        @Override
        public long tasks(String contender) {
            return n;
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            return Answer.of("the sum", (long) n * (n - 1), sum(pool));
        }

        private long sum(Pool pool) throws Exception {
            if (pool.isSequential()) {
                long sum = 0;
                for (long x = 0; x < n; x++) {
                    sum += twice(x);
                }
                return sum;
            }
            if (!pool.isWay(LANE)) {
                return throughFutures(pool.service());
            }
            return pool.mpi() != null ? throughLane(pool.mpi()) : throughLane(pool.engine());
        }

        private long throughFutures(ExecutorService service) throws Exception {
            List<Future<Long>> futures = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                long x = i;
                futures.add(service.submit((Callable<Long> & Serializable) () -> twice(x)));
            }
            long sum = 0;
            for (Future<Long> future : futures) {
                sum += future.get();
            }
            return sum;
        }

        private long throughLane(Engine engine) {
            long[] results = new long[n];
            try (Submitter lane = engine.submitter(LANE_BATCH)) {
                for (int x = 0; x < n; x++) {
                    lane.submit(TWICE, x, 0, results);
                }
                lane.await();
            }
            return sumOf(results);
        }

        private long throughLane(MpiExecutor mpi) {
            long[] results = new long[n];
            MpiLane lane =
                    mpi.lane(
                            Placement.LEAST_LOADED,
                            DOUBLE,
                            MPI_BATCH,
                            (tag, value) -> results[(int) tag] = value);
            for (int x = 0; x < n; x++) {
                lane.submit(x, x, 0);
            }
            lane.await();
            return sumOf(results);
        }

        private static long sumOf(long[] results) {
            long sum = 0;
            for (long result : results) {
                sum += result;
            }
            return sum;
        }
    }

    private static final LongPairTask TWICE =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long x, long unused, Object results) {
                    long result = twice(x);
                    ((long[]) results)[(int) x] = result;
                    return result;
                }
            };

    private static long twice(long x) {
        return 2 * x;
    }
}
