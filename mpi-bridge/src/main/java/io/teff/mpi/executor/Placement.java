// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** On which rank a task is to run. Immutable. */
public final class Placement {
    enum Kind {
        HERE,
        RANK,
        ROUND_ROBIN,
        LEAST_LOADED,
        STEAL
    }

    /** On the rank that submits it. */
    public static final Placement HERE = new Placement(Kind.HERE, -1);

    /** On one rank after the other, this one included. */
    public static final Placement ROUND_ROBIN = new Placement(Kind.ROUND_ROBIN, -1);

    /** On the rank that has the fewest tasks of this one, itself included. */
    public static final Placement LEAST_LOADED = new Placement(Kind.LEAST_LOADED, -1);

    /** On the rank that submits it, unless an idle one fetches it first. */
    public static final Placement STEAL = new Placement(Kind.STEAL, -1);

    final Kind kind;
    final int rank;

    private Placement(Kind kind, int rank) {
        this.kind = kind;
        this.rank = rank;
    }

    /**
     * On this rank; if that is lost, on another.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public static Placement rank(int rank) {
        if (rank < 0) {
            throw new IllegalArgumentException("ranks are numbered from 0: " + rank);
        }
        return new Placement(Kind.RANK, rank);
    }

    @Override
    public String toString() {
        return kind == Kind.RANK ? "rank " + rank : kind.toString();
    }
}
