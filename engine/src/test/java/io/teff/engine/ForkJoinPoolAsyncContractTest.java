// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;

/** ForkJoinPool in its async mode, as the executor named forkjoin is, which is tested always. */
@Tag("slow")
final class ForkJoinPoolAsyncContractTest extends ForkJoinPoolContract {
    @Override
    protected ExecutorService create(int workers) {
        return new ForkJoinPool(
                workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }
}
