// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.BitSet;

/**
 * Calls of an {@link MpiLane} that went out together, and which of them are answered: some may be when the
 * others are dealt again.
 *
 * <pre>
 * FIELD               WRITTEN BY      HOW                  READ BY
 * arguments, tags, n  lane's thread   plain, until it goes whoever has it then
 * isAnswered          whoever polls   under the peer's lock, and before the batch is dealt again
 * </pre>
 */
final class LaneBatch {
    final int function;
    final LaneResults results;
    final long[] arguments; // a and b of each in turn
    final long[] tags;
    int n;
    private final BitSet isAnswered;
    private int open;

    LaneBatch(int function, LaneResults results, int room) {
        this.function = function;
        this.results = results;
        arguments = new long[2 * room];
        tags = new long[room];
        isAnswered = new BitSet(room);
    }

    void add(long tag, long a, long b) {
        arguments[2 * n] = a;
        arguments[2 * n + 1] = b;
        tags[n++] = tag;
        open++;
    }

    boolean isFull() {
        return n == tags.length;
    }

    /** Some are answered now; false if there are none such, or they were before. */
    boolean answered(int first, int count) {
        if (first < 0 || count < 0 || count > n - first) {
            return false;
        }
        int again = isAnswered.nextSetBit(first);
        if (again >= 0 && again < first + count) {
            return false;
        }
        isAnswered.set(first, first + count);
        open -= count;
        return true;
    }

    /** How many are not answered. */
    int open() {
        return open;
    }

    /** Those that are not answered, as a batch of their own. */
    LaneBatch rest() {
        LaneBatch rest = new LaneBatch(function, results, Math.max(1, open));
        for (int i = isAnswered.nextClearBit(0); i < n; i = isAnswered.nextClearBit(i + 1)) {
            rest.add(tags[i], arguments[2 * i], arguments[2 * i + 1]);
        }
        return rest;
    }
}
