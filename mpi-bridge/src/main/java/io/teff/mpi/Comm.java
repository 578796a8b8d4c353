// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.nio.ByteBuffer;

/**
 * A group of processes that talk to each other, numbered from 0. Messages are bytes; a length of 0 is
 * one too. By one thread at a time.
 */
public final class Comm {
    /** For receives: from any rank. */
    public static final int ANY_SOURCE = Integer.MIN_VALUE;

    /** For receives: with any tag. */
    public static final int ANY_TAG = Integer.MIN_VALUE;

    final Mpi mpi;
    final long handle;
    private final NativeBuffer words = NativeBuffer.allocate(64);
    private final int rank;
    private final int size;

    Comm(Mpi mpi, long handle) {
        this.mpi = mpi;
        this.handle = handle;
        mpi.check("MPI_Comm_rank", mpi.calls.MPI_Comm_rank(handle, words.address()));
        rank = words.bytes().getInt(0);
        mpi.check("MPI_Comm_size", mpi.calls.MPI_Comm_size(handle, words.address()));
        size = words.bytes().getInt(0);
    }

    /** Number of this process. */
    public int rank() {
        return rank;
    }

    /** How many processes there are. */
    public int size() {
        return size;
    }

    /** The same processes, whose messages do not mix with those of this one. All ranks must call. */
    public Comm dup() {
        mpi.check("MPI_Comm_dup", mpi.calls.MPI_Comm_dup(handle, words.address()));
        return made();
    }

    /** Those of the processes that share memory with this one. All ranks must call. */
    public Comm node() {
        MpiAbi abi = mpi.abi;
        mpi.check(
                "MPI_Comm_split_type",
                mpi.calls.MPI_Comm_split_type(
                        handle, abi.commTypeShared(), rank, abi.infoNull(), words.address()));
        return made();
    }

    /**
     * Memory that all ranks share, of which each may ask for another size. All ranks must call, and all
     * must be on one {@link #node}.
     *
     * @throws MpiException if they are not, or if there is not so much
     */
    public SharedWindow allocateShared(int bytes) {
        return new SharedWindow(this, bytes);
    }

    private Comm made() {
        long made =
                mpi.abi.handleBytes() == Integer.BYTES
                        ? words.bytes().getInt(0)
                        : words.bytes().getLong(0);
        mpi.check(
                "MPI_Comm_set_errhandler",
                mpi.calls.MPI_Comm_set_errhandler(made, mpi.abi.errorsReturn()));
        return new Comm(mpi, made);
    }

    // Point to point

    /** Sends the first bytes of a buffer, and waits until it may be used again. */
    public void send(NativeBuffer from, int bytes, int dest, int tag) {
        check(from, bytes, dest);
        mpi.check(
                "MPI_Send",
                mpi.calls.MPI_Send(from.address(), bytes, mpi.abi.typeByte(), dest, tag, handle));
    }

    /** Waits for a message, of at most as many bytes as the buffer has. */
    public Status recv(NativeBuffer into, int source, int tag) {
        mpi.check(
                "MPI_Recv",
                mpi.calls.MPI_Recv(
                        into.address(),
                        into.size(),
                        mpi.abi.typeByte(),
                        source(source),
                        tag(tag),
                        handle,
                        words.address()));
        return status(words, 0);
    }

    /** Begins to send. */
    public Request iSend(NativeBuffer from, int bytes, int dest, int tag) {
        check(from, bytes, dest);
        Request request = new Request(this, from);
        mpi.check(
                "MPI_Isend",
                mpi.calls.MPI_Isend(
                        from.address(),
                        bytes,
                        mpi.abi.typeByte(),
                        dest,
                        tag,
                        handle,
                        request.handleAddress()));
        return request;
    }

    /** Begins to receive. */
    public Request iRecv(NativeBuffer into, int source, int tag) {
        Request request = new Request(this, into);
        mpi.check(
                "MPI_Irecv",
                mpi.calls.MPI_Irecv(
                        into.address(),
                        into.size(),
                        mpi.abi.typeByte(),
                        source(source),
                        tag(tag),
                        handle,
                        request.handleAddress()));
        return request;
    }

