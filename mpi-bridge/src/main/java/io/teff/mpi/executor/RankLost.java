// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** A task was on a rank that is lost; whether it ran is not known. */
public final class RankLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int rank;

    RankLost(int rank, boolean isLost) {
        super(
                isLost
                        ? "rank " + rank + " was lost with this task"
                        : "a message to or from rank "
                                + rank
                                + " was damaged, and this task in it");
        this.rank = rank;
    }

    /** Which one. */
    public int rank() {
        return rank;
    }
}
