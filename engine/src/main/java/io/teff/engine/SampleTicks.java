// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Every how many submissions one is timed. Counted apart for each of a few groups of threads, without
 * order: two threads of a group may count as one, which does no harm to a sample.
 */
final class SampleTicks {
    private static final int GROUPS = 64;
    private static final int APART = 32; // ints in two cache lines

    private final int every;
    private final int[] counts = new int[(GROUPS + 2) * APART];

    SampleTicks(int every) {
        this.every = every;
    }

    boolean isDue(Thread thread) {
        int i = (1 + ((int) thread.getId() & GROUPS - 1)) * APART;
        int n = counts[i] + 1;
        if (n < every) {
            counts[i] = n;
            return false;
        }
        counts[i] = 0;
        return true;
    }
}
