// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Disabled;

/** The engine is an ExecutorService like any other, under the strictest answers. */
@Disabled("until the engine runs tasks")
final class EngineContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return Engine.start(EngineConfig.builder().workers(workers).build());
    }
}
