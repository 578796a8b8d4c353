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
    private Receiver[] receivers; // from here on: of the calls, once they are taken
    private long[] tags;
    private int[] functions;
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

    /**
     * Takes the calls, under the lock of their rank; answers to those that were dealt again, and answered by
     * another, are dropped.
     */
    void take(OpenCalls open) {
        receivers = new Receiver[size];
        tags = new long[size];
        functions = new int[size];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            int slot = open.slot(numbers[i]);
            if (slot >= 0 && open.receiver(slot) != null) {
                receivers[kept] = open.receiver(slot);
                tags[kept] = open.tag(slot);
                functions[kept] = open.function(slot);
                values[kept] = values[i];
                failures[kept++] = failures[i];
                open.remove(slot);
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
        return !failures[i] && receivers[i].isPlain(); // a failure may have a handler
    }

    @Override
    void hand(int i) {
        if (failures[i]) {
            receivers[i].thrown(tags[i], functions[i], values[i]);
        } else {
            receivers[i].returned(tags[i], values[i]);
        }
    }
}