    /**
     * Room for receives that are begun again and again, and for sends beside them, to be asked after all
     * at once.
     */
    public Requests requests(int receives, int sends) {
        return new Requests(this, receives, sends);
    }

    /** A message that could be received now; null if there is none. */
    public Status iProbe(int source, int tag) {
        mpi.check(
                "MPI_Iprobe",
                mpi.calls.MPI_Iprobe(
                        source(source), tag(tag), handle, words.address() + 40, words.address()));
        return words.bytes().getInt(40) == 0 ? null : status(words, 0);
    }

    void check(NativeBuffer buffer, int bytes, int dest) {
        if (bytes < 0 || bytes > buffer.size()) {
            throw new IllegalArgumentException(
                    bytes + " bytes of a buffer of " + buffer.size() + " bytes");
        }
        if (dest < 0 || dest >= size) {
            throw new IllegalArgumentException(
                    "there is no rank " + dest + ": ranks are 0 to " + (size - 1));
        }
    }

    int source(int source) {
        return source == ANY_SOURCE ? mpi.abi.anySource() : source;
    }

    int tag(int tag) {
        return tag == ANY_TAG ? mpi.abi.anyTag() : tag;
    }

    /** Reads the status that lies in a buffer, and overwrites the bytes after it. */
    Status status(NativeBuffer at, int offset) {
        MpiAbi abi = mpi.abi;
        ByteBuffer bytes = at.bytes();
        int source = bytes.getInt(offset + abi.statusSource());
        int tag = bytes.getInt(offset + abi.statusTag());
        long count = at.address() + offset + abi.statusBytes();
        mpi.check(
                "MPI_Get_count",
                mpi.calls.MPI_Get_count(at.address() + offset, abi.typeByte(), count));
        return new Status(source, tag, bytes.getInt(offset + abi.statusBytes()));
    }

    // Collective: all ranks must call, in the same order

    /** Waits for all ranks. With more ranks than processors this is slow with MPICH. */
    public void barrier() {
        mpi.check("MPI_Barrier", mpi.calls.MPI_Barrier(handle));
    }

    /** Begins to wait for all ranks: done once all of them have begun to. */
    public Request iBarrier() {
        Request request = new Request(this, null);
        mpi.check("MPI_Ibarrier", mpi.calls.MPI_Ibarrier(handle, request.handleAddress()));
        return request;
    }

    /** Gives the first bytes of one rank's buffer to all. */
    public void bcast(NativeBuffer buffer, int bytes, int root) {
        check(buffer, bytes, root);
        mpi.check(
                "MPI_Bcast",
                mpi.calls.MPI_Bcast(buffer.address(), bytes, mpi.abi.typeByte(), root, handle));
    }

    /** How values of all ranks become one. */
    public enum Op {
        /** Their sum. */
        SUM,
        /** The greatest. */
        MAX,
        /** The least. */
        MIN
    }

    /** One number of each rank, made one, which all get. */
    public long allReduce(long value, Op op) {
        words.bytes().putLong(0, value);
        reduceAll(mpi.abi.typeLong(), op);
        return words.bytes().getLong(8);
    }

    /** One number of each rank, made one, which all get. */
    public double allReduce(double value, Op op) {
        words.bytes().putDouble(0, value);
        reduceAll(mpi.abi.typeDouble(), op);
        return words.bytes().getDouble(8);
    }

    private void reduceAll(long type, Op op) {
        long code =
                switch (op) {
                    case SUM -> mpi.abi.opSum();
                    case MAX -> mpi.abi.opMax();
                    case MIN -> mpi.abi.opMin();
                };
        mpi.check(
                "MPI_Allreduce",
                mpi.calls.MPI_Allreduce(
                        words.address(), words.address() + 8, 1, type, code, handle));
    }

    @Override
    public String toString() {
        return "rank " + rank + " of " + size;
    }
}
