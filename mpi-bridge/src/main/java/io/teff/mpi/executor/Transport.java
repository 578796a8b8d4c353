// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * Carries frames between the ranks of a run, in order for each pair of ranks, and none twice. A frame
 * is up to {@link #frameBytes()} bytes that the sender writes where the transport wants them.
 *
 * <p>Threads: {@link #claim} and {@link #send} by one at a time for each destination, whoever it is;
 * {@link #poll} by one at a time altogether, at the same time as those. The caller's locks order
 * their accesses, one after the other. None of them waits.
 */
interface Transport extends AutoCloseable {
    /** Number of this process. */
    int rank();

    /** How many processes there are. */
    int size();

    /** The largest frame, a multiple of 8. */
    int frameBytes();

    /**
     * Finds room for a frame to another rank. Until it is sent, further claims for that rank are an
     * error.
     *
     * @return false if there is no room now, as the other one has not read what it was sent
     */
    boolean claim(int to, Claim into);

    /** Sends the first bytes of what was claimed; a multiple of 8, and at least 8. */
    void send(int to, Claim claim, int bytes);

    /**
     * Does what is to be done for frames to leave and arrive, and hands over at most {@code limit} that
     * have arrived.
     *
     * @return how many it handed over
     */
    int poll(FrameHandler handler, int limit);

    /** Drops what is still to be sent to a rank that is dead, and what comes from it. */
    void forget(int rank);

    /** Ends the transport; what was sent may be lost. Does not wait for others. */
    @Override
    void close();
}
