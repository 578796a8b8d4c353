// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.List;

/**
 * Squares every element of an array, one task a tile of it, and sums the squares.
 *
 * <p>With {@code taskNs} above 0 a task lasts at least that long, by spinning: a sweep over it shows
 * which duration a pool needs to perform well. Idioms as in {@link Loops}.
 */
final class Square implements Program {
    static final Parameter SIZE =
            new Parameter("size", "elements", 1_000_000, 200_000, 1, 20_000_000);
    static final Parameter TILE = new Parameter("tile", "elements a task", 250, 250, 1, 20_000_000);
    static final Parameter TASK_NS =
            new Parameter("taskNs", "nanoseconds a task lasts at least", 0, 0, 0, 1_000_000_000);

    /** Elements repeat with this period, so that the sum of squares has a closed form. */
    private static final int PERIOD = 1024;

    @Override
    public String name() {
        return "square";
    }

    @Override
    public String about() {
        return "the square of every element of an array, by tiles";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(SIZE, TILE, TASK_NS);
    }

    @Override
    public List<String> contenders(String executor) {
        return Loops.contenders(executor);
    }

    @Override
    public Workload prepare(Params params) {
        int size = params.intOf(SIZE);
        int tile = params.intOf(TILE);
        int tasks = Loops.tileCount(name(), size, 1, tile);
        long[] input = new long[size];
        for (int i = 0; i < size; i++) {
            input[i] = i % PERIOD;
        }
        return new AtSize(input, tile, tasks, params.of(TASK_NS));
    }

    /** The sum of squares of {@code i % PERIOD} for i in 0..size-1. */
    static long sumOfSquares(long size) {
        return size / PERIOD * squaresBelow(PERIOD) + squaresBelow(size % PERIOD);
    }

    private static long squaresBelow(long n) {
        return n * (n - 1) * (2 * n - 1) / 6;
    }

    private static final class AtSize implements Workload {
        private final long[] input;
        private final int tile;
        private final int tasks;
        private final long taskNs;

        private AtSize(long[] input, int tile, int tasks, long taskNs) {
            this.input = input;
            this.tile = tile;
            this.tasks = tasks;
            this.taskNs = taskNs;
        }

        @Override
        public long tasks(String contender) {
            return tasks;
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            long[] output = new long[input.length];
            long sum = Loops.sumLong(pool, tasks, t -> squareTile(t, output));
            return Answer.both(
                    Answer.of("the sum of squares", sumOfSquares(input.length), sum),
                    () -> wrongElement(output));
        }

        private long squareTile(int t, long[] output) {
            long startNs = taskNs > 0 ? System.nanoTime() : 0;
            int from = t * tile;
            int to = (int) Math.min((long) from + tile, input.length);
            long sum = 0;
            for (int i = from; i < to; i++) {
                long square = input[i] * input[i];
                output[i] = square;
                sum += square;
            }
            if (taskNs > 0) {
                while (System.nanoTime() - startNs < taskNs) {
                    Thread.onSpinWait();
                }
            }
            return sum;
        }

        private String wrongElement(long[] output) {
            for (int i = 0; i < output.length; i++) {
                long x = i % PERIOD;
                if (output[i] != x * x) {
                    return "element " + i + " should be " + x * x + " and was " + output[i];
                }
            }
            return "";
        }
    }
}
