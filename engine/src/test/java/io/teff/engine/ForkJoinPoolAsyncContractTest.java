// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;

/** ForkJoinPool in its async mode: first in, first out. */
final class ForkJoinPoolAsyncContractTest extends ForkJoinPoolContract {
    @Override
    protected ExecutorService create(int workers) {
        return new ForkJoinPool(
                workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }
}
