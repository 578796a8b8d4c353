// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * How large a ring is, and the frames in it.
 *
 * @param capacity in bytes, a power of two
 * @param frameBytes of the largest frame, a multiple of 8
 */
record RingSize(int capacity, int frameBytes) {
    private static final int MAX_CAPACITY = 128 << 10;
    private static final int MIN_CAPACITY = 4 << 10;
    private static final int MAX_FRAME = 16 << 10;
    private static final int NODE_BYTES = 32 << 20; // of 64 MB that containers often have to share

    RingSize {
        if (Integer.bitCount(capacity) != 1 || capacity < 4 * Ring.LINE) {
            throw new IllegalArgumentException(
                    "capacity must be a power of two, and at least 256: " + capacity);
        }
        int most = capacity - 2 * Ring.LINE - Ring.HEADER; // see Ring.claim
        if (frameBytes < Long.BYTES || frameBytes % Long.BYTES != 0 || frameBytes > most) {
            throw new IllegalArgumentException(
                    "frameBytes must be a multiple of 8 from 8 to " + most + ": " + frameBytes);
        }
    }

    /** For that many ranks on a node, with a ring for each ordered pair. */
    static RingSize of(int ranks) {
        long each = NODE_BYTES / ((long) ranks * ranks);
        int capacity =
                Integer.highestOneBit((int) Math.max(MIN_CAPACITY, Math.min(MAX_CAPACITY, each)));
        return new RingSize(capacity, Math.min(MAX_FRAME, capacity / 4));
    }

    /** The same, for smaller frames. */
    RingSize withFrames(int frameBytes) {
        return new RingSize(capacity, frameBytes);
    }

    /** Whether a frame may be that long. */
    boolean allows(int bytes) {
        return bytes >= Long.BYTES && bytes <= frameBytes && bytes % Long.BYTES == 0;
    }

    /** What to say of a frame that may not. */
    IllegalArgumentException refuse(int bytes) {
        return new IllegalArgumentException(
                "a frame has a multiple of 8 from 8 to " + frameBytes + " bytes: " + bytes);
    }
}
