// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/**
 * ForkJoinPool in the idiom that suits it best here: {@link Dataflow} by hand, a fork for each task that
 * becomes ready beside the one that its worker goes on with, no join; the tasks that are ready from the
 * start are forked by halves.
 */
final class ForkJoinRunner implements Runner {
    private final Dataflow flow;
    private final ForkJoinPool pool;
    private final IntConsumer fork = this::fork;

    ForkJoinRunner(List<Points> graphs, int workers) {
        flow = new Dataflow(graphs);
        pool = new ForkJoinPool(workers);
    }

    private void fork(int task) {
        new Task(task).fork();
    }

    private final class Task extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final int task;

        Task(int task) {
            this.task = task;
        }

        @Override
        protected void compute() {
            flow.run(task, fork);
        }
    }

    private final class Sources extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final int from;
        private final int to;

        Sources(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        protected void compute() {
            int end = to;
            while (end - from > 1) {
                int middle = from + end >>> 1;
                new Sources(middle, end).fork();
                end = middle;
            }
            flow.run(flow.sources()[from], fork);
        }
    }

    @Override
    public void run() throws Exception {
        flow.begin();
        pool.execute(new Sources(0, flow.sources().length));
        flow.await();
    }

    @Override
    public void close() {
        Stop.pool(pool);
    }
}
