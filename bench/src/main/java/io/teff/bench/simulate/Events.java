// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import java.util.Arrays;

/**
 * Events in the order of their times, and of their making where those are equal: a binary heap in arrays of
 * numbers. One thread only.
 */
final class Events {
    private long[] times = new long[1024];
    private long[] turns = new long[1024];
    private long[] data = new long[1024];
    private int size;
    private long made;
    private long takenNs;

    boolean isEmpty() {
        return size == 0;
    }

    /** When the next one is. */
    long nextNs() {
        return times[0];
    }

    void add(long timeNs, long what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            turns = Arrays.copyOf(turns, 2 * size);
            data = Arrays.copyOf(data, 2 * size);
        }
        long turn = made++;
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (isBefore(times[parent], turns[parent], timeNs, turn)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, timeNs, turn, what);
    }

    /** Takes the next one; its time is {@link #takenNs}. */
    long take() {
        takenNs = times[0];
        long what = data[0];
        size--;
        long time = times[size];
        long turn = turns[size];
        long last = data[size];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            int other = child + 1;
            if (other < size && isBefore(times[other], turns[other], times[child], turns[child])) {
                child = other;
            }
            if (isBefore(time, turn, times[child], turns[child])) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, turn, last);
        return what;
    }

    long takenNs() {
        return takenNs;
    }

    private static boolean isBefore(long time, long turn, long otherTime, long otherTurn) {
        return time < otherTime || time == otherTime && turn < otherTurn;
    }

    private void move(int from, int to) {
        put(to, times[from], turns[from], data[from]);
    }

    private void put(int at, long time, long turn, long what) {
        times[at] = time;
        turns[at] = turn;
        data[at] = what;
    }
}
