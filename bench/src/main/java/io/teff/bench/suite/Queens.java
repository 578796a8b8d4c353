// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code nqueens}: in how many ways n queens stand on a board of n times n. A fork for each square that
 * the next row offers but the last of them, with no cut-off.
 *
 * <p>A board is one long: the columns that are taken, and those that the diagonals to the left and to the
 * right take of the next row, 20 bits each.
 */
final class Queens extends SuiteProgram {
    /** Ways by n; n of 0 has one. */
    private static final long[] WAYS = {
        1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200, 73712, 365596, 2279184
    };

    private static final int BITS = 20;

    private final int all;
    private final long expected;
    private final Forks forks;
    private long answer;

    Queens(int n) {
        super("nqueens", Map.of("n", n));
        all = (1 << n) - 1;
        expected = WAYS[n];
        forks = new Forks(all);
    }

    /** The squares of the next row that are free, as bits. */
    private static int free(int all, long board) {
        return all & (int) ~(board | board >>> BITS | board >>> 2 * BITS);
    }

    private static boolean isFull(int all, long board) {
        return ((int) board & all) == all;
    }

    /** The board with a queen on this square of the next row. */
    private static long with(int all, long board, int square) {
        long columns = (board & all) | square;
        long left = ((board >>> BITS & all) | square) << 1 & all;
        long right = ((board >>> 2 * BITS & all) | square) >>> 1;
        return columns | left << BITS | right << 2 * BITS;
    }

    @Override
    void prepare() {
        answer = -1;
    }

    @Override
    void plain() {
        answer = count(all, 0);
    }

    private static long count(int all, long board) {
        if (isFull(all, board)) {
            return 1;
        }
        long ways = 0;
        for (int free = free(all, board); free != 0; free &= free - 1) {
            ways += count(all, with(all, board, free & -free));
        }
        return ways;
    }

    @Override
    void engine(Engine engine) {
        answer = engine.invoke(forks, 0);
    }

    private static final class Forks extends LongTask {
        private final int all;

        Forks(int all) {
            this.all = all;
        }

        @Override
        protected long compute(Worker w, long board) {
            if (isFull(all, board)) {
                return 1;
            }
            int free = free(all, board);
            return free == 0 ? 0 : onEach(w, board, free);
        }

        private long onEach(Worker w, long board, int free) {
            int square = free & -free;
            long next = with(all, board, square);
            if (free == square) {
                return compute(w, next);
            }
            int forked = fork(w, next);
            long ways = onEach(w, board, free ^ square);
            return ways + (unfork(w, forked) ? compute(w, next) : join(w, forked));
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        Action root = new Action(all, 0);
        pool.invoke(root);
        answer = root.result;
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final int all;
        private final long board;
        private long result;

        Action(int all, long board) {
            this.all = all;
            this.board = board;
        }

        @Override
        protected void compute() {
            result = count(all, board);
        }

        private static long count(int all, long board) {
            if (isFull(all, board)) {
                return 1;
            }
            int free = free(all, board);
            return free == 0 ? 0 : onEach(all, board, free);
        }

        private static long onEach(int all, long board, int free) {
            int square = free & -free;
            long next = with(all, board, square);
            if (free == square) {
                return count(all, next);
            }
            Action forked = new Action(all, next);
            forked.fork();
            long ways = onEach(all, board, free ^ square);
            if (forked.tryUnfork()) {
                return ways + count(all, next);
            }
            forked.join();
            return ways + forked.result;
        }
    }

    @Override
    boolean isRight() {
        return answer == expected;
    }
}
