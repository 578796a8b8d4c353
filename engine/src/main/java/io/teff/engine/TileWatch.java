// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.engine.Tiles.TileBody;
import io.teff.engine.Tiles.TileToLong;

/** One loop over tiles that the monitor shows: the body, with two looks at the clock around each tile. */
final class TileWatch implements TileBody, TileToLong {
    private final Monitor monitor;
    private final Tiles tiles;
    private final TileBody body;
    private final TileToLong sum;
    private final int board;
    private final long iteration;

    TileWatch(
            Monitor monitor,
            Tiles tiles,
            TileBody body,
            TileToLong sum,
            int board,
            long iteration) {
        this.monitor = monitor;
        this.tiles = tiles;
        this.body = body;
        this.sum = sum;
        this.board = board;
        this.iteration = iteration;
    }

    @Override
    public void accept(int x0, int y0, int x1, int y1) {
        long then = System.nanoTime();
        body.accept(x0, y0, x1, y1);
        monitor.tile(board, iteration, tiles.index(x0, y0), then);
    }

    @Override
    public long applyAsLong(int x0, int y0, int x1, int y1) {
        long then = System.nanoTime();
        long part = sum.applyAsLong(x0, y0, x1, y1);
        monitor.tile(board, iteration, tiles.index(x0, y0), then);
        return part;
    }
}
