// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.engine.ExecutorServiceContract;
import java.util.concurrent.ExecutorService;

/**
 * The contract of all executors, for the real executor, interchange and manager over real sockets;
 * see {@link InOneJvm} for what stands in for processes.
 */
final class HtexContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        return InOneJvm.executor(workers);
    }

    @Override
    protected boolean nestedGetSupported() {
        return false;
    }
}
