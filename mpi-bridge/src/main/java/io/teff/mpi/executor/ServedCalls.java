// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Arrays;

/**
 * The calls with bytes that one rank has here, by the slots of their numbers: see {@link OpenCalls}. One that
 * has ended stays until its slot has its next call: it holds nothing any more. Under the {@link Driver}'s
 * token.
 */
final class ServedCalls {
    private static final int FIRST_SLOTS = 64;

    private final int slotMask;
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
        for (ServedCall call : calls) {
            int slot = call.number & slotMask;
            if (slot >= bySlot.length) {
                int slots = Integer.highestOneBit(slot) << 1;
                bySlot = Arrays.copyOf(bySlot, slots);
            }
            bySlot[slot] = call;
        }
    }

    /** Null if the last one of its slot has another number, or there was none. */
    ServedCall get(int number) {
        int slot = number & slotMask;
        ServedCall call = slot < bySlot.length ? bySlot[slot] : null;
        return call != null && call.number == number ? call : null;
    }
}
