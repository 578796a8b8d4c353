// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;

/** The engine is an ExecutorService like any other, under the strictest answers. */
final class EngineContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return Engine.start(EngineConfig.builder().workers(workers).build());
    }
}
