// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** Numbers that came in one frame as results. */
final class Completions extends ResultBatch {
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

    /** Whether it is one, which no user code follows. */
    boolean isOnePlain() {
        return size == 1 && isPlain(0);
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean isPlain(int i) {
        return receivers[i].isPlain();
    }

    @Override
    void hand(int i) {
        receivers[i].returned(tags[i], values[i]);
    }
}
