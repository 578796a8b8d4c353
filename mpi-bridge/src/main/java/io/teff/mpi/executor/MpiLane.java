// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.RejectedExecutionException;

/**
 * Calls of one function of numbers, from one thread, without an object for each: they go out so many at a
 * time, and the results go to one {@link LongResults}, with a tag that says whose they are.
 *
 * <pre>{@code
 * MpiLane lane = mpi.lane(Placement.LEAST_LOADED, SQUARE, 256, (tag, value) -> squares[(int) tag] = value);
 * for (int i = 0; i < n; i++) {
 *     lane.submit(i, i, 0);
 * }
 * lane.await();
 * }</pre>
 *
 * <p>A batch goes to one rank, where its workers share it. Only the thread that uses the lane may call it.
 */
public final class MpiLane {
    private final Driver driver;
    private final Placer placer;
    private final Placement placement;
    private final int function;
    private final int room;
    private final LaneResults results;
    private LaneBatch batch;
    private long submitted;

    MpiLane(
            Driver driver,
            Placer placer,
            Placement placement,
            int function,
            int room,
            LongResults results) {
        this.driver = driver;
        this.placer = placer;
        this.placement = placement;
        this.function = function;
        this.room = room;
        this.results = new LaneResults(driver, results);
        if (placement.kind == Placement.Kind.RANK) {
            placer.peer(placement.rank); // or says that there is none
        }
        batch = new LaneBatch(function, this.results, room);
    }

    /**
     * Calls the function, with the next batch. Waits, and helps, while the other rank has too many calls to
     * answer.
     *
     * @throws RejectedExecutionException if the executor was shut down, or gave up; then the calls since
     *     the last flush are not made
     */
    public void submit(long tag, long a, long b) {
        batch.add(tag, a, b);
        if (batch.isFull()) {
            flush();
        }
    }

    /** Sends what has gathered. */
    public void flush() {
        if (batch.n == 0) {
            return;
        }
        LaneBatch full = batch;
        batch = new LaneBatch(function, results, room);
        for (int round = 0; !placer.place(placement, full); ) {
            round = driver.await(round);
        }
        submitted += full.n;
        driver.help(); // while it is at it: else the answers to the last batches gather
    }

    /** Sends what has gathered, and waits until every call has its result, or has failed. */
    public void await() {
        flush();
        driver.flush();
        for (int round = 0; results.answered() != submitted; ) {
            round = driver.await(round);
        }
    }
}
