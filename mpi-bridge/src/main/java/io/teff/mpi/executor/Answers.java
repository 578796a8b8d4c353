// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Arrays;

/**
 * Bytes that came in one frame as results, or say what was thrown. First they are added, by the numbers of
 * their calls; then the calls are taken, all under one lock; then they are handed over.
 */
final class Answers extends ResultBatch {
    private static final int ROOM = 16;

    private int[] numbers = new int[ROOM];
    private byte[][] values = new byte[ROOM][];
    private boolean[] failures = new boolean[ROOM];
    private OpenCalls.Call[] calls;
    private int size;

    void add(int number, byte[] value, boolean isFailure) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            failures = Arrays.copyOf(failures, 2 * size);
        }
        numbers[size] = number;
        values[size] = value;
        failures[size++] = isFailure;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes the calls; answers to those that were dealt again, and answered by another, are dropped. */
    void take(Peer from) {
        calls = new OpenCalls.Call[size];
        from.take(numbers, calls);
        int kept = 0;
        for (int i = 0; i < calls.length; i++) {
            if (calls[i] != null) {
                calls[kept] = calls[i];
                values[kept] = values[i];
                failures[kept++] = failures[i];
            }
        }
        size = kept;
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean isPlain(int i) {
        return !failures[i] && calls[i].receiver.isPlain(); // a failure may have a handler
    }

    @Override
    void hand(int i) {
        OpenCalls.Call call = calls[i];
        if (failures[i]) {
            call.receiver.thrown(call.tag, call.function, values[i]);
        } else {
            call.receiver.returned(call.tag, values[i]);
        }
    }
}
