// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Cases that are small enough to be worked out by hand, and what must hold at any size. */
class SimulationTest {
    /** Everything costs 10 ns, but the link is endlessly wide and the beats are forgotten by rounding. */
    private static final Costs TEN = new Costs(10, 10, 0, 100, 1e9, 1);

    private static final Costs FREE = new Costs(1e-9, 0, 0, 0, 1e9, 0);

    @Test
    void eventsComeInOrderOfTimeThenOfMaking() {
        Events events = new Events();
        PriorityQueue<long[]> model =
                new PriorityQueue<>(
                        (a, b) ->
                                a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) > 0 || model.isEmpty()) {
                long time = random.nextInt(100);
                events.add(time, i);
                model.add(new long[] {time, i});
            } else {
                long[] expected = model.remove();
                assertThat(events.nextNs()).isEqualTo(expected[0]);
                assertThat(events.take()).isEqualTo(expected[1]);
                assertThat(events.takenNs()).isEqualTo(expected[0]);
            }
        }
    }

    @Test
    void theRootAloneDealsToItself() {
        // 4 tasks in batches of 2 on 1 worker: dealt at 30 and 60 (2 x 10 + a frame's 10 each);
        // tasks of
        // 100 + 1 end at 131, 232, 333, 434; the first results are taken at 232, the last from 434
        // to 444.
        Outcome outcome = new Dealing(1, 1, 2, 2 * 8, TEN).run(4, 100);
        assertThat(outcome.elapsedNs()).isEqualTo(444);
        assertThat(outcome.messages()).isZero();
        assertThat(outcome.tasksPerS()).isEqualTo(4e9 / 444);
        assertThat(outcome.efficiencyPercent()).isEqualTo(100 * 400.0 / 444);
    }

    @Test
    void aBatchGoesThereAndBack() {
        // The root's own batch is dealt at 20; the other's at 40, arrives at 40 + 100 + 10, runs
        // until
        // 150 + 1001, leaves at 1161 and is back at 1261, where taking it costs 10.
        Outcome outcome = new Dealing(2, 1, 1, 8, TEN).run(2, 1000);
        assertThat(outcome.elapsedNs()).isEqualTo(1271);
        assertThat(outcome.messages()).isEqualTo(2);
    }

    @Test
    void aNarrowLinkHoldsTheRootUp() {
        Costs narrow = new Costs(1, 1, 0, 0, 0.001, 1); // a microsecond a byte
        Outcome outcome = new Dealing(64, 4, 16, 1024, narrow).run(64 * 64, 0);
        assertThat(outcome.linkShare()).isGreaterThan(0.9);
        assertThat(outcome.rootShare()).isLessThan(0.1);
    }

    @Test
    void moreRanksThanTheRootCanAnswerAreRefused() {
        Costs slow = new Costs(1, 1e6, 0, 0, 1, 1);
        assertThatThrownBy(() -> new Dealing(100, 1, 1, 8, slow).run(100, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("beats of 100 ranks");
    }

    @Test
    void oneRankOfOneWorkerDoesTaskAfterTask() {
        Outcome outcome = new Stealing(1, 1, 1, FREE, 1).run(Work.range(1000), 50);
        assertThat(outcome.tasks()).isEqualTo(1000);
        assertThat(outcome.elapsedNs()).isEqualTo(50_000);
        assertThat(outcome.messages()).isZero();
    }

    @Test
    void sharedProcessorsTakeTurns() {
        Outcome own = new Stealing(1, 4, 4, FREE, 1).run(Work.range(4096), 100);
        Outcome shared = new Stealing(1, 4, 2, FREE, 1).run(Work.range(4096), 100);
        assertThat(own.elapsedNs()).isEqualTo(102_400);
        assertThat(shared.elapsedNs()).isEqualTo(204_800);
    }

    @Test
    void everyTaskIsDoneOnceOnAnyNumberOfRanks() {
        for (int ranks : new int[] {1, 2, 3, 4, 7, 64, 100}) {
            for (int workers : new int[] {1, 5}) {
                Outcome range =
                        new Stealing(ranks, workers, ranks * workers, TEN, ranks)
                                .run(Work.range(12_345), 1000);
                assertThat(range.tasks()).isEqualTo(12_345);
                assertThat(range.efficiencyPercent()).isBetween(1.0, 100.0);
                Outcome tree =
                        new Stealing(ranks, workers, ranks * workers, TEN, ranks)
                                .run(Work.tree(4, 7, 3), 1000);
                assertThat(tree.tasks()).isEqualTo(sizeOf(4, 7, 3));
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : new long[] {5, 5, 6}) {
            outcomes.add(new Stealing(50, 2, 100, TEN, seed).run(Work.tree(4, 8, 3), 300));
        }
        assertThat(outcomes.get(0)).isEqualTo(outcomes.get(1)).isNotEqualTo(outcomes.get(2));
    }

    @Test
    void manyRanksAreFasterThanOne() {
        double one = new Stealing(1, 1, 1, TEN, 1).run(Work.range(1 << 16), 10_000).tasksPerS();
        double many = new Stealing(64, 1, 64, TEN, 1).run(Work.range(1 << 16), 10_000).tasksPerS();
        assertThat(many).isBetween(40 * one, 64 * one);
    }

    @Test
    void aMillionWorkersFit() {
        Outcome outcome =
                new Stealing(8192, 128, 8192 * 128, TEN, 1).run(Work.range(2L << 20), 1e6);
        assertThat(outcome.tasks()).isEqualTo(2L << 20);
        assertThat(new Dealing(8192, 128, 256, 16384, TEN).run(2L << 20, 0).tasks())
                .isEqualTo(2L << 20);
    }

    private static long sizeOf(double children, int depth, long seed) {
        LongDeque pieces = new LongDeque();
        Work work = Work.tree(children, depth, seed);
        pieces.push(work.root());
        return work.run(pieces, Long.MAX_VALUE);
    }
}
