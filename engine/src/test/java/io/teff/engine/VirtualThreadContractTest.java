// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** One virtual thread for each task; found by reflection, since the tests compile for JDK 17. */
@EnabledForJreRange(minVersion = 21)
final class VirtualThreadContractTest extends ExecutorServiceContract {
    @Override
    protected ExecutorService create(int workers) {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("JDK 21 has virtual threads", e);
        }
    }

    @Override
    protected Unstarted unstarted() {
        return Unstarted.NEVER;
    }
}
