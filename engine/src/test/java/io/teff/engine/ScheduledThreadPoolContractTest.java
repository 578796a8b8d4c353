// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** A scheduled pool is an executor too: it wraps every task in a future of its own. */
final class ScheduledThreadPoolContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return new ScheduledThreadPoolExecutor(workers);
    }

    @Override
    protected Unstarted unstarted() {
        return Unstarted.WRAPPED;
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }

    @Override
    protected boolean executeReportsUncaught() {
        return false;
    }
}
