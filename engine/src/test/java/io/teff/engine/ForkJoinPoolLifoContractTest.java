// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** ForkJoinPool as it comes: each worker's own tasks last in, first out. */
final class ForkJoinPoolLifoContractTest extends ForkJoinPoolContract {
    ForkJoinPoolLifoContractTest() {
        super(false);
    }
}
