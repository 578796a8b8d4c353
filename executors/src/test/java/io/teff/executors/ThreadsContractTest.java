// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;

/** The executor named threads keeps the contract. */
final class ThreadsContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("threads", workers);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
