// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import io.teff.bench.mpi.Rank;

/** What {@code teff mpi} starts on each rank. */
public final class RankMain {
    private RankMain() {}

    /** The number of workers, a command of {@code teff}, and its arguments. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        Rank.run(TeffCommand::commandLine, args);
    }
}
