// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all walks of a search have counted, together. A walk adds what it has when it ends a task, before
 * the task's result is seen. Any thread.
 */
final class Counted {
    private final LongAdder leaves = new LongAdder();
    private final LongAccumulator deepest = new LongAccumulator(Math::max, 0);

    void add(Walk walk) {
        leaves.add(walk.takeLeaves());
        deepest.accumulate(walk.takeDeepest());
    }

    long leaves() {
        return leaves.sum();
    }

    int deepest() {
        return (int) deepest.get();
    }

    /** The totals of a search that found so many nodes below its root. */
    Totals totals(long descendants) {
        return new Totals(1 + descendants, descendants == 0 ? 1 : leaves(), deepest());
    }

    /** Before the next search. */
    void reset() {
        leaves.reset();
        deepest.reset();
    }
}
