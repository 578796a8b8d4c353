// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.MpiException;
import io.teff.mpi.NativeBuffer;
import io.teff.mpi.Requests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Frames as messages of MPI, each with a header:
 *
 * <pre>
 *  bytes 0-3  sender
 *        4-7  length of the frame, which follows; 0 if the message is but to acknowledge
 *       8-11  number of the frame, counted for each pair
 *      12-15  how many frames the sender has read of those that the receiver has sent to it
 * </pre>
 *
 * <p>All calls of MPI are made by {@link #poll}, and none of them waits. Receives take from any rank, and are
 * done in any order; the number puts the frames of a pair into theirs. A frame that has come too early
 * cannot wait in vain, as MPI matches in order: a receive has the one before it. A sender may have
 * {@link MessagePeer#CREDITS} frames at a rank that has not said that they are read, which bounds what MPI has to
 * keep; what is read is said in frames that go back, or in a message of its own after half as many.
 *
 * <p>A rank to which a send fails gets no more, like one that does not read: whether it is dead, others have
 * to find out. {@link #toString} tells why. A receive that fails is thrown, and the transport goes on.
 *
 * <pre>
 * FIELD      WRITTEN BY  HOW                READ BY
 * hasWork    any sender  atomic or          poller: atomic get and set
 * peers      see MessagePeer
 * all other  poller      plain
 * </pre>
 */
final class MessageTransport implements Transport {
    /** Bytes before the frame. */
    static final int HEADER = 16;

    private static final int SENDER = 0;
    private static final int LENGTH = 4;
    private static final int NUMBER = 8;
    private static final int READ = 12;

    private static final int RECEIVES = 16;
    private static final int TAG = 1;
    private static final int LINE = 64;
    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    private final Comm comm;
    private final int rank;
    private final int size;
    private final int frameBytes;
    private final int slotBytes;
    private final MessagePeer[] peers;
    private final long[] hasWork; // a bit for each peer
    private final Requests requests;
    private final NativeBuffer arrivals;
    private final int[] ready = new int[RECEIVES]; // receives with the next frames, a ring
    private int readyHead;
    private int readyTail;
    private final int[] free = new int[RECEIVES]; // receives to be started
    private int freeCount;
    private volatile boolean isClosed;

    /**
     * Begins to receive. All ranks must do this before any sends; frames as long must be allowed in
     * all of them.
     *
     * @param comm of which no other messages are sent
     */
    MessageTransport(Comm comm, int frameBytes) {
        this.comm = comm;
        this.frameBytes = frameBytes;
        rank = comm.rank();
        size = comm.size();
        slotBytes = (HEADER + frameBytes + LINE - 1) & -LINE;
        peers = new MessagePeer[size];
        for (int i = 0; i < size; i++) {
            peers[i] = i == rank ? null : new MessagePeer(slotBytes);
        }
        hasWork = new long[(size + 63) >>> 6];
        requests = comm.requests(RECEIVES, (size - 1) * MessagePeer.SLOTS);
        arrivals = NativeBuffer.allocate(RECEIVES * slotBytes);
        for (int i = 0; i < RECEIVES; i++) {
            requests.receive(i, arrivals, i * slotBytes, HEADER + frameBytes, TAG);
            free[freeCount++] = i;
        }
        startReceives();
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

    // Senders

    @Override
    public boolean claim(int to, Claim into) {
        MessagePeer peer = peer(to);
        int at = peer.claim();
        if (at < 0) {
            return false;
        }
        into.buffer = peer.buffers().bytes();
        into.offset = at + HEADER;
        return true;
    }

    @Override
    public void send(int to, Claim claim, int bytes) {
        MessagePeer peer = peer(to);
        int at = peer.claimed();
        if (bytes < Long.BYTES || bytes > frameBytes || bytes % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "a frame has a multiple of 8 from 8 to " + frameBytes + " bytes: " + bytes);
        }
        peer.buffers().bytes().putInt(at + LENGTH, bytes);
        peer.seal();
        mark(to);
    }

    private MessagePeer peer(int to) {
        checkOpen();
        if (to < 0 || to >= size || to == rank) {
            throw new IllegalArgumentException(
                    "rank " + to + " is not another one of " + size + " than rank " + rank);
        }
        return peers[to];
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the transport is closed");
        }
    }

    /** There is something to be sent to a rank. */
    private void mark(int to) {
        BITS.getAndBitwiseOr(hasWork, to >>> 6, 1L << to); // after seal; pairs with post
    }

    // The poller

    @Override
    public int poll(FrameHandler handler, int limit) {
        checkOpen();
        post();
        int done = requests.testSome();
        MpiException failure = null;
        for (int i = 0; i < done; i++) {
            int key = requests.done(i);
            MpiException error = requests.error(i);
            if (key < RECEIVES) {
                if (error == null) {
                    arrived(key);
                } else {
                    failure = error;
                    free[freeCount++] = key;
                }
            } else {
                left(key - RECEIVES, error);
            }
        }
        int taken = 0;
        try {
            while (taken < limit && readyHead != readyTail) {
                taken += deliver(handler);
            }
        } finally {
            startReceives();
            post(); // what handlers have sent
        }
        if (failure != null) {
            throw failure;
        }
        return taken;
    }

    private void startReceives() {
        if (freeCount > 0) {
            int count = freeCount;
            freeCount = 0;
            requests.start(free, count);
        }
    }

    private void post() {
        for (int i = 0; i < hasWork.length; i++) {
            if ((long) BITS.getOpaque(hasWork, i) != 0) {
                long bits = (long) BITS.getAndSet(hasWork, i, 0L); // pairs with mark
                for (; bits != 0; bits &= bits - 1) {
                    post((i << 6) + Long.numberOfTrailingZeros(bits));
                }
            }
        }
    }

    private void post(int to) {
        MessagePeer peer = peers[to];
        while (peer.hasNext()) {
            int at = peer.nextAt();
            NativeBuffer buffers = peer.buffers();
            int bytes = HEADER + buffers.bytes().getInt(at + LENGTH);
            writeHeader(buffers.bytes(), at, peer.next(), peer.acknowledge());
            int slot = peer.nextSlot();
            peer.posted();
            send(to, slot, buffers, at, bytes);
        }
        if (peer.hasToAcknowledge()) {
            NativeBuffer buffer = peer.claimAcknowledgement(HEADER);
            if (buffer == null) {
                mark(to); // again, as the last one has not left
                return;
            }
            buffer.bytes().putInt(LENGTH, 0);
            writeHeader(buffer.bytes(), 0, 0, peer.acknowledge());
            send(to, MessagePeer.ACKNOWLEDGEMENT, buffer, 0, HEADER);
        }
    }

    private void writeHeader(ByteBuffer bytes, int at, int number, int read) {
        bytes.putInt(at + SENDER, rank);
        bytes.putInt(at + NUMBER, number);
        bytes.putInt(at + READ, read);
    }

    private void send(int to, int slot, NativeBuffer from, int at, int bytes) {
        try {
            requests.send(RECEIVES + to * MessagePeer.SLOTS + slot, from, at, bytes, to, TAG);
        } catch (MpiException e) {
            peers[to].fail(e);
        }
    }

    private void left(int key, MpiException error) {
        MessagePeer peer = peers[key / MessagePeer.SLOTS];
        if (error == null) {
            peer.left(key % MessagePeer.SLOTS);
        } else {
            peer.fail(error);
        }
    }

    private void arrived(int receive) {
        ByteBuffer bytes = arrivals.bytes();
        int at = receive * slotBytes;
        int from = bytes.getInt(at + SENDER);
        int length = bytes.getInt(at + LENGTH);
        int number = bytes.getInt(at + NUMBER);
        MessagePeer peer = from < 0 || from >= size ? null : peers[from];
        if (peer == null || length < 0 || length > frameBytes || length % Long.BYTES != 0) {
            throw damaged(from, length, number);
        }
        if (peer.isForgotten()) {
            free[freeCount++] = receive;
            return;
        }
        if (!peer.acknowledged(bytes.getInt(at + READ)) || length > 0 && !peer.mayBe(number)) {
            throw damaged(from, length, number);
        }
        if (length == 0) {
            free[freeCount++] = receive;
            return;
        }
        peer.arrived(number, receive);
        for (int next; (next = peer.takeNext()) >= 0; ) {
            ready[readyTail++ & RECEIVES - 1] = next;
        }
    }

    private IllegalStateException damaged(int from, int length, int number) {
        return new IllegalStateException(
                "a message that rank "
                        + rank
                        + " of "
                        + size
                        + " has received cannot be: from rank "
                        + from
                        + ", frame "
                        + number
                        + " of "
                        + length
                        + " bytes");
    }

    private int deliver(FrameHandler handler) {
        int receive = ready[readyHead++ & RECEIVES - 1];
        free[freeCount++] = receive; // to be started after the handler
        ByteBuffer bytes = arrivals.bytes();
        int at = receive * slotBytes;
        int from = bytes.getInt(at + SENDER);
        MessagePeer peer = peers[from];
        if (peer.isForgotten()) {
            return 0;
        }
        if (peer.read()) {
            mark(from); // to be acknowledged, at the end of this poll
        }
        handler.onFrame(from, bytes, at + HEADER, bytes.getInt(at + LENGTH));
        return 1;
    }

    /** By who polls. */
    @Override
    public void forget(int rank) {
        MessagePeer peer = peers[rank];
        peer.forget();
        int first = RECEIVES + rank * MessagePeer.SLOTS;
        requests.giveUp(key -> key >= first && key < first + MessagePeer.SLOTS);
        for (int receive; (receive = peer.takeEarly()) >= 0; ) {
            free[freeCount++] = receive;
        }
    }

    /** By who polls, or after it. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            requests.close();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("messages, " + comm);
        for (int i = 0; i < size; i++) {
            if (peers[i] != null && peers[i].failure() != null) {
                text.append(", rank ").append(i).append(": ").append(peers[i].failure());
            }
        }
        return text.toString();
    }
}
