// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A ring of events in a buffer: one thread writes and never waits, any number of threads or processes
 * read, each at its own pace. Who is too slow is told how many events it has missed.
 *
 * <pre>
 * OFFSET  WORD    WRITTEN BY  HOW                     READ BY
 * 0       intent  writer      opaque, then a fence,   readers: opaque, after their copy and a fence
 *                             before the event
 * 128     tail    writer      release, after it       readers: acquire, before their copy
 * 256     events  writer      opaque                  readers: opaque
 *
 * event n, at 256 + 32 * (n mod capacity):
 * 0   begin, ns     8   end, ns
 * 16  bits 63..56 kind, 55..32 name, 31..0 count     24  arg
 * </pre>
 * Invariants: events below tail are whole; intent is tail, or one more while an event is written; an
 * event n is overwritten only once intent is above n + capacity.
 *
 * <p>The race: the writer comes round while a reader copies. If the reader got any word of the newer
 * event, then it sees, after its fence, the intent that was written before that word, and drops the
 * older event: no mixture of two events is ever returned.
 *
 * <p>Progress: write wait-free; read wait-free, and it may return nothing but a count of what it
 * dropped. Source: the broadcast buffer of Agrona, after Boehm, "Can seqlocks get along with
 * programming language memory models?", 2012. Checked by EventRingStress.
 */
public final class EventRing {
    private static final int WORDS = 4;
    private static final int EVENT_BYTES = 8 * WORDS;
    private static final int TAIL = 128;
    private static final int EVENTS = 256;
    private static final int MAX_NAME = (1 << 24) - 1;

    private final ByteBuffer buffer;
    private final int at;
    private final int mask;
    private long next; // the writer's own copy of tail

    /**
     * A ring in a part of a direct buffer; empty if that is all zeros, else as it was left.
     *
     * @param at where it begins, a multiple of 8
     * @param capacity in events, a power of two
     */
    EventRing(ByteBuffer buffer, int at, int capacity) {
        this.buffer = buffer;
        this.at = at;
        mask = capacity - 1;
        next = Words.acquire(buffer, at + TAIL);
    }

    /**
     * A ring in memory of its own.
     *
     * @throws IllegalArgumentException if the capacity is no power of two
     */
    public EventRing(int capacity) {
        this(ByteBuffer.allocateDirect(bytes(checked(capacity))), 0, capacity);
    }

    private static int checked(int capacity) {
        if (capacity < 1 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        return capacity;
    }

    /** How much room a ring takes; 0 for one of no events. */
    static int bytes(int capacity) {
        return capacity == 0 ? 0 : EVENTS + EVENT_BYTES * capacity;
    }

    /** Events that it holds at most. */
    public int capacity() {
        return mask + 1;
    }

    /** Writer only: adds an event; see {@link MonitorEvent}. */
    public void write(long beginNs, long endNs, EventKind kind, int name, int count, long arg) {
        int safeName = name < 0 || name > MAX_NAME ? 0 : name;
        write(
                beginNs,
                endNs,
                (long) kind.code() << 56 | (long) safeName << 32 | count & 0xFFFF_FFFFL,
                arg);
    }

    /** Writer only: an event in the words of another ring. */
    void write(long beginNs, long endNs, long what, long arg) {
        long n = next;
        Words.setOpaque(buffer, at, n + 1);
        VarHandle.storeStoreFence(); // the intent before the event; pairs with read's loadLoadFence
        int slot = slot(n);
        Words.setOpaque(buffer, slot, beginNs);
        Words.setOpaque(buffer, slot + 8, endNs);
        Words.setOpaque(buffer, slot + 16, what);
        Words.setOpaque(buffer, slot + 24, arg);
        Words.setRelease(buffer, at + TAIL, n + 1); // publishes it; pairs with read's acquire
        next = n + 1;
    }

    /** Any thread: how many events were ever written. */
    public long tail() {
        return Words.acquire(buffer, at + TAIL);
    }

    /**
     * Any thread: the events from number {@code from} on, as far as they are there.
     *
     * @param most how many at most
     */
    public EventBatch read(long from, int most) {
        long tail = tail(); // pairs with write's release: all below it are whole
        long oldest = Math.max(0, tail - mask - 1);
        long first = Math.max(from, oldest);
        int n = (int) Math.max(0, Math.min(tail - first, most));
        long[] words = new long[WORDS * n];
        for (int i = 0; i < n; i++) {
            int slot = slot(first + i);
            for (int k = 0; k < WORDS; k++) {
                words[WORDS * i + k] = Words.opaque(buffer, slot + 8 * k);
            }
        }
        VarHandle.loadLoadFence(); // the copy before the intent; pairs with write's storeStoreFence
        long whole = Words.opaque(buffer, at) - mask - 1; // what is below may have been overwritten
        int torn = (int) Math.max(0, Math.min(whole - first, n));
        return new EventBatch(first + torn, words, torn, n - torn, first + torn - from);
    }

    private int slot(long n) {
        return at + EVENTS + ((int) n & mask) * EVENT_BYTES;
    }
}
