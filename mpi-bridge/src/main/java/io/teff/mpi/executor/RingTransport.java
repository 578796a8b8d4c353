// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;

/**
 * Frames between ranks of one node: a {@link Ring} for each ordered pair, in memory that all of them
 * have mapped. MPI is not called.
 *
 * <p>A ring is in the part of its reader, who looks for the next record of all its rings at each poll,
 * whether there is something or not, and so should have them near; what is written there comes to its
 * caches anyway. When the reader dies, the memory stays, as the sender has it mapped too.
 */
final class RingTransport implements Transport {
    private final int rank;
    private final int size;
    private final int frameBytes;
    private final Runnable onDeath;
    private final Ring[] to; // by rank; null where there is none
    private final Ring[] from; // of the first count
    private final int[] senders;
    private int count;
    private int first; // where the next poll begins
    private volatile boolean isClosed;

    /**
     * This process's side of the rings. Those to it have to be cleared by {@link #clear} on all ranks,
     * and that has to be known to all, before the first frame.
     *
     * @param rank of this process, among all
     * @param size how many ranks there are, on this node or elsewhere
     * @param ranks those that share the memory, which have the parts
     * @param parts of each of them, at least {@link #partBytes} long
     * @param onDeath is run when one of them is forgotten
     */
    RingTransport(
            int rank, int size, int[] ranks, ByteBuffer[] parts, RingSize ring, Runnable onDeath) {
        this.rank = rank;
        this.size = size;
        this.onDeath = onDeath;
        frameBytes = ring.frameBytes();
        to = new Ring[size];
        from = new Ring[ranks.length - 1];
        senders = new int[ranks.length - 1];
        int me = indexOf(rank, ranks);
        for (int i = 0; i < ranks.length; i++) {
            if (i != me) {
                to[ranks[i]] = ring(parts[i], me, ring);
                senders[count] = ranks[i];
                from[count++] = ring(parts[me], i, ring);
            }
        }
    }

    private static int indexOf(int rank, int[] ranks) {
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] == rank) {
                return i;
            }
        }
        throw new IllegalArgumentException("rank " + rank + " is none of those with parts");
    }

    private static Ring ring(ByteBuffer part, int sender, RingSize ring) {
        int misaligned = part.alignmentOffset(0, Ring.alignment()); // the same in all processes
        int start = misaligned == 0 ? 0 : Ring.alignment() - misaligned;
        return new Ring(part, start + sender * Ring.bytes(ring), ring);
    }

    /** How large the part of each rank has to be. */
    static int partBytes(int ranks, RingSize ring) {
        return Ring.alignment() + ranks * Ring.bytes(ring);
    }

    /** Makes the rings to this process empty. */
    void clear() {
        for (Ring ring : from) {
            ring.clear();
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int frameBytes() {
        return frameBytes;
    }

    @Override
    public boolean claim(int to, Claim into) {
        return ring(to).claim(into);
    }

    @Override
    public void send(int to, Claim claim, int bytes) {
        ring(to).send(bytes);
    }

    private Ring ring(int to) {
        if (isClosed) {
            throw new IllegalStateException("the transport is closed");
        }
        Ring ring = to < 0 || to >= size ? null : this.to[to];
        if (ring == null) {
            throw new IllegalArgumentException(
                    "rank " + to + " is not another rank on the node of rank " + rank);
        }
        return ring;
    }

    @Override
    public int poll(FrameHandler handler, int limit) {
        if (isClosed) {
            throw new IllegalStateException("the transport is closed");
        }
        int i = first;
        int taken = 0;
        for (int n = count; n > 0 && count > 0 && taken < limit; n--) { // handlers may forget
            i = i + 1 < count ? i + 1 : 0;
            first = i; // so that with a low limit each has its turn
            taken += from[i].poll(senders[i], handler, limit - taken);
        }
        return taken;
    }

    /** By who polls. */
    @Override
    public void forget(int rank) {
        for (int i = 0; i < count; i++) {
            if (senders[i] == rank) {
                Ring gone = from[i];
                count--;
                senders[i] = senders[count];
                from[i] = from[count];
                first = 0;
                gone.abandon();
                to[rank].abandon();
                onDeath.run();
                return;
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public String toString() {
        return "shared memory, rank " + rank + " of " + size;
    }
}
