// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/**
 * One event of a worker's ring, most of them intervals.
 *
 * @param sequence its number in the ring, from 0; a gap means that events were dropped
 * @param beginNs on the engine's clock, {@link System#nanoTime()} on its machine
 * @param endNs on the same clock
 * @param name id of a name, see {@link MonitorReader#name(int)}; 0 for none
 * @param count how many; see the kind
 * @param arg see the kind
 */
public record MonitorEvent(
        long sequence, long beginNs, long endNs, EventKind kind, int name, int count, long arg) {
    private static final int TILE_BITS = 32;
    private static final int ITERATION_BITS = 24;

    /**
     * Packs what a {@link EventKind#TILE} event is about.
     *
     * @param board index of its board, below 256
     * @param iteration modulo 2^24
     * @param tile index of the tile, row by row
     */
    public static long tileArg(int board, long iteration, int tile) {
        return (long) board << TILE_BITS + ITERATION_BITS
                | (iteration & (1L << ITERATION_BITS) - 1) << TILE_BITS
                | tile & 0xFFFF_FFFFL;
    }

    /** Of a {@link EventKind#TILE} event: the board's index. */
    public int board() {
        return board(arg);
    }

    /** Of a {@link EventKind#TILE} event: the iteration, modulo 2^24. */
    public int iteration() {
        return iteration(arg);
    }

    /** Of a {@link EventKind#TILE} event: the tile's index, row by row. */
    public int tile() {
        return tile(arg);
    }

    /** The board in a {@link #tileArg}. */
    public static int board(long arg) {
        return (int) (arg >>> TILE_BITS + ITERATION_BITS);
    }

    /** The iteration in a {@link #tileArg}. */
    public static int iteration(long arg) {
        return (int) (arg >>> TILE_BITS) & (1 << ITERATION_BITS) - 1;
    }

    /** The tile in a {@link #tileArg}. */
    public static int tile(long arg) {
        return (int) arg;
    }
}
