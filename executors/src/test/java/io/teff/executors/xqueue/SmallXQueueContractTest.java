// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;

/** The contract again on queues that are often full; the contract queues up to 200 tasks. */
final class SmallXQueueContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return new XQueueExecutor(workers, 256);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
