// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Keeps what is written while that is no more than a limit, and beyond it only counts, so that a message
 * can name the size of what no memory has room for. For one thread.
 */
final class CountedBytes extends OutputStream {
    private final int limit;
    private byte[] bytes = new byte[256];
    private long size;

    CountedBytes(int limit) {
        this.limit = limit;
    }

    /** How many bytes were written, kept or not. */
    long size() {
        return size;
    }

    boolean isTooLarge() {
        return size > limit;
    }

    /** A copy of what was written, unless that is too large. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, (int) size);
    }

    @Override
    public void write(int b) {
        if (hasRoom(1)) {
            bytes[(int) size] = (byte) b;
        }
        size++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        if (hasRoom(length)) {
            System.arraycopy(from, offset, bytes, (int) size, length);
        }
        size += length;
    }

    private boolean hasRoom(int more) {
        long wanted = size + more;
        if (wanted > limit) {
            bytes = new byte[0];
            return false;
        }
        if (wanted > bytes.length) {
            bytes =
                    Arrays.copyOf(
                            bytes, (int) Math.max(wanted, Math.min(limit, 2L * bytes.length)));
        }
        return true;
    }
}
