// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** How workers wait when there is nothing to do: what a hand-over costs against what idling costs. */
public enum IdlePreset {
    /**
     * Spins for ever, with a yield now and then: a hand-over takes a fraction of a microsecond, and
     * each idle worker keeps a core busy. Wants a core per worker and one for the producer.
     */
    LATENCY(20_000, 1, false),

    /** The default: spins for some tens of microseconds, yields, then parks. */
    BALANCED(400, 20, true),

    /** Parks almost at once: for machines that have other things to do. */
    ECONOMY(20, 0, true);

    final int spins;
    final int yields;
    final boolean parks;

    IdlePreset(int spins, int yields, boolean parks) {
        this.spins = spins;
        this.yields = yields;
        this.parks = parks;
    }
}
