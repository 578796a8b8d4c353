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
 *  0      128                                  128 + capacity
 *  | head | record record ...         ... record that be|gins here |
 *
 * IN MEMORY  WRITTEN BY  HOW                        READ BY
 * head       reader      release, after a batch     sender: acquire, when there seems to be no room
 * word       sender      zero: plain, before it is  reader: acquire, at the record that is next;
 *                        next; then release, at     sender: plain, what it wrote itself
 *                        send
 * frame      sender      plain, before its word     reader: plain, before head
 *
 * FIELD           OF      WHAT
 * tail, seenHead  sender  where the next record begins, and what it last saw of head
 * head, freed     reader  its own index, and what it last wrote to head in memory
 * isAbandoned     any     volatile; the sender finds no room any more, the reader no frames
 * </pre>
 *
 * Indices only grow; a record is at its index modulo the capacity, a power of two. It is a word, whose
 * lower half is the length of the frame and whose upper half repeats the index, and the frame; it begins
 * with a cache line. The word says that the frame is there: so a short one comes with a single line, which
 * the reader looks at and the sender writes. A record that begins before the end of the capacity is written
 * past it in one piece, and the next one is at the start of the next lap: no frame is split, and no
 * padding is needed.
 *
 * <p>Invariants: what is in [head, tail) and the word at tail belong to the reader, the rest to the
 * sender. The word at tail is zero, whatever was there a lap ago. A record that would reach past the end
 * needs the whole rest of the lap, so that the one that reached past the end before it, one lap ago, has
 * been read.
 *
 * <p>The race: none decides anything, as each index has one writer. An old view of head only hides room,
 * and an old word a frame, for a while.
 *
 * <p>A sender that dies before it writes the word has sent nothing, and a reader that dies leaves a ring
 * that fills up: neither can damage it. Progress: wait-free. Source: Lamport 1983, by words in the data as
 * in FastForward: Giacomoni and others 2008. Checked by RingStress.
 */
final class Ring {
    /** The word before each frame. */
    static final int HEADER = Long.BYTES;

    /** Records begin at multiples of it. */
    static final int LINE = 64;

    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int LINES = 2 * LINE; // which x86 fetches in pairs

    private final ByteBuffer memory;
    private final int headAt;
    private final int data;
    private final RingSize size;
    private final int mask;

    private long tail;
    private long seenHead;
    private boolean isClaimed;
    private volatile boolean isAbandoned;

    private long head;
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
        headAt = at;
        data = at + LINES;
        mask = size.capacity() - 1;
    }

    /** How many bytes of memory a ring takes, a multiple of {@link #alignment()}. */
    static int bytes(RingSize size) {
        int bytes = LINES + size.capacity() + HEADER + size.frameBytes();
        return (bytes + LINES - 1) & -LINES;
    }

    /** What the address of a ring should be a multiple of. */
    static int alignment() {
        return LINES;
    }

    /** Makes the memory an empty ring. Before anybody uses it. */
    void clear() {
        memory.putLong(data, 0);
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
        long end =
                after(tail, size.frameBytes()) + LINE + HEADER; // with the words that are cleared
        if (end - seenHead > size.capacity()) {
            seenHead = (long) WORD.getAcquire(memory, headAt); // pairs with free: it has been read
            if (end - seenHead > size.capacity()) {
                return false;
            }
        }
        into.buffer = memory;
        into.offset = wordAt(tail) + HEADER;
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
        int at = wordAt(tail);
        long word = tail << 32 | bytes;
        tail = after(tail, bytes);
        if (memory.getLong(wordAt(tail)) != 0) {
            memory.putLong(wordAt(tail), 0);
        }
        WORD.setRelease(memory, at, word); // pairs with poll: it finds frame and next word written
        memory.putLong(wordAt(tail + LINE), 0); // so that the next send, if short, finds it here
    }

    private int wordAt(long index) {
        return data + ((int) index & mask);
    }

    /** The index after the record of a frame of that length. */
    private long after(long index, int bytes) {
        int restOfLap = size.capacity() - ((int) index & mask);
        return index + Math.min(HEADER + bytes + LINE - 1 & -LINE, restOfLap);
    }

    /** Any thread: the other one is dead. From now on there is no room, and no frame. */
    void abandon() {
        isAbandoned = true;
    }

    /** Reader only: see {@link Transport#poll}. */
    int poll(int from, FrameHandler handler, int limit) {
        int count = 0;
        long word;
        try {
            while (count < limit
                    && !isAbandoned
                    && (word = (long) WORD.getAcquire(memory, wordAt(head)))
                            != 0) { // pairs with send
                count++;
                read(from, word, handler);
                if (head - freed >= size.capacity() / 4) {
                    free();
                }
            }
        } finally {
            free();
        }
        return count;
    }

    private void read(int from, long word, FrameHandler handler) {
        int bytes = (int) word;
        if ((int) (word >>> 32) != (int) head || !size.allows(bytes)) {
            throw new IllegalStateException(
                    "the memory shared with rank "
                            + from
                            + " is damaged: at "
                            + head
                            + " there is "
                            + Long.toHexString(word));
        }
        int at = wordAt(head) + HEADER;
        head = after(head, bytes); // first, as a handler that throws has had its frame
        handler.onFrame(from, memory, at, bytes);
    }

    private void free() {
        if (freed != head) {
            freed = head;
            WORD.setRelease(memory, headAt, head); // pairs with claim: the sender may write there
        }
    }
}
