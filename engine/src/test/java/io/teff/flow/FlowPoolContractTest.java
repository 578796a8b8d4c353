// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A flow is an executor too; on a pool whose threads leave when there is nothing to do. */
final class FlowPoolContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        workers, workers, 100, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>());
        pool.allowCoreThreadTimeOut(true);
        return Flow.on(pool).asExecutorService("task");
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
