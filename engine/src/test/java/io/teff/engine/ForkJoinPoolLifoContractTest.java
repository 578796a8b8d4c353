// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;

/** ForkJoinPool as it comes: each worker's own tasks last in, first out. */
final class ForkJoinPoolLifoContractTest extends ForkJoinPoolContract {
    @Override
    protected ExecutorService create(int workers) {
        return new ForkJoinPool(workers);
    }
}
