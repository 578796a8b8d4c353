// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.engine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 1, 100",
        "7, 5, 1",
        "7, 5, 2",
        "7, 5, 5",
        "7, 5, 7",
        "64, 64, 16",
        "640, 3, 32",
        "3, 640, 32",
        "301, 207, 10"
    })
    void eachPointLiesInOneTile(int width, int height, int tile) {
        try (Engine engine = engine(2)) {
            AtomicIntegerArray points = new AtomicIntegerArray(width * height);
            AtomicInteger tiles = new AtomicInteger();
            Tiles plane = engine.tiles(width, height, tile);
            plane.forEach(
                    (x0, y0, x1, y1) -> {
                        tiles.incrementAndGet();
                        assertThat(x0 % tile + y0 % tile).isZero();
                        assertThat(x1 - x0).isBetween(1, tile);
                        assertThat(y1 - y0).isBetween(1, tile);
                        for (int y = y0; y < y1; y++) {
                            for (int x = x0; x < x1; x++) {
                                points.incrementAndGet(y * width + x);
                            }
                        }
                    });
            assertOnceEach(points);
            int expected =
                    (int) (Math.ceil(width / (double) tile) * Math.ceil(height / (double) tile));
            assertThat(tiles.get()).isEqualTo(expected);
            assertThat(plane.count()).isEqualTo(expected);
            assertThat(plane.sumLong((x0, y0, x1, y1) -> (long) (x1 - x0) * (y1 - y0)))
                    .isEqualTo((long) width * height);
        }
    }

    @Test
    void hugePlanesAreCountedInLong() {
        try (Engine engine = engine(2)) {
            int max = Integer.MAX_VALUE;
            assertThat(engine.tiles(max, max, 1).count()).isEqualTo((long) max * max);
            Tiles few = engine.tiles(max, max, 1 << 30);
            assertThat(few.count()).isEqualTo(4);
            assertThat(few.sumLong((x0, y0, x1, y1) -> (long) (x1 - x0) * (y1 - y0)))
                    .isEqualTo((long) max * max);
        }
    }

    @Test
    void exceptionOfATileComesOut() {
        try (Engine engine = engine(2)) {
            IllegalStateException error = new IllegalStateException("tile");
            assertThatThrownBy(
                            () ->
                                    engine.tiles(100, 100, 5)
                                            .forEach(
                                                    (x0, y0, x1, y1) -> {
                                                        if (x0 == 50 && y0 == 75) {
                                                            throw error;
                                                        }
                                                    }))
                    .isSameAs(error);
            assertThat(engine.tiles(10, 10, 3).sumLong((x0, y0, x1, y1) -> 1)).isEqualTo(16);
        }
    }

    @Test
    void badSizesAreNamed() {
        try (Engine engine = engine(1)) {
            for (int[] bad : new int[][] {{0, 5, 5}, {5, -1, 5}, {5, 5, 0}}) {
                assertThatThrownBy(() -> engine.tiles(bad[0], bad[1], bad[2]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "width, height and tile must be positive: %s, %s, %s",
                                bad[0], bad[1], bad[2]);
            }
            assertThatThrownBy(() -> engine.tiles(4, 4, 2).forEach(null))
                    .isInstanceOf(NullPointerException.class);
        }
    }
}
