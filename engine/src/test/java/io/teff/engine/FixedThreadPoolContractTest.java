// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The contract holds for the pool it was read from. */
final class FixedThreadPoolContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return Executors.newFixedThreadPool(workers);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
