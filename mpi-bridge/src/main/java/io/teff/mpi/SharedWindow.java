// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that the processes of one node share, a part for each rank of their communicator. All can
 * read and write all parts; each writes with release what others read with acquire, and MPI is not
 * called for it. The memory lasts as long as one of them has it mapped, so no part ends with its rank.
 *
 * <p>{@link Mpi#close} frees the windows that are still open. By one thread at a time.
 */
public final class SharedWindow implements AutoCloseable {
    private final Mpi mpi;
    private final NativeBuffer words = NativeBuffer.allocate(32); // handle, size, unit, base
    private final ByteBuffer[] parts;
    private boolean isClosed;

    SharedWindow(Comm comm, int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a part of " + bytes + " bytes");
        }
        mpi = comm.mpi;
        long at = words.address();
        mpi.check(
                "MPI_Win_allocate_shared",
                mpi.calls.MPI_Win_allocate_shared(
                        bytes, 1, mpi.abi.infoNull(), comm.handle, at + 24, at));
        long handle =
                mpi.abi.handleBytes() == Integer.BYTES
                        ? words.bytes().getInt(0)
                        : words.bytes().getLong(0);
        parts = new ByteBuffer[comm.size()];
        for (int i = 0; i < parts.length; i++) {
            mpi.check(
                    "MPI_Win_shared_query",
                    mpi.calls.MPI_Win_shared_query(handle, i, at + 8, at + 16, at + 24));
            parts[i] =
                    new Pointer(words.bytes().getLong(24))
                            .getByteBuffer(0, words.bytes().getLong(8))
                            .order(ByteOrder.nativeOrder());
        }
        mpi.windows.add(this);
    }

    /**
     * The part of one rank, in native byte order. Not to be touched after {@link #close}: that ends the
     * JVM.
     */
    public ByteBuffer part(int rank) {
        if (rank < 0 || rank >= parts.length) {
            throw new IllegalArgumentException(
                    "there is no rank " + rank + ": ranks are 0 to " + (parts.length - 1));
        }
        return parts[rank];
    }

    /** Takes it from this process, and waits for the other ranks to do the same. Idempotent. */
    @Override
    public void close() {
        if (!isClosed) {
            abandon();
            mpi.check("MPI_Win_free", mpi.calls.MPI_Win_free(words.address()));
        }
    }

    /**
     * Leaves it mapped until this process ends, and has {@link #close} do nothing: for when a rank
     * has died, for which the others would wait.
     */
    public void abandon() {
        isClosed = true;
        mpi.windows.remove(this);
    }
}
