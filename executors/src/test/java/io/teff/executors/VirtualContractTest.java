// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** The executor named virtual keeps the contract. Before JDK 21, see TeffExecutorsTest. */
@EnabledForJreRange(minVersion = 21)
final class VirtualContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("virtual", workers);
    }

    @Override
    protected Unstarted unstarted() {
        return Unstarted.NEVER;
    }
}
