// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes fields in network order, into a buffer that grows; {@link ByteReader} reads them. Strings are
 * their length (int) and UTF-8, bytes their length (int) and they themselves. For one thread at a time.
 */
public class ByteWriter {
    private static final int MOST = Integer.MAX_VALUE - 8; // as long as an array can be

    private static final int USUAL = 256;

    private byte[] bytes = new byte[USUAL];
    private int size;

    /** Nothing is written yet. */
    public ByteWriter() {}

    /** Begins anew. */
    protected final void clear() {
        if (bytes.length > 1 << 20) {
            bytes = new byte[USUAL]; // one large message must not be kept for ever
        }
        size = 0;
    }

    /** Writes over four bytes that are there. */
    protected final void setI32(int at, int v) {
        ByteReader.INT.set(bytes, at, v);
    }

    /** How many bytes were written. */
    public final int size() {
        return size;
    }

    /** One byte: the lowest of {@code v}. */
    public final ByteWriter u8(int v) {
        room(1);
        bytes[size++] = (byte) v;
        return this;
    }

    /** Four bytes. */
    public final ByteWriter i32(int v) {
        room(Integer.BYTES);
        setI32(size, v);
        size += Integer.BYTES;
        return this;
    }

    /** Eight bytes. */
    public final ByteWriter i64(long v) {
        room(Long.BYTES);
        ByteReader.LONG.set(bytes, size, v);
        size += Long.BYTES;
        return this;
    }

    /** All of these, behind their number. */
    public final ByteWriter bytes(byte[] v) {
        return bytes(v, 0, v.length);
    }

    /** So many of these, behind their number. */
    public final ByteWriter bytes(byte[] v, int from, int length) {
        i32(length);
        room(length);
        System.arraycopy(v, from, bytes, size, length);
        size += length;
        return this;
    }

    /** A text; half a surrogate pair is lost. */
    public final ByteWriter string(String v) {
        return bytes(v.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of what was written. */
    public final byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** The buffer itself, of which {@link #size} bytes count, until more is written. */
    public final byte[] buffer() {
        return bytes;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            if (more > MOST - size) {
                throw new IllegalStateException(
                        (long) size + more + " bytes in one message, the limit is " + MOST);
            }
            bytes = Arrays.copyOf(bytes, grown(bytes.length, size + more));
        }
    }

    /** How long a buffer of so many bytes is to be next: in steps so large that they are few. */
    static int grown(int length, int wanted) {
        long more = length < 1 << 29 ? length : length / 2;
        return (int) Math.max(wanted, Math.min(MOST, length + more));
    }
}
