// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import io.teff.mpi.MpiException;
import io.teff.mpi.NativeBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What one rank has to know of another one to which it sends messages. Frames are numbered, and each
 * has one of {@link #CREDITS} buffers in turn.
 *
 * <pre>
 * FIELD           WRITTEN BY  HOW       READ BY
 * sealed          sender      release   poller: acquire
 * freed           poller      release   sender: acquire
 * buffers         sender      plain, before sealed, once
 * isClaimed       sender      plain
 * isGone          poller      volatile  sender
 * all others      poller      plain
 * </pre>
 *
 * The frames in [freed, sealed) have a buffer: those in [posted, sealed) wait for the poller, the
 * others are MPI's, or have to be acknowledged. A buffer is free when both MPI is done with it and the
 * other rank has read it. Numbers are ints that may wrap.
 */
final class MessagePeer {
    /** How many frames may be under way to a rank, or lie there unread. */
    static final int CREDITS = 8;

    /** The slot of messages that only acknowledge. */
    static final int ACKNOWLEDGEMENT = CREDITS;

    /** How many messages may be under way. */
    static final int SLOTS = CREDITS + 1;

    private static final int ACKNOWLEDGE_AFTER = CREDITS / 2;
    private static final int NOTHING = -1;

    private static final VarHandle SEALED =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "sealed",
                    VarHandle.class,
                    MessagePeer.class,
                    int.class);
    private static final VarHandle FREED =
            fieldVarHandle(
                    MethodHandles.lookup(), "freed", VarHandle.class, MessagePeer.class, int.class);

    private final int slotBytes;

    // Of who sends
    private NativeBuffer buffers;
    private int sealed;
    private boolean isClaimed;

    // Of who polls
    private volatile boolean isGone;
    private int freed;
    private int posted;
    private int acknowledged; // by the other one
    private NativeBuffer acknowledgement;
    private boolean isAcknowledging;
    private int left; // bits of the slots that MPI is done with
    private int expected; // number of the next frame from there
    private final int[] early = new int[CREDITS]; // receives with the frames after it
    private int read; // how many frames from there
    private int told; // how many of those it knows of
    private boolean isForgotten;
    private MpiException failure;

    MessagePeer(int slotBytes) {
        this.slotBytes = slotBytes;
        Arrays.fill(early, NOTHING);
    }

    // Sender

    /** Where the next message is to be written, in {@link #buffers}; negative if there is no room. */
    int claim() {
        if (isGone || sealed - (int) FREED.getAcquire(this) == CREDITS) { // pairs with free
            return -1;
        }
        if (isClaimed) {
            throw new IllegalStateException("the frame claimed before has not been sent");
        }
        if (buffers == null) {
            buffers = NativeBuffer.allocate(CREDITS * slotBytes);
        }
        isClaimed = true;
        return at(sealed);
    }

    /** Checks that a frame is claimed; where its message begins. */
    int claimed() {
        if (!isClaimed) {
            throw new IllegalStateException("no frame has been claimed");
        }
        return at(sealed);
    }

    /** The message claimed is written. */
    void seal() {
        isClaimed = false;
        SEALED.setRelease(this, sealed + 1); // pairs with next: its bytes are there
    }

    /** Holds the messages to that rank; null before the first one. */
    NativeBuffer buffers() {
        return buffers;
    }

    private int at(int number) {
        return slot(number) * slotBytes;
    }

    private static int slot(int number) {
        return Math.floorMod(number, CREDITS);
    }

    // Poller: frames to there

    /** Whether a frame is sealed and not yet posted. */
    boolean hasNext() {
        return !isGone && (int) SEALED.getAcquire(this) != posted; // pairs with seal
    }

    /** Number of the frame that is next to be posted. */
    int next() {
        return posted;
    }

    int nextSlot() {
        return slot(posted);
    }

    int nextAt() {
        return at(posted);
    }

    /** It has been given to MPI, with {@link #acknowledge} in it. */
    void posted() {
        posted++;
    }

    /** MPI is done with a slot. */
    void left(int slot) {
        if (slot == ACKNOWLEDGEMENT) {
            isAcknowledging = false;
        } else {
            left |= 1 << slot;
            free();
        }
    }

    /** The other rank says how many frames it has read, or had when it said so; false if it cannot. */
    boolean acknowledged(int number) {
        if (number - acknowledged > posted - acknowledged) {
            return false;
        }
        if (number - acknowledged > 0) { // else it was overtaken
            acknowledged = number;
            free();
        }
        return true;
    }

    private void free() {
        int free = freed;
        while (free != acknowledged && (left & 1 << slot(free)) != 0) {
            left &= ~(1 << slot(free));
            free++;
        }
        FREED.setRelease(this, free); // pairs with claim: nobody reads those buffers any more
    }

    // Poller: frames from there

    /** Whether a frame is the next one, or comes before it; false if there is no such frame. */
    boolean mayBe(int number) {
        return number - expected >= 0 && number - expected < CREDITS;
    }

    /** A frame is in that receive: it has to wait if others come before it. */
    void arrived(int number, int receive) {
        early[slot(number)] = receive;
    }

    /** The receive with the next frame; negative if it has not arrived. */
    int takeNext() {
        int receive = early[slot(expected)];
        if (receive != NOTHING) {
            early[slot(expected)] = NOTHING;
            expected++;
        }
        return receive;
    }

    /** One receive with a frame that waits; negative if there is none. */
    int takeEarly() {
        for (int i = 0; i < CREDITS; i++) {
            if (early[i] != NOTHING) {
                int receive = early[i];
                early[i] = NOTHING;
                return receive;
            }
        }
        return NOTHING;
    }

    /** The handler has had a frame; whether it is time to say so. */
    boolean read() {
        read++;
        return hasToAcknowledge();
    }

    boolean hasToAcknowledge() {
        return !isGone && read - told >= ACKNOWLEDGE_AFTER;
    }

    /** How many frames were read, to be put into a message. */
    int acknowledge() {
        told = read;
        return read;
    }

    /** Takes the buffer for a message that only acknowledges; null if that is under way. */
    NativeBuffer claimAcknowledgement(int bytes) {
        if (isAcknowledging) {
            return null;
        }
        if (acknowledgement == null) {
            acknowledgement = NativeBuffer.allocate(bytes);
        }
        isAcknowledging = true;
        return acknowledgement;
    }

    // Ends

    /** Nothing can be sent there any more. */
    void fail(MpiException why) {
        failure = why;
        isGone = true;
    }

    void forget() {
        isForgotten = true;
        isGone = true;
    }

    boolean isForgotten() {
        return isForgotten;
    }

    /** Why nothing can be sent there; null if there is no such reason. */
    MpiException failure() {
        return failure;
    }
}
