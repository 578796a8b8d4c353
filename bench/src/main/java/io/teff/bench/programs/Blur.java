// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Tiles.TileToLong;
import java.util.Arrays;
import java.util.List;

/**
 * A box blur of a grey image by tiles: each pixel becomes the mean of the square around it.
 *
 * <p>Means are of whole numbers, rounded down, over the part of the square inside the image. The
 * expected image comes from another algorithm, a table of sums over rectangles, and must be equal
 * bit for bit. Idioms as in {@link Loops}.
 */
final class Blur implements Program {
    static final Parameter SIDE =
            new Parameter("side", "pixels of width and of height", 512, 256, 1, 8192);
    static final Parameter TILE = new Parameter("tile", "pixels of a tile's side", 16, 16, 1, 8192);
    static final Parameter RADIUS =
            new Parameter(
                    "radius", "pixels from the middle of the square to its side", 2, 2, 0, 64);

    private static final long SEED = 7;

    @Override
    public String name() {
        return "blur";
    }

    @Override
    public String about() {
        return "a box blur of an image, by tiles";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(SIDE, TILE, RADIUS);
    }

    @Override
    public List<String> contenders(String executor) {
        return Loops.contenders(executor);
    }

    @Override
    public Workload prepare(Params params) {
        int side = params.intOf(SIDE);
        int tile = params.intOf(TILE);
        int tasks = Loops.tileCount(name(), side, side, tile);
        int[] image = new int[side * side];
        for (int i = 0; i < image.length; i++) {
            image[i] = (int) (Mix.bits(SEED, i) & 0xff);
        }
        int radius = params.intOf(RADIUS);
        return new AtSize(side, tile, tasks, radius, image, expected(image, side, radius));
    }

    /** The blurred image by sums over rectangles: four look-ups a pixel. */
    static int[] expected(int[] image, int side, int radius) {
        int stride = side + 1;
        long[] sums = new long[stride * stride];
        for (int y = 0; y < side; y++) {
            long row = 0;
            for (int x = 0; x < side; x++) {
                row += image[y * side + x];
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
            }
        }
        int[] blurred = new int[side * side];
        for (int y = 0; y < side; y++) {
            int top = Math.max(0, y - radius);
            int bottom = Math.min(side, y + radius + 1);
            for (int x = 0; x < side; x++) {
                int left = Math.max(0, x - radius);
                int right = Math.min(side, x + radius + 1);
                long sum =
                        sums[bottom * stride + right]
                                - sums[top * stride + right]
                                - sums[bottom * stride + left]
                                + sums[top * stride + left];
                blurred[y * side + x] = (int) (sum / ((long) (bottom - top) * (right - left)));
            }
        }
        return blurred;
    }

    private static final class AtSize extends TiledImage {
        private final int radius;
        private final int[] image;

        private AtSize(int side, int tile, int tasks, int radius, int[] image, int[] expected) {
            super(side, tile, tasks, expected, sum(expected));
            this.radius = radius;
            this.image = image;
        }

        private static long sum(int[] pixels) {
            return Arrays.stream(pixels).asLongStream().sum();
        }

        @Override
        TileToLong painter(int[] blurred) {
            return (x0, y0, x1, y1) -> blurTile(blurred, x0, y0, x1, y1);
        }

        private long blurTile(int[] blurred, int x0, int y0, int x1, int y1) {
            long total = 0;
            for (int y = y0; y < y1; y++) {
                int top = Math.max(0, y - radius);
                int bottom = Math.min(side, y + radius + 1);
                for (int x = x0; x < x1; x++) {
                    int left = Math.max(0, x - radius);
                    int right = Math.min(side, x + radius + 1);
                    int sum = 0;
                    for (int v = top; v < bottom; v++) {
                        for (int u = left; u < right; u++) {
                            sum += image[v * side + u];
                        }
                    }
                    int mean = sum / ((bottom - top) * (right - left));
                    blurred[y * side + x] = mean;
                    total += mean;
                }
            }
            return total;
        }
    }
}
