// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;

/**
 * In which order one worker visits the others when it looks for work: nearest first, and within one
 * distance from a random start, so that thieves spread. Owner thread only.
 */
final class StealOrder {
    private final int[] victims; // by distance
    private final int[] groupEnds; // exclusive end of each distance in victims
    private final int[] visit;
    private final SplittableRandom random;

    /**
     * @param self the worker that looks; a spare, above all the others, visits every one
     * @param workers how many regular workers there are
     * @param distance between two workers, 0 for the nearest; see {@code Topology.distance}
     * @param seed of the random starts
     */
    StealOrder(int self, int workers, IntBinaryOperator distance, long seed) {
        Integer[] others = new Integer[self < workers ? workers - 1 : workers];
        for (int i = 0, n = 0; i < workers; i++) {
            if (i != self) {
                others[n++] = i;
            }
        }
        Arrays.sort(others, Comparator.comparingInt(v -> distance.applyAsInt(self, v)));
        victims = Arrays.stream(others).mapToInt(Integer::intValue).toArray();
        int[] ends = new int[victims.length];
        int groups = 0;
        for (int i = 0; i < victims.length; i++) {
            boolean last =
                    i + 1 == victims.length
                            || distance.applyAsInt(self, victims[i])
                                    != distance.applyAsInt(self, victims[i + 1]);
            if (last) {
                ends[groups++] = i + 1;
            }
        }
        groupEnds = Arrays.copyOf(ends, groups);
        visit = new int[victims.length];
        random = new SplittableRandom(seed);
    }

    /** A fresh order, in an array that the next call overwrites. */
    int[] next() {
        int from = 0;
        for (int end : groupEnds) {
            int size = end - from;
            int start = size > 1 ? random.nextInt(size) : 0;
            for (int i = 0; i < size; i++) {
                int at = start + i;
                visit[from + i] = victims[from + (at < size ? at : at - size)];
            }
            from = end;
        }
        return visit;
    }
}
