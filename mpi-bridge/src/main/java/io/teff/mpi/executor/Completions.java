// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * Results that came in one frame, to be handed to those who wait for them: by a task of the engine, as
 * what follows a result is user code. Filled by one thread, then run by one.
 */
final class Completions implements Runnable {
    private final Receiver[] receivers;
    private final long[] tags;
    private final long[] values;
    private int size;

    /** With room for so many. */
    Completions(int room) {
        receivers = new Receiver[room];
        tags = new long[room];
        values = new long[room];
    }

    void add(Receiver receiver, long tag, long value) {
        receivers[size] = receiver;
        tags[size] = tag;
        values[size++] = value;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether no user code follows. */
    boolean isPlain() {
        return size == 1 && receivers[0].isPlain();
    }

    @Override
    public void run() {
        int end;
        for (int i = 0; i < size; i = end) {
            Receiver receiver = receivers[i];
            end = i + 1;
            while (end < size && receivers[end] == receiver) {
                end++;
            }
            receiver.returned(tags, values, i, end);
        }
    }
}
