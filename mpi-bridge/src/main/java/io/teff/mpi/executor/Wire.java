// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;

/**
 * What frames look like, in the byte order of the machine, which all ranks share.
 *
 * <pre>
 * frame    int checksum of what follows | int bytes | int number of the frame | int number of records
 *          records, each a multiple of 8
 * record   int type, function << 8 | int call | then by type:
 *   CALL             long a, long b
 *   LONG_RESULT      long value
 *   BYTES_CALL, BYTES_RESULT, FAILURE
 *                    int total bytes, int first byte | int bytes here, int 0 | the bytes
 *   LANE_CALL        int number of calls, int 0 | long a, long b of each
 *   LANE_RESULT      int the first of them, int number of values | the values
 *   LANE_FAILURE     as FAILURE; its bytes begin with an int, which of the calls it was
 *   CANCEL           long: 1 to interrupt it if it runs
 *   CANCELLED        long: 1 if it had not begun, and will not
 *   others           long, of each its own meaning
 * </pre>
 *
 * <p>A call's number is its place in the caller's table and how often that was used: see {@link
 * OpenCalls}.
 */
final class Wire {
    static final int HEADER = 16;
    static final int BYTES_AT = 4;
    static final int NUMBER_AT = 8;
    static final int RECORDS_AT = 12;

    static final int CALL = 1;
    static final int LONG_RESULT = 2;
    static final int BYTES_CALL = 3;
    static final int BYTES_RESULT = 4;
    static final int FAILURE = 5;
    static final int LANE_CALL = 16;
    static final int LANE_RESULT = 17;
    static final int LANE_FAILURE = 18;
    static final int CANCEL = 6;
    static final int CANCELLED = 7;
    static final int STEAL = 8;
    static final int NOTHING = 9;
    static final int BEAT = 10;
    static final int DAMAGED = 11;
    static final int LOST = 12;
    static final int ASK = 13;
    static final int COUNTS = 14;
    static final int END = 15;

    static final int CALL_BYTES = 24;
    static final int WORD_BYTES = 16;
    static final int CHUNK_HEADER = 24;

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private Wire() {}

    /**
     * Of the second to the last word of a frame, and the half of the first that is not the sum itself. Four
     * sums at a time, each of every fourth word, as one would wait for its own multiplications. In the end
     * the first is turned, lest it does not matter which of two is which.
     */
    static int checksum(ByteBuffer buffer, int offset, int bytes) {
        long a = buffer.getInt(offset + BYTES_AT);
        long b = a;
        long c = a;
        long d = a;
        int at = offset + Long.BYTES;
        int end = offset + bytes;
        for (; at <= end - 4 * Long.BYTES; at += 4 * Long.BYTES) {
            a = mix(a, buffer.getLong(at));
            b = mix(b, buffer.getLong(at + Long.BYTES));
            c = mix(c, buffer.getLong(at + 2 * Long.BYTES));
            d = mix(d, buffer.getLong(at + 3 * Long.BYTES));
        }
        for (; at < end; at += Long.BYTES) {
            a = mix(a, buffer.getLong(at));
        }
        long sum = mix(mix(mix(Long.rotateLeft(a, 32), b), c), d);
        return (int) (sum ^ sum >>> 32);
    }

    /** Can be undone from either of its arguments, so that no change of one word is lost on the way. */
    private static long mix(long sum, long word) {
        long mixed = (sum ^ word) * PRIME;
        return mixed ^ mixed >>> 29;
    }

    /** A number of bytes, up to the next multiple of 8. */
    static int padded(int bytes) {
        return bytes + 7 & -8;
    }
}
