// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Disabled;

/** The engine's timers, under the strictest answers. */
@Disabled("until the engine runs tasks")
final class EngineScheduledContractTest extends ScheduledExecutorServiceContract {
    @Override
    protected ScheduledExecutorService create(int workers) {
        return Engine.start(EngineConfig.builder().workers(workers).build());
    }
}
