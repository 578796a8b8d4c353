// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

/**
 * A send, a receive or a barrier under way. It keeps its buffer, which MPI uses until the request is done.
 * By one thread at a time.
 */
public final class Request {
    private static final Status NOTHING = new Status(Comm.ANY_SOURCE, Comm.ANY_TAG, 0);

    private final Comm comm;
    private final NativeBuffer buffer; // null: of a barrier
    private final NativeBuffer words; // the handle, a flag, and the status
    private Status status;

    Request(Comm comm, NativeBuffer buffer) {
        this.comm = comm;
        this.buffer = buffer;
        words = NativeBuffer.allocate(64);
        words.bytes().putLong(0, comm.mpi.abi.requestNull());
    }

    long handleAddress() {
        return words.address();
    }

    /** Whether it is done; does not wait. */
    public boolean test() {
        if (status != null) {
            return true;
        }
        Mpi mpi = comm.mpi;
        mpi.check(
                "MPI_Test",
                mpi.calls.MPI_Test(words.address(), words.address() + 8, words.address() + 16));
        if (words.bytes().getInt(8) == 0) {
            return false;
        }
        status = buffer == null ? NOTHING : comm.status(words, 16);
        return true;
    }

    /** Waits, without giving up the processor: for programs that have nothing else to do. */
    public Status waitFor() {
        while (!test()) {
            Thread.onSpinWait();
        }
        return status;
    }

    /** Of a message that has arrived, or of no message for a barrier; null before. */
    public Status status() {
        return status;
    }

    /** What is sent, or received into; null for a barrier. */
    public NativeBuffer buffer() {
        return buffer;
    }
}
