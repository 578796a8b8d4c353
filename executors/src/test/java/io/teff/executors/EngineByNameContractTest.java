// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Disabled;

/** The executor named engine keeps the contract, under the strictest answers. */
@Disabled("until the engine runs tasks")
final class EngineByNameContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("engine", workers);
    }
}
