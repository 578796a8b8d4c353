// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames from one sender to one reader, in memory that both can reach, mostly as two processes.
 *
 * <pre>
 *  0      128    256                                  256 + capacity
 *  | tail | head | record record ...         ... record that be|gins here |
 *
 * IN MEMORY  WRITTEN BY  HOW                        READ BY
 * tail       sender      release, at send           reader: acquire, when it has read all it knows of
 * head       reader      release, after a batch     sender: acquire, when there seems to be no room
 * records    sender      plain, before tail         reader: plain, before head
 *
 * FIELD           OF      WHAT
 * tail, seenHead  sender  its own index, and what it last saw of the other
 * head, seenTail  reader  the same
 * freed           reader  what it last wrote to head in memory
 * isAbandoned     any     volatile; the sender finds no room any more, the reader no frames
 * </pre>
 *
 * Indices only grow; a record is at its index modulo the capacity, a power of two. It is a word, whose
 * lower half is the length of the frame and whose upper half repeats the index, and the frame. A record
 * that begins before the end of the capacity is written past it in one piece, and the next one is at
 * the start of the next lap: no frame is split, and no padding is needed.
 *
 * <p>Invariants: what is in [head, tail) belongs to the reader, the rest to the sender. A record that
 * would reach past the end needs the whole rest of the lap, so that the one that reached past the end
 * before it, one lap ago, has been read.
 *
 * <p>The race: none decides anything, as each index has one writer. An old view of the other's
 * index only hides room, or frames, for a while.
 *
 * <p>A sender that dies before it writes tail has sent nothing, and a reader that dies leaves a ring that
 * fills up: neither can damage it. Progress: wait-free. Source: Lamport 1983; cached indices: Giacomoni
 * and others 2008. Checked by RingStress.
 */
final class Ring {
    /** The word before each frame. */
    static final int HEADER = Long.BYTES;

    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int LINES = 128; // two cache lines, which x86 fetches in pairs
    private static final int DATA = 2 * LINES;

    private final ByteBuffer memory;
    private final int tailAt;
    private final int headAt;
    private final int data;
    private final RingSize size;
    private final int mask;

    private long tail;
    private long seenHead;
    private boolean isClaimed;
    private volatile boolean isAbandoned;

    private long head;
    private long seenTail;
    private long freed;

    /**
     * The ring that begins there.
     *
     * @param memory in native byte order
     * @param at an address that is a multiple of 8, better of {@link #alignment()}
     */
    Ring(ByteBuffer memory, int at, RingSize size) {
        this.memory = memory;
        this.size = size;
        tailAt = at;
        headAt = at + LINES;
        data = at + DATA;
        mask = size.capacity() - 1;
    }

    /** How many bytes of memory a ring takes, a multiple of {@link #alignment()}. */
    static int bytes(RingSize size) {
        int bytes = DATA + size.capacity() + HEADER + size.frameBytes();
        return (bytes + LINES - 1) & -LINES;
    }

    /** What the address of a ring should be a multiple of. */
    static int alignment() {
        return LINES;
    }

    /** Makes the memory an empty ring. Before anybody uses it. */
    void clear() {
        WORD.setRelease(memory, tailAt, 0L);
        WORD.setRelease(memory, headAt, 0L);
    }

    /** Sender only: see {@link Transport#claim}. */
    boolean claim(Claim into) {
        if (isAbandoned) {
            return false;
        }
        if (isClaimed) {
            throw new IllegalStateException("the frame claimed before has not been sent");
        }
        long end = after(tail, size.frameBytes());
        if (end - seenHead > size.capacity()) {
            seenHead = (long) WORD.getAcquire(memory, headAt); // pairs with free: it has been read
            if (end - seenHead > size.capacity()) {
                return false;
            }
        }
        into.buffer = memory;
        into.offset = data + ((int) tail & mask) + HEADER;
        isClaimed = true;
        return true;
    }

    /** Sender only: see {@link Transport#send}. */
    void send(int bytes) {
        if (!isClaimed) {
            throw new IllegalStateException("no frame has been claimed");
        }
        if (!size.allows(bytes)) {
            throw size.refuse(bytes);
        }
        isClaimed = false;
        memory.putLong(data + ((int) tail & mask), tail << 32 | bytes);
        tail = after(tail, bytes);
        WORD.setRelease(memory, tailAt, tail); // pairs with poll: it finds the record written
    }

    /** The index after the record of a frame of that length. */
    private long after(long index, int bytes) {
        int restOfLap = size.capacity() - ((int) index & mask);
        return index + Math.min(HEADER + bytes, restOfLap);
    }

    /** Any thread: the other one is dead. From now on there is no room, and no frame. */
    void abandon() {
        isAbandoned = true;
    }

    /** Reader only: see {@link Transport#poll}. */
    int poll(int from, FrameHandler handler, int limit) {
        if (head == seenTail) {
            seenTail = (long) WORD.getAcquire(memory, tailAt); // pairs with send
            if (head == seenTail) {
                return 0;
            }
        }
        int count = 0;
        try {
            while (count < limit && head != seenTail && !isAbandoned) {
                count++;
                read(from, handler);
                if (head - freed >= size.capacity() / 4) {
                    free();
                }
            }
        } finally {
            free();
        }
        return count;
    }

    private void read(int from, FrameHandler handler) {
        int at = data + ((int) head & mask);
        long header = memory.getLong(at);
        int bytes = (int) header;
        if ((int) (header >>> 32) != (int) head || !size.allows(bytes)) {
            throw new IllegalStateException(
                    "the memory shared with rank "
                            + from
                            + " is damaged: at "
                            + head
                            + " there is "
                            + Long.toHexString(header));
        }
        head = after(head, bytes); // first, as a handler that throws has had its frame
        handler.onFrame(from, memory, at + HEADER, bytes);
    }

    private void free() {
        if (freed != head) {
            freed = head;
            WORD.setRelease(memory, headAt, head); // pairs with claim: the sender may write there
        }
    }
}
