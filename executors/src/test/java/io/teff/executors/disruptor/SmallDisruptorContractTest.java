// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.disruptor;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;

/** The contract again on a ring that is often full; the contract queues up to 200 tasks. */
final class SmallDisruptorContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return new DisruptorExecutor(workers, 256);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
