// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Tiles.TileToLong;
import java.util.List;

/**
 * The Mandelbrot set by tiles: iteration counts of each pixel over [-2, 0.5] x [-1.25, 1.25].
 *
 * <p>Tiles differ by a factor of {@code iterations} in work, which is the point. The answer is a
 * checksum of counts and places, against the image computed row by row. Idioms as in {@link Loops}.
 */
final class Mandelbrot implements Program {
    static final Parameter SIDE =
            new Parameter("side", "pixels of width and of height", 256, 128, 1, 8192);
    static final Parameter TILE = new Parameter("tile", "pixels of a tile's side", 8, 8, 1, 8192);
    static final Parameter ITERATIONS =
            new Parameter("iterations", "limit of a pixel", 200, 128, 1, 100_000);

    @Override
    public String name() {
        return "mandelbrot";
    }

    @Override
    public String about() {
        return "iteration counts of an image, by tiles of very different cost";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(SIDE, TILE, ITERATIONS);
    }

    @Override
    public List<String> contenders(String executor) {
        return Loops.contenders(executor);
    }

    @Override
    public Workload prepare(Params params) {
        int side = params.intOf(SIDE);
        int tile = params.intOf(TILE);
        int iterations = params.intOf(ITERATIONS);
        int tasks = Loops.tileCount(name(), side, side, tile);
        int[] expected = new int[side * side];
        long checksum = 0;
        for (int i = 0; i < expected.length; i++) {
            expected[i] = escape(i % side, i / side, side, iterations);
            checksum += weighted(expected[i], i);
        }
        return new AtSize(side, tile, tasks, iterations, expected, checksum);
    }

    /** Iterations until the pixel's orbit leaves the circle of radius 2, at most the limit. */
    static int escape(int px, int py, int side, int iterations) {
        double cx = -2 + 2.5 * px / side;
        double cy = -1.25 + 2.5 * py / side;
        double x = 0;
        double y = 0;
        int count = 0;
        while (count < iterations && x * x + y * y <= 4) {
            double next = x * x - y * y + cx;
            y = 2 * x * y + cy;
            x = next;
            count++;
        }
        return count;
    }

    /** A pixel's share of the checksum, so that a count in the wrong place shows. */
    private static long weighted(int count, int index) {
        return count * (2L * index + 1);
    }

    private static final class AtSize extends TiledImage {
        private final int iterations;

        private AtSize(
                int side, int tile, int tasks, int iterations, int[] expected, long checksum) {
            super(side, tile, tasks, expected, checksum);
            this.iterations = iterations;
        }

        @Override
        TileToLong painter(int[] image) {
            return (x0, y0, x1, y1) -> {
                long part = 0;
                for (int y = y0; y < y1; y++) {
                    for (int x = x0; x < x1; x++) {
                        int count = escape(x, y, side, iterations);
                        int index = y * side + x;
                        image[index] = count;
                        part += weighted(count, index);
                    }
                }
                return part;
            };
        }
    }
}
