// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Tiles.TileToLong;

/**
 * A square image to be computed by tiles, ready to run. The answer is the image, pixel by pixel, and a
 * checksum that the tiles sum up.
 */
abstract class TiledImage implements Workload {
    final int side;
    private final int tile;
    private final int tasks;
    private final int[] expected;
    private final long checksum;

    TiledImage(int side, int tile, int tasks, int[] expected, long checksum) {
        this.side = side;
        this.tile = tile;
        this.tasks = tasks;
        this.expected = expected;
        this.checksum = checksum;
    }

    /** Paints tiles of this image and returns each one's part of the checksum. */
    abstract TileToLong painter(int[] image);

    @Override
    public final long tasks(String contender) {
        return tasks;
    }

    @Override
    public final Answer run(Pool pool) throws Exception {
        int[] image = new int[side * side];
        long sum = Loops.sumTiles(pool, side, side, tile, painter(image));
        return Answer.both(
                Answer.of("the checksum", checksum, sum), Answer.of("the image", expected, image));
    }
}
