// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote, and believes nothing of it. For one thread at a time. */
public class ByteReader {
    /** Four bytes of an array in network order. */
    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Eight of them. */
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;

    /** Reads all of these. */
    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads those from here to there, exclusive. */
    protected ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.end = end;
        at = from;
    }

    /** One byte, with its sign. */
    public final int u8() throws BadFrame {
        need(1);
        return bytes[at++];
    }

    /** Four bytes. */
    public final int i32() throws BadFrame {
        need(Integer.BYTES);
        int v = (int) INT.get(bytes, at);
        at += Integer.BYTES;
        return v;
    }

    /** Eight bytes. */
    public final long i64() throws BadFrame {
        need(Long.BYTES);
        long v = (long) LONG.get(bytes, at);
        at += Long.BYTES;
        return v;
    }

    /** How many items follow, each of at least {@code least} bytes. */
    public final int list(int least) throws BadFrame {
        int n = i32();
        if (n < 0 || (long) n * least > end - at) {
            throw new BadFrame("a list of " + n + " items in " + (end - at) + " bytes");
        }
        return n;
    }

    /** Bytes behind their number. */
    public final byte[] bytes() throws BadFrame {
        int n = length();
        byte[] v = Arrays.copyOfRange(bytes, at, at + n);
        at += n;
        return v;
    }

    /** A text. */
    public final String string() throws BadFrame {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Goes past the bytes that follow behind their number if they are these; else stays. */
    final boolean skipsIf(byte[] these) throws BadFrame {
        int start = at;
        int n = length();
        if (Arrays.equals(bytes, at, at + n, these, 0, these.length)) {
            at += n;
            return true;
        }
        at = start;
        return false;
    }

    /** Of what follows, all of which is there. */
    private int length() throws BadFrame {
        int n = i32();
        if (n < 0) {
            throw new BadFrame("a field of " + n + " bytes");
        }
        need(n);
        return n;
    }

    /** Nothing may be left: what is longer than its fields is none of ours. */
    public final void done() throws BadFrame {
        if (at != end) {
            throw new BadFrame((end - at) + " bytes too many behind the last field");
        }
    }

    private void need(int n) throws BadFrame {
        if (end - at < n) {
            throw new BadFrame("a field of " + n + " bytes in " + (end - at));
        }
    }
}
