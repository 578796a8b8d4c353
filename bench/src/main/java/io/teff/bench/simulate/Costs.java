// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

/**
 * What things cost on the simulated machine, in nanoseconds unless said.
 *
 * @param dealNs of the root, for one task of a batch: written, and its result taken
 * @param frameNs of either side, for one message: sent, or seen and taken apart
 * @param scanNs of the root, for each rank, when it looks for the one with the least to do
 * @param latencyNs from one rank to another
 * @param bytesPerNs of the link of each rank, in each direction
 * @param schedulingNs that a worker adds to each task
 */
record Costs(
        double dealNs,
        double frameNs,
        double scanNs,
        double latencyNs,
        double bytesPerNs,
        double schedulingNs) {
    /** As Wire has them: of a call there, and of its result back. */
    static final int CALL_BYTES = 16;

    static final int RESULT_BYTES = 8;

    /** Of the header of a frame and of the one record in it. */
    static final int FRAME_BYTES = 32;

    /** How often rank 0 and each other tell one another that they are alive. */
    static final long BEAT_NS = 50_000_000;

    /** How long results gather at a busy rank. */
    static final long GATHER_NS = 20_000;

    /** How often a rank looks at its messages while all its workers are in long tasks. */
    static final long PULSE_NS = 1_000_000;

    /** The part of the root's time that goes to beats; at 1 and above it can do nothing else. */
    double beatShare(int ranks) {
        return 2.0 * frameNs * (ranks - 1) / BEAT_NS;
    }

    long transferNs(long bytes) {
        return Math.round(bytes / bytesPerNs);
    }
}
