// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.teff.monitor.EventKind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sums over the past of one worker: each moment counts once, whichever way it is summed. */
class TrackTest {
    private static final long BIN = 1L << Track.BIN_SHIFT;

    private static double sum(Track track, long low, long high, int columns, PageState state) {
        float[] sums = new float[columns * PageState.COUNT];
        track.sum(low, high, sums);
        double all = 0;
        for (int column = 0; column < columns; column++) {
            all += sums[column * PageState.COUNT + state.code()];
        }
        return all;
    }

    @Test
    void anEventThatContainsOthersAddsOnlyWhatIsBetweenThem() {
        Track track = new Track(64, 64);
        track.add(100, 200, EventKind.FORK, 0, 1);
        track.add(300, 400, EventKind.FORK, 0, 1);
        track.add(50, 500, EventKind.ROOT, 0, 0);
        track.add(500, 600, EventKind.PARK, 0, 0);
        track.add(600, 700, EventKind.TASKS, 0, 0);
        assertThat(track.stateNs()[PageState.RUN.code()]).isEqualTo(550);
        assertThat(track.stateNs()[PageState.PARK.code()]).isEqualTo(100);
        assertThat(sum(track, 0, 1000, 10, PageState.RUN)).isCloseTo(550, within(.01));
        assertThat(sum(track, 0, 1000, 10, PageState.PARK)).isCloseTo(100, within(.01));
        assertThat(sum(track, 150, 350, 3, PageState.RUN)).isCloseTo(200, within(.01));
    }

    @Test
    void tilesAndSamplesAreParts() {
        Track track = new Track(64, 64);
        track.add(10, 20, EventKind.TILE, 0, 0);
        track.add(12, 14, EventKind.SAMPLE, 0, 0);
        assertThat(track.stateNs()).containsOnly(0);
        track.add(0, 40, EventKind.TASKS, 7, 0);
        assertThat(track.stateNs()[PageState.RUN.code()]).isEqualTo(40);
        StringBuilder seen = new StringBuilder();
        track.visit(0, 100, (b, e, kind, name, arg) -> seen.append(kind).append(' '));
        assertThat(seen).hasToString("TASKS SAMPLE TILE ");
    }

    @Test
    void binsGoOnWhereEventsAreForgotten() {
        Track track = new Track(8, 1024);
        long step = BIN / 4;
        for (int i = 0; i < 400; i++) {
            track.add(i * step, i * step + step / 2, EventKind.TASKS, 0, 0);
            track.add(i * step + step / 2, (i + 1) * step, EventKind.SPIN, 0, 0);
        }
        assertThat(track.detailFrom()).isPositive();
        long end = 400 * step;
        assertThat(sum(track, 0, end, 20, PageState.RUN))
                .isCloseTo(end / 2.0, within(end / 1000.0));
        assertThat(sum(track, 0, end, 20, PageState.SPIN))
                .isCloseTo(end / 2.0, within(end / 1000.0));
    }

    @Test
    void binsOfLongAgoAreGone() {
        Track track = new Track(0, 16);
        track.spend(PageState.RUN, 0, BIN);
        track.spend(PageState.RUN, 96 * BIN, 97 * BIN);
        assertThat(sum(track, 0, BIN, 1, PageState.RUN)).isZero();
        assertThat(sum(track, 96 * BIN, 97 * BIN, 1, PageState.RUN))
                .isCloseTo((double) BIN, within(BIN / 1000.0));
        assertThat(track.stateNs()[PageState.RUN.code()]).isEqualTo(2 * BIN);
    }

    @Test
    void randomNestingEqualsAPlainCount() {
        long seed = 20260801;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            Track track = new Track(1 << 10, 64);
            boolean[] covered = new boolean[4000];
            nest(track, covered, random, 0, covered.length, 0);
            long expected = 0;
            for (boolean c : covered) {
                expected += c ? 1 : 0;
            }
            assertThat(track.stateNs()[PageState.RUN.code()])
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
            assertThat(sum(track, 0, covered.length, 7, PageState.RUN))
                    .as("seed %d, round %d", seed, round)
                    .isCloseTo((double) expected, within(1.0));
        }
    }

    /** Events in the order of their ends, those inside before those around them. */
    private static void nest(
            Track track, boolean[] covered, SplittableRandom random, int low, int high, int depth) {
        int at = low;
        while (at < high - 2) {
            int b = at + random.nextInt(Math.max(1, (high - at) / 3));
            int e = Math.min(high, b + 1 + random.nextInt(Math.max(1, (high - b) / 2)));
            if (depth < 3 && random.nextBoolean()) {
                nest(track, covered, random, b, e, depth + 1);
            }
            track.add(b, e, EventKind.FORK, 0, 0);
            java.util.Arrays.fill(covered, b, e, true);
            at = e;
        }
    }
}
