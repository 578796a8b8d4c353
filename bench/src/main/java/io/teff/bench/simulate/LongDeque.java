// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

/** Numbers with two ends: a rank works at the top, and thieves take from the bottom. One thread only. */
final class LongDeque {
    private long[] slots = new long[16]; // a power of two
    private int bottom;
    private int size;

    int size() {
        return size;
    }

    void push(long value) {
        if (size == slots.length) {
            long[] more = new long[2 * size];
            for (int i = 0; i < size; i++) {
                more[i] = slots[bottom + i & size - 1];
            }
            slots = more;
            bottom = 0;
        }
        slots[bottom + size++ & slots.length - 1] = value;
    }

    long pop() {
        return slots[bottom + --size & slots.length - 1];
    }

    long takeOldest() {
        long oldest = slots[bottom];
        bottom = bottom + 1 & slots.length - 1;
        size--;
        return oldest;
    }
}
