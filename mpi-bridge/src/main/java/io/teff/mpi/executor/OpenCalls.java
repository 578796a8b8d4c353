// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Arrays;

/**
 * The calls that one other rank has and has not answered, with what is needed to send them once more.
 * Their number is bounded: that bounds what a slow rank must hold, and its results here. Under the lock
 * of the {@link Peer}.
 *
 * <p>A call's number on the wire is its slot, and in the upper bits how often the slot was used before:
 * an answer that comes twice, or after the rank was given up, finds another number or none.
 */
final class OpenCalls {
    private static final int FIRST_SLOTS = 64;

    private final int window;
    private final int slotBits;
    private final int slotMask;
    private int[] functions = new int[0];
    private int[] numbers = new int[0];
    private int[] free = new int[0];
    private long[] as = new long[0];
    private long[] bs = new long[0];
    private long[] tags = new long[0];
    private byte[][] payloads = new byte[0][];
    private Receiver[] receivers = new Receiver[0];
    private LaneBatch[] batches = new LaneBatch[0];
    private int freeSlots;
    private int open;
    private long made;

    /** What is known of one call. */
    static final class Call {
        final int function;
        final long a;
        final long b;
        final byte[] payload; // null: a and b are all
        final long tag;
        final Receiver receiver; // null: batch is all
        final LaneBatch batch;

        Call(
                int function,
                long a,
                long b,
                byte[] payload,
                long tag,
                Receiver receiver,
                LaneBatch batch) {
            this.function = function;
            this.a = a;
            this.b = b;
            this.payload = payload;
            this.tag = tag;
            this.receiver = receiver;
            this.batch = batch;
        }
    }

    /**
     * A table for so many.
     *
     * @param window a power of two
     */
    OpenCalls(int window) {
        this.window = window;
        slotBits = Integer.numberOfTrailingZeros(window);
        slotMask = window - 1;
    }

    int count() {
        return open;
    }

    /** How many were ever entered. */
    long made() {
        return made;
    }

    boolean isFull() {
        return open >= window;
    }

    /** Enters a call, of which there is room; returns its number. */
    int add(int function, long a, long b, byte[] payload, long tag, Receiver receiver) {
        if (freeSlots == 0) {
            grow();
        }
        int slot = free[--freeSlots];
        functions[slot] = function;
        as[slot] = a;
        bs[slot] = b;
        tags[slot] = tag;
        if (payload != null) {
            payloads[slot] = payload;
        }
        receivers[slot] = receiver;
        open++;
        made++;
        return numbers[slot];
    }

    private void grow() {
        int old = functions.length;
        int slots = Math.min(window, Math.max(FIRST_SLOTS, 2 * old));
        functions = Arrays.copyOf(functions, slots);
        numbers = Arrays.copyOf(numbers, slots);
        free = Arrays.copyOf(free, slots);
        as = Arrays.copyOf(as, slots);
        bs = Arrays.copyOf(bs, slots);
        tags = Arrays.copyOf(tags, slots);
        payloads = Arrays.copyOf(payloads, slots);
        receivers = Arrays.copyOf(receivers, slots);
        batches = Arrays.copyOf(batches, slots);
        for (int slot = slots - 1; slot >= old; slot--) {
            numbers[slot] = slot;
            free[freeSlots++] = slot;
        }
    }

    /** The slot of an open call; -1 if the number is not that of one. */
    int slot(int number) {
        int slot = number & slotMask;
        return slot < numbers.length && numbers[slot] == number && isOpen(slot) ? slot : -1;
    }

    private boolean isOpen(int slot) {
        return receivers[slot] != null || batches[slot] != null;
    }

    /** Null: it is a lane's. */
    Receiver receiver(int slot) {
        return receivers[slot];
    }

    long tag(int slot) {
        return tags[slot];
    }

    int function(int slot) {
        return functions[slot];
    }

    /** It is answered. */
    void remove(int slot) {
        receivers[slot] = null;
        if (batches[slot] != null) {
            open -= batches[slot].n - 1;
            batches[slot] = null;
        }
        if (payloads[slot] != null) {
            payloads[slot] = null;
        }
        numbers[slot] += 1 << slotBits;
        free[freeSlots++] = slot;
        open--;
    }

    /** Enters the calls of a lane; returns their number. */
    int add(LaneBatch batch) {
        int number = add(batch.function, 0, 0, null, 0, null);
        batches[number & slotMask] = batch;
        open += batch.n - 1;
        return number;
    }

    /** Some calls of a lane are answered; null if they are not open. */
    LaneBatch answered(int number, int first, int count) {
        int slot = slot(number);
        LaneBatch batch = slot < 0 ? null : batches[slot];
        if (batch == null || !batch.answered(first, count)) {
            return null;
        }
        if (batch.open() == 0) {
            remove(slot);
        }
        return batch;
    }

    /** Takes one out; null if it is not open. */
    Call take(int number) {
        int slot = slot(number);
        return slot < 0 ? null : takeSlot(slot);
    }

    private Call takeSlot(int slot) {
        Call call =
                new Call(
                        functions[slot],
                        as[slot],
                        bs[slot],
                        payloads[slot],
                        tags[slot],
                        receivers[slot],
                        batches[slot]);
        remove(slot);
        return call;
    }

    /** Takes them all out. */
    Call[] takeAll() {
        Call[] all = new Call[functions.length - freeSlots];
        int n = 0;
        for (int slot = 0; slot < receivers.length; slot++) {
            if (isOpen(slot)) {
                all[n++] = takeSlot(slot);
            }
        }
        return all;
    }
}
