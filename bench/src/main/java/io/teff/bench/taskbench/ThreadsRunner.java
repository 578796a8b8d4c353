// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** ThreadPoolExecutor of a fixed size, with {@link Dataflow} by hand. */
final class ThreadsRunner implements Runner {
    private final Dataflow flow;
    private final ThreadPoolExecutor pool;
    private final IntConsumer execute = this::execute;

    ThreadsRunner(List<Points> graphs, int workers) {
        flow = new Dataflow(graphs);
        pool =
                new ThreadPoolExecutor(
                        workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        pool.prestartAllCoreThreads();
    }

    private void execute(int task) {
        pool.execute(() -> flow.run(task, execute));
    }

    @Override
    public void run() throws Exception {
        flow.begin();
        for (int source : flow.sources()) {
            execute(source);
        }
        flow.await();
    }

    @Override
    public void close() {
        Stop.pool(pool);
    }
}
