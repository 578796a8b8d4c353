// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;

/** The executor named engine keeps the contract, under the strictest answers. */
final class EngineByNameContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("engine", workers);
    }
}
