// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Eight-byte words and short texts in a buffer, little-endian. Words lie at multiples of eight, so each
 * access is one load or store, whole for every process that maps the file. Any thread.
 */
final class Words {
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    static long opaque(ByteBuffer buffer, int at) {
        return (long) LONG.getOpaque(buffer, at);
    }

    static void setOpaque(ByteBuffer buffer, int at, long value) {
        LONG.setOpaque(buffer, at, value);
    }

    static long acquire(ByteBuffer buffer, int at) {
        return (long) LONG.getAcquire(buffer, at);
    }

    static void setRelease(ByteBuffer buffer, int at, long value) {
        LONG.setRelease(buffer, at, value);
    }

    /** Copies words out, each of them whole. */
    static void copy(ByteBuffer from, int at, long[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = opaque(from, at + 8 * i);
        }
    }

    /** Writes a text of at most {@code bytes} bytes, its length word included; cuts what is too long. */
    static void putText(ByteBuffer to, int at, int bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int n = Math.min(utf8.length, bytes - 8);
        while (n > 0 && n < utf8.length && (utf8[n] & 0xC0) == 0x80) {
            n--; // not in the midst of a character
        }
        to.put(at + 8, utf8, 0, n);
        setRelease(to, at, n); // pairs with text
    }

    /** A text as {@link #putText} wrote it; cut to the place that it has, whatever its length says. */
    static String text(ByteBuffer from, int at, int bytes) {
        int n = (int) Math.max(0, Math.min(acquire(from, at), bytes - 8));
        byte[] utf8 = new byte[n];
        from.get(at + 8, utf8);
        return new String(Arrays.copyOf(utf8, n), StandardCharsets.UTF_8);
    }
}
