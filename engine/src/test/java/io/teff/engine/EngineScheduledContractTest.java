// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ScheduledExecutorService;

/** The engine's timers, under the strictest answers. */
final class EngineScheduledContractTest extends ScheduledExecutorServiceContract {
    @Override
    protected ScheduledExecutorService create(int workers) {
        return Engine.start(EngineConfig.builder().workers(workers).build());
    }
}
