// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Submitter;
import io.teff.engine.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Independent tasks x -> 2x for x in 0..n-1, and the sum of their results, n(n - 1).
 *
 * <p>Every executor, {@code engine} included, is used in the same way: {@code submit} n callables,
 * keep the futures, add what they give. {@code engine.lane} is the same program on a {@link
 * Submitter} of typed tasks, which leave their results in an array.
 */
final class Doubles implements Program {
    static final Parameter N = new Parameter("n", "how many tasks", 100_000, 10_000, 1, 2_000_000);

    private static final String LANE = "lane";
    private static final int LANE_BATCH = 64;

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
        return executor.equals("engine")
                ? List.of(executor, executor + "." + LANE)
                : List.of(executor);
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
            Engine engine = pool.engine();
            return engine != null && pool.isWay(LANE)
                    ? throughLane(engine)
                    : throughFutures(pool.service());
        }

        private long throughFutures(ExecutorService service) throws Exception {
            List<Future<Long>> futures = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                long x = i;
                futures.add(service.submit(() -> twice(x)));
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
