// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.disruptor;

import io.teff.engine.ExecutorServiceContract;
import io.teff.executors.TeffExecutors;
import java.util.concurrent.ExecutorService;

/** The executor named disruptor keeps the contract; a worker that waits is a worker less. */
final class DisruptorContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("disruptor", workers);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
