// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

/**
 * What became of a simulated run.
 *
 * @param tasks that were done
 * @param elapsedNs from the start until the root knew that all were
 * @param workNs of all tasks together, without any scheduling
 * @param messages that were sent
 * @param rootShare the part of the time in which the root was busy, from 0 to 1
 * @param linkShare the part of the time in which the root's busier link was
 */
record Outcome(
        int ranks,
        int workersPerRank,
        long tasks,
        long elapsedNs,
        double workNs,
        long messages,
        double rootShare,
        double linkShare) {

    double tasksPerS() {
        return tasks * 1e9 / elapsedNs;
    }

    /** Useful work in percent of what the workers could have done. */
    double efficiencyPercent() {
        return 100 * workNs / ((double) ranks * workersPerRank * elapsedNs);
    }
}
