// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** The contract of timers holds for the pool it was read from. */
final class ScheduledThreadPoolTimerContractTest extends ScheduledExecutorServiceContract {
    @Override
    protected ScheduledExecutorService create(int workers) {
        return new ScheduledThreadPoolExecutor(workers);
    }

    @Override
    protected Unstarted unstarted() {
        return Unstarted.WRAPPED;
    }
}
