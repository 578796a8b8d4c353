// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.ForkJoinPoolContract;
import java.util.concurrent.ExecutorService;

/** The executor named forkjoin keeps the contract as far as ForkJoinPool does. */
final class ForkJoinContractTest extends ForkJoinPoolContract {
    @Override
    protected ExecutorService create(int workers) {
        return TeffExecutors.byName("forkjoin", workers);
    }
}
