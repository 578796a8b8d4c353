// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** ForkJoinPool in its async mode: first in, first out. */
final class ForkJoinPoolAsyncContractTest extends ForkJoinPoolContract {
    ForkJoinPoolAsyncContractTest() {
        super(true);
    }
}
