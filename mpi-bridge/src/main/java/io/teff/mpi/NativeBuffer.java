// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Memory that MPI can read and write while Java does too: zero at first, at a fixed address, freed when
 * nobody refers to it any more. So who gives the address to MPI keeps the buffer until the call, or
 * the request, is done. Not thread-safe.
 */
public final class NativeBuffer {
    private static final int ALIGNMENT = 64;

    private final ByteBuffer bytes;
    private final long address;

    private NativeBuffer(ByteBuffer bytes, long address) {
        this.bytes = bytes;
        this.address = address;
    }

    /** That many bytes, at the start of a cache line. */
    public static NativeBuffer allocate(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("a buffer of " + size + " bytes");
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(size + ALIGNMENT)
                        .alignedSlice(1)
                        .order(ByteOrder.nativeOrder());
        long start = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
        int skip = (int) (-start & ALIGNMENT - 1);
        ByteBuffer aligned = bytes.slice(skip, size).order(ByteOrder.nativeOrder());
        return new NativeBuffer(aligned, start + skip);
    }

    /** Its content, in native byte order: a view, whose position and limit are the caller's. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Where it is. */
    public long address() {
        return address;
    }

    /** Its size in bytes. */
    public int size() {
        return bytes.capacity();
    }

    String text(int at, int length) {
        byte[] text = new byte[length];
        bytes.get(at, text);
        return new String(text, StandardCharsets.UTF_8).strip();
    }
}
