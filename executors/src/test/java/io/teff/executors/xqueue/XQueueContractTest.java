// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import io.teff.engine.ExecutorServiceContract;
import io.teff.executors.TeffExecutors;
import java.util.concurrent.ExecutorService;

/** The executor named xqueue keeps the contract; a worker that waits is a worker less. */
final class XQueueContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("xqueue", workers);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
