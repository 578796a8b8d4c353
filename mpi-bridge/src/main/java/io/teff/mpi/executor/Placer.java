// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says to which rank a call goes, and brings it there. Any thread.
 *
 * <p>The race: this rank is shut down while a call is placed. Who places says so first and then asks whether
 * it may; who ends the run shuts down first and then asks whether anybody places, and what is open. So one
 * sees the other.
 */
final class Placer {
    private static final int CALLS_PER_LOOK = 32; // a power of two

    private final Driver driver;
    private final Runnable requireOpen; // throws if no more calls are taken
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger placing = new AtomicInteger();
    private int sent; // about: threads may count over each other

    Placer(Driver driver, Runnable requireOpen) {
        this.driver = driver;
        this.requireOpen = requireOpen;
    }

    /**
     * Whether calls are on their way to a rank, other than those of {@link #placeEntered}; none are any more
     * when it was shut down before.
     */
    boolean isPlacing() {
        return placing.get() != 0;
    }

    /** Brings it to a rank; waits, and helps, while that has no room for it. */
    void place(Placement placement, RemoteCall<?> call) {
        placing.getAndIncrement();
        try {
            requireOpen.run();
            placeOpen(placement, call);
        } finally {
            placing.getAndDecrement();
        }
    }

    /** The same for one that is entered among the open ones, which holds up the end just as well. */
    void placeEntered(Placement placement, ObjectCall<?> call) {
        requireOpen.run();
        placeOpen(placement, call);
    }

    private void placeOpen(Placement placement, RemoteCall<?> call) {
        switch (placement.kind) {
            case HERE -> call.runHere();
            case STEAL -> {
                driver.commons().add(call);
                driver.hand(this::runCommon);
            }
            default -> {
                for (int round = 0; !placeOnce(placement, call); ) {
                    round = driver.await(round);
                    requireOpen.run();
                }
                if ((++sent & CALLS_PER_LOOK - 1) == 0) {
                    driver.lookAsCaller();
                }
            }
        }
    }

    /** The same for calls of a lane, but does not wait: false if there is no room for them now. */
    boolean place(Placement placement, LaneBatch batch) {
        placing.getAndIncrement();
        try {
            requireOpen.run();
            Peer to = choose(placement);
            if (to != null) {
                return to.call(batch);
            }
            driver.hand(() -> driver.serving().runHere(batch), batch.n);
            return true;
        } finally {
            placing.getAndDecrement();
        }
    }

    private void runCommon() {
        RemoteCall<?> call = driver.commons().poll();
        if (call != null) {
            call.runHere();
        } // else another rank has fetched it
    }

    /** False if the rank that it is to go to has no room now. */
    private boolean placeOnce(Placement placement, RemoteCall<?> call) {
        Peer to = choose(placement);
        if (to == null) {
            call.runHere();
            return true;
        }
        return call.send(to);
    }

    /** The rank that is next for this placement, unless it is lost; null: this one. */
    private Peer choose(Placement placement) {
        Peer to =
                switch (placement.kind) {
                    case RANK -> peer(placement.rank);
                    case ROUND_ROBIN -> {
                        int next = turn.getAndIncrement() & Integer.MAX_VALUE;
                        yield peer(next % driver.size());
                    }
                    case LEAST_LOADED -> driver.leastLoaded();
                    case HERE, STEAL -> null;
                };
        return to != null && to.isLost() ? driver.leastLoaded() : to;
    }

    /**
     * A rank, null for this one itself.
     *
     * @throws IllegalArgumentException if there is none of this number
     */
    Peer peer(int rank) {
        if (rank >= driver.size() || rank < 0) {
            throw new IllegalArgumentException(
                    "there is no rank " + rank + ": ranks are 0 to " + (driver.size() - 1));
        }
        return driver.peer(rank);
    }
}
