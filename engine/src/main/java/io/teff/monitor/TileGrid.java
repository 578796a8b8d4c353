// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/**
 * The cells of a board: of each, which tile was computed last, by whom, when and how long. An immutable
 * copy, by columns.
 */
public final class TileGrid {
    /** The owner of a cell that nobody has computed. */
    public static final int NOBODY = -1;

    /** The owner of a cell that a thread has computed which is no worker: the loop's caller. */
    public static final int CALLER = -2;

    private final MonitorSnapshot.BoardView board;
    private final boolean isWhole;
    private final long[] words;

    TileGrid(MonitorSnapshot.BoardView board, boolean isWhole, long[] words) {
        this.board = board;
        this.isWhole = isWhole;
        this.words = words;
    }

    /** The board, at the same moment. */
    public MonitorSnapshot.BoardView board() {
        return board;
    }

    /** Whether all cells are of one update; see {@link MonitorSnapshot.Head#isWhole()}. */
    public boolean isWhole() {
        return isWhole;
    }

    /** How many cells there are, row by row, {@link BoardShape#cellColumns()} in each. */
    public int size() {
        return words.length / 3;
    }

    /** The worker that computed the cell last, or {@link #CALLER}; {@link #NOBODY} before. */
    public int owner(int cell) {
        return (int) (words[3 * cell + 2] >>> 32) - 1;
    }

    /** In which iteration that was, modulo 2^32. */
    public long iteration(int cell) {
        return words[3 * cell + 2] & 0xFFFF_FFFFL;
    }

    /** When it began, on the engine's clock. */
    public long beginNs(int cell) {
        return words[3 * cell];
    }

    /** How long it took. */
    public long ns(int cell) {
        return words[3 * cell + 1];
    }
}
