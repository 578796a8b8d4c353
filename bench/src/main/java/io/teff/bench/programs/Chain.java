// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * A chain of tasks, {@code increment} and {@code slow-increment}: each takes the future of the one
 * before and adds one.
 *
 * <p>The first of the {@code depth} tasks gives 0, so that the results are 0..depth-1; their sum is
 * the answer. In the slow form every task sleeps first, and a run that took less than depth times
 * the sleep is wrong.
 *
 * <p>All executors are used in the same way: {@code thenApplyAsync} of a {@link CompletableFuture},
 * so that no thread waits for a link that is not there yet. {@code threads.blocking} and {@code
 * virtual.blocking} submit tasks that get the future before them and may wait for it, which is often
 * faster there; it cannot hang, since both start tasks in the order of submission. {@code engine.flow}
 * is a {@link Flow} of apps, which is how executors of other processes get the chain, too.
 */
final class Chain implements Program {
    static final Parameter DEPTH =
            new Parameter("depth", "links of the chain", 50_000, 5_000, 1, 1_000_000);
    static final Parameter SLOW_DEPTH = new Parameter("depth", "links of the chain", 5, 5, 1, 1000);

    /** How long each link of the slow chain sleeps. */
    static final Parameter SLEEP =
            new Parameter("sleepMs", "milliseconds each link sleeps", 100, 10, 1, 10_000);

    private static final String BLOCKING = "blocking";
    private static final String FLOW = "flow";

    private final boolean slow;
    private final Parameter depth;

    Chain(boolean slow) {
        this.slow = slow;
        this.depth = slow ? SLOW_DEPTH : DEPTH;
    }

    @Override
    public String name() {
        return slow ? "slow-increment" : "increment";
    }

    @Override
    public String about() {
        return slow
                ? "the same chain with a sleep in each task"
                : "a chain in which each task takes the future of the one before and adds one";
    }

    @Override
    public List<Parameter> parameters() {
        return slow ? List.of(depth, SLEEP) : List.of(depth);
    }

    @Override
    public boolean flat() {
        return true;
    }

    @Override
    public List<String> contenders(String executor) {
        return switch (executor) {
            case "threads", "virtual" -> List.of(executor, executor + "." + BLOCKING);
            case "engine" -> List.of(executor, executor + "." + FLOW);
            default -> List.of(executor);
        };
    }

    @Override
    public boolean isSendable() {
        return true;
    }

    @Override
    public Workload prepare(Params params) {
        return new AtSize(params.intOf(depth), slow ? params.of(SLEEP) : 0);
    }

    private record AtSize(int depth, long sleepMs) implements Workload {
        @Override
        public long tasks(String contender) {
            return depth;
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            long expected = (long) depth * (depth - 1) / 2;
            long startNs = System.nanoTime();
            long sum = sumOn(pool);
            long tookNs = System.nanoTime() - startNs;
            return Answer.both(Answer.of("the sum", expected, sum), () -> tooFast(tookNs));
        }

        private long sumOn(Pool pool) throws Exception {
            if (pool.isSequential()) {
                return inCaller();
            }
            if (pool.isRemote() || pool.isWay(FLOW)) {
                return flowing(pool.service());
            }
            return pool.isWay(BLOCKING) ? waiting(pool.service()) : completing(pool.service());
        }

        private long inCaller() {
            long sum = 0;
            long x = start();
            for (int i = 1; i < depth; i++) {
                x = next(x);
                sum += x;
            }
            return sum;
        }

        /** A flow's chain; what such a chain sends to another process is a body with its argument. */
        private long flowing(ExecutorService service) throws Exception {
            long ms = sleepMs;
            List<Future<Long>> links = new ArrayList<>(depth);
            try (Flow flow = Flow.on(service)) {
                App1<Long, Long> next = flow.app("next", (Long x) -> after(x, ms));
                AppFuture<Long> last = next.call(-1L);
                links.add(last);
                for (int i = 1; i < depth; i++) {
                    last = next.call(last);
                    links.add(last);
                }
                return sum(links);
            }
        }

        private long completing(ExecutorService service) throws Exception {
            List<Future<Long>> links = new ArrayList<>(depth);
            CompletableFuture<Long> last = CompletableFuture.supplyAsync(this::start, service);
            links.add(last);
            for (int i = 1; i < depth; i++) {
                last = last.thenApplyAsync(this::next, service);
                links.add(last);
            }
            return sum(links);
        }

        private long waiting(ExecutorService service) throws Exception {
            List<Future<Long>> links = new ArrayList<>(depth);
            Future<Long> last = service.submit(this::start);
            links.add(last);
            for (int i = 1; i < depth; i++) {
                Future<Long> before = last;
                last = service.submit(() -> next(before.get()));
                links.add(last);
            }
            return sum(links);
        }

        private static long sum(List<Future<Long>> links) throws Exception {
            long sum = 0;
            for (Future<Long> link : links) {
                sum += link.get();
            }
            return sum;
        }

        private long start() {
            return after(-1, sleepMs);
        }

        private long next(long before) {
            return after(before, sleepMs);
        }

        private static long after(long before, long sleepMs) {
            if (sleepMs > 0) {
                try {
                    Thread.sleep(sleepMs);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted in a sleep", e);
                }
            }
            return before + 1;
        }

        private String tooFast(long tookNs) {
            long leastNs = depth * sleepMs * 1_000_000;
            return tookNs >= leastNs
                    ? ""
                    : "took " + tookNs + " ns, less than its sleeps of " + leastNs + " ns";
        }
    }
}
