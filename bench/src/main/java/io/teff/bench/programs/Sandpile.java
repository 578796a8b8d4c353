// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.List;

/**
 * An Abelian sandpile run to stability, by tiles, sweep after sweep.
 *
 * <p>In a sweep every cell keeps its grains modulo 4 and gives a quarter of the rest to each
 * neighbour, all cells at once, from one grid into another; what falls over the border is lost.
 * Sweeps end with one in which nothing toppled. The order of topplings must not matter: the
 * expected grid comes from toppling one cell at a time in place, by a stack. Idioms as in {@link
 * Loops}; a sweep is one loop, so this program also measures how fast a pool starts and ends one.
 */
final class Sandpile implements Program {
    static final Parameter SIDE = new Parameter("side", "cells of the grid's side", 64, 32, 1, 512);
    static final Parameter TILE = new Parameter("tile", "cells of a tile's side", 16, 16, 1, 512);

    private static final long SEED = 4;
    private static final int MAX_GRAINS = 7;

    @Override
    public String name() {
        return "sandpile";
    }

    @Override
    public String about() {
        return "an Abelian sandpile run to stability, by tiles, sweep after sweep";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(SIDE, TILE);
    }

    @Override
    public List<String> contenders(String executor) {
        return Loops.contenders(executor);
    }

    @Override
    public Workload prepare(Params params) {
        int side = params.intOf(SIDE);
        int tile = params.intOf(TILE);
        Grid start = new Grid(side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                long i = (long) y * side + x;
                start.cells[start.index(x, y)] = (int) (Mix.bits(SEED, i) & MAX_GRAINS);
            }
        }
        Grid expected = new Grid(start);
        expected.stabiliseOneByOne();
        return new AtSize(tile, Loops.tileCount(name(), side, side, tile), start, expected);
    }

    /** A square of cells with a border of one cell, which stays empty. */
    static final class Grid {
        private final int side;
        private final int stride;
        private final int[] cells;

        Grid(int side) {
            this.side = side;
            this.stride = side + 2;
            this.cells = new int[stride * stride];
        }

        Grid(Grid other) {
            this.side = other.side;
            this.stride = other.stride;
            this.cells = other.cells.clone();
        }

        int index(int x, int y) {
            return (y + 1) * stride + x + 1;
        }

        /** Computes a tile of the next sweep's grid; returns how many cells toppled here. */
        long sweepTile(Grid next, int x0, int y0, int x1, int y1) {
            int[] from = cells;
            int[] to = next.cells;
            long toppled = 0;
            for (int y = y0; y < y1; y++) {
                for (int i = index(x0, y), end = index(x1, y); i < end; i++) {
                    int grains = from[i];
                    toppled += grains >> 2 == 0 ? 0 : 1;
                    to[i] =
                            (grains & 3)
                                    + (from[i - 1] >> 2)
                                    + (from[i + 1] >> 2)
                                    + (from[i - stride] >> 2)
                                    + (from[i + stride] >> 2);
                }
            }
            return toppled;
        }

        /** Topples any unstable cell, in the order of a stack, until there is none. */
        void stabiliseOneByOne() {
            // A cell is on the stack exactly while it is unstable, so once.
            int[] stack = new int[cells.length];
            int depth = 0;
            for (int i = 0; i < cells.length; i++) {
                if (cells[i] >= 4) {
                    stack[depth++] = i;
                }
            }
            while (depth > 0) {
                int i = stack[--depth];
                cells[i] -= 4;
                if (cells[i] >= 4) {
                    stack[depth++] = i;
                }
                for (int j : new int[] {i - 1, i + 1, i - stride, i + stride}) {
                    int column = j % stride;
                    boolean inside =
                            column > 0 && column <= side && j >= stride && j < (side + 1) * stride;
                    if (inside && ++cells[j] == 4) {
                        stack[depth++] = j;
                    }
                }
            }
        }
    }

    private static final class AtSize implements Workload {
        private final int tile;
        private final int tiles;
        private final Grid start;
        private final Grid expected;
        private final long sweeps;

        private AtSize(int tile, int tiles, Grid start, Grid expected) {
            this.tile = tile;
            this.tiles = tiles;
            this.start = start;
            this.expected = expected;
            this.sweeps = countSweeps(start);
        }

        private static long countSweeps(Grid start) {
            Grid now = new Grid(start);
            Grid next = new Grid(start.side);
            for (long sweep = 1; ; sweep++) {
                if (now.sweepTile(next, 0, 0, start.side, start.side) == 0) {
                    return sweep;
                }
                Grid swap = now;
                now = next;
                next = swap;
            }
        }

        @Override
        public long tasks(String contender) {
            return sweeps * tiles;
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            return Loops.loops(pool, () -> stabilise(pool));
        }

        private Answer stabilise(Pool pool) throws Exception {
            Grid now = new Grid(start);
            Grid next = new Grid(start.side);
            long sweep = 1;
            while (sweepOnce(pool, now, next) > 0) {
                Grid swap = now;
                now = next;
                next = swap;
                sweep++;
            }
            return Answer.both(
                    Answer.of("the number of sweeps", sweeps, sweep),
                    Answer.of("the stable grid", expected.cells, next.cells));
        }

        private long sweepOnce(Pool pool, Grid now, Grid next) throws Exception {
            return Loops.sumTiles(
                    pool,
                    start.side,
                    start.side,
                    tile,
                    (x0, y0, x1, y1) -> now.sweepTile(next, x0, y0, x1, y1));
        }
    }
}
