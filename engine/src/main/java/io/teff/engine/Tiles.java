// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** Loops over the tiles of a plane; the rules are {@link IntRange}'s. */
public final class Tiles {
    private final Engine engine;
    private final int width;
    private final int height;
    private final int tile;
    private final int columns;

    /** What is done to a tile: columns x0 to x1, rows y0 to y1, upper bounds exclusive. */
    @FunctionalInterface
    public interface TileBody {
        /** Does it. */
        void accept(int x0, int y0, int x1, int y1);
    }

    /** What a tile comes to: columns x0 to x1, rows y0 to y1, upper bounds exclusive. */
    @FunctionalInterface
    public interface TileToLong {
        /** Computes it. */
        long applyAsLong(int x0, int y0, int x1, int y1);
    }

    Tiles(Engine engine, int width, int height, int tile) {
        if (width <= 0 || height <= 0 || tile <= 0) {
            throw new IllegalArgumentException(
                    "width, height and tile must be positive: "
                            + width
                            + ", "
                            + height
                            + ", "
                            + tile);
        }
        this.engine = engine;
        this.width = width;
        this.height = height;
        this.tile = tile;
        columns = 1 + (width - 1) / tile;
    }

    /** How many tiles there are. */
    public long count() {
        return (long) columns * (1 + (height - 1) / tile);
    }

    /** Runs the body for each tile. */
    public void forEach(TileBody body) {
        TileWatch watch = watch(body, null);
        TileBody each = watch == null ? body : watch;
        Loop.run(engine, LoopKernels.TILE_EACH.get(each.getClass()), each, this, 0, count());
    }

    /** The sum of the body's values, modulo 2^64. */
    public long sumLong(TileToLong body) {
        TileWatch watch = watch(null, body);
        TileToLong each = watch == null ? body : watch;
        return Loop.run(
                engine, LoopKernels.TILE_SUM_LONG.get(each.getClass()), each, this, 0, count());
    }

    /** Null without a monitor. */
    private TileWatch watch(TileBody body, TileToLong sum) {
        Monitor monitor = engine.crew().monitor;
        return monitor == null ? null : monitor.watch(this, body, sum);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int tile() {
        return tile;
    }

    /** The number of the tile whose first element is at this place. */
    int index(int x, int y) {
        return (int) ((long) (y / tile) * columns + x / tile);
    }

    int x(long index) {
        return (int) (index % columns) * tile;
    }

    int y(long index) {
        return (int) (index / columns) * tile;
    }

    int right(int x) {
        return (int) Math.min(width, (long) x + tile);
    }

    int lower(int y) {
        return (int) Math.min(height, (long) y + tile);
    }
}
