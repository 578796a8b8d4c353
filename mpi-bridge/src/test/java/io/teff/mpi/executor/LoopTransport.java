// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Frames between "ranks" that are parts of one process, for tests: a bounded queue for each pair. A rank
 * can be killed, and a frame damaged on its way.
 */
final class LoopTransport implements Transport {
    private record Frame(ByteBuffer buffer, int bytes) {}

    private static final int START = 16; // frames do not begin at 0

    private final LoopTransport[] all;
    private final int rank;
    private final int frameBytes;
    private final BlockingQueue<Frame>[] from; // by sender
    private final boolean[] isClaimed;
    private final boolean[] isForgotten;
    private volatile boolean isDead;
    private volatile boolean isClosed;
    private volatile int damageNext = -1;
    private int first;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of queues
    private LoopTransport(LoopTransport[] all, int rank, int frameBytes, int frames) {
        this.all = all;
        this.rank = rank;
        this.frameBytes = frameBytes;
        isClaimed = new boolean[all.length];
        isForgotten = new boolean[all.length];
        from = new BlockingQueue[all.length];
        for (int i = 0; i < all.length; i++) {
            from[i] = new ArrayBlockingQueue<Frame>(frames);
        }
    }

    /** One for each rank, with room for so many frames for each pair. */
    static LoopTransport[] open(int ranks, int frameBytes, int frames) {
        LoopTransport[] all = new LoopTransport[ranks];
        for (int i = 0; i < ranks; i++) {
            all[i] = new LoopTransport(all, i, frameBytes, frames);
        }
        return all;
    }

    /** From now on nothing leaves this rank, and nothing is taken out of what is sent to it. */
    void die() {
        isDead = true;
    }

    /** Changes one bit of the next frame that this rank sends to that one. */
    void damageNext(int to) {
        damageNext = to;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return all.length;
    }

    @Override
    public int frameBytes() {
        return frameBytes;
    }

    @Override
    public boolean claim(int to, Claim into) {
        check(to);
        if (isForgotten[to] || all[to].from[rank].remainingCapacity() == 0) {
            return false;
        }
        if (isClaimed[to]) {
            throw new IllegalStateException("the frame claimed before has not been sent");
        }
        isClaimed[to] = true;
        into.buffer = ByteBuffer.allocateDirect(START + frameBytes).order(ByteOrder.nativeOrder());
        into.offset = START;
        return true;
    }

    @Override
    public void send(int to, Claim claim, int bytes) {
        check(to);
        if (!isClaimed[to]) {
            throw new IllegalStateException("no frame has been claimed");
        }
        if (bytes < Long.BYTES || bytes > frameBytes || bytes % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "a frame has a multiple of 8 from 8 to " + frameBytes + " bytes: " + bytes);
        }
        isClaimed[to] = false;
        if (damageNext == to) {
            damageNext = -1;
            int middle = START + bytes / 2;
            claim.buffer.put(middle, (byte) (claim.buffer.get(middle) ^ 1));
        }
        if (!isDead && !isForgotten[to]) {
            all[to].from[rank].add(new Frame(claim.buffer, bytes));
        }
    }

    private void check(int to) {
        if (isClosed) {
            throw new IllegalStateException("the transport is closed");
        }
        if (to < 0 || to >= all.length || to == rank) {
            throw new IllegalArgumentException(
                    "rank " + to + " is not another one of " + all.length);
        }
    }

    @Override
    public int poll(FrameHandler handler, int limit) {
        if (isClosed) {
            throw new IllegalStateException("the transport is closed");
        }
        int taken = 0;
        first = (first + 1) % all.length;
        for (int i = 0; i < all.length && !isDead; i++) {
            int sender = (first + i) % all.length;
            while (taken < limit && !isForgotten[sender]) {
                Frame frame = from[sender].peek();
                if (frame == null) {
                    break;
                }
                taken++;
                try {
                    handler.onFrame(sender, frame.buffer, START, frame.bytes);
                } finally {
                    from[sender].remove(); // after the handler, as only then there is room
                }
            }
        }
        return taken;
    }

    @Override
    public void forget(int rank) {
        isForgotten[rank] = true;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public String toString() {
        return "loop, rank " + rank + " of " + all.length;
    }
}
