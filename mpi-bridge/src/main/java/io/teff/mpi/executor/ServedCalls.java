// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Arrays;

/**
 * The calls with bytes that one rank has here, by the slots of their numbers: see {@link OpenCalls}. A slot
 * may have its next call before the last one is taken out, as the answer leaves first. Thread-safe.
 */
final class ServedCalls {
    private static final int FIRST_SLOTS = 64;

    private final int slotMask;
    private final SpinLock lock = new SpinLock();
    private ServedCall[] bySlot = new ServedCall[FIRST_SLOTS];

    /**
     * None yet.
     *
     * @param window of all ranks, a power of two
     */
    ServedCalls(int window) {
        slotMask = window - 1;
    }

    void addAll(Iterable<ServedCall> calls) {
        lock.lock();
        try {
            for (ServedCall call : calls) {
                int slot = call.number & slotMask;
                if (slot >= bySlot.length) {
                    int slots = Integer.highestOneBit(slot) << 1;
                    bySlot = Arrays.copyOf(bySlot, slots);
                }
                bySlot[slot] = call;
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(ServedCall call) {
        lock.lock();
        try {
            int slot = call.number & slotMask;
            if (bySlot[slot] == call) {
                bySlot[slot] = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Null if there is none of this number, or no more. */
    ServedCall get(int number) {
        lock.lock();
        try {
            int slot = number & slotMask;
            ServedCall call = slot < bySlot.length ? bySlot[slot] : null;
            return call != null && call.number == number ? call : null;
        } finally {
            lock.unlock();
        }
    }
}
