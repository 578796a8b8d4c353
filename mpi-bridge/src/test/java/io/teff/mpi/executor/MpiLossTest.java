// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static io.teff.mpi.executor.Functions.FIBONACCI;
import static io.teff.mpi.executor.Functions.OTHER;
import static io.teff.mpi.executor.Functions.SQUARE;
import static io.teff.mpi.executor.Functions.ranks;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and ranks that are lost: no task is, unless the user says so. */
@Timeout(60)
class MpiLossTest {
    @Test
    void damagedFramesCostNoTask() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            AtomicLong sum = new AtomicLong();
            MpiLane lane =
                    ranks.root().lane(OTHER, SQUARE, 64, (tag, value) -> sum.getAndAdd(value));
            long expected = 0;
            for (int i = 0; i < 50_000; i++) {
                if (i % 5000 == 100) {
                    ranks.transports[0].damageNext(1);
                } else if (i % 5000 == 2500) {
                    ranks.transports[1].damageNext(0);
                }
                lane.submit(i, i, 0);
                expected += (long) i * i;
            }
            lane.await();
            assertThat(sum.get()).isEqualTo(expected);
            assertThat(ranks.root().stats().damaged() + ranks.ranks.get(1).stats().damaged())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lostRanksTasksRunElsewhereOrFail(boolean again) throws Exception {
        LossPolicy policy = again ? LossPolicy.RUN_AGAIN : LossPolicy.FAIL;
        int n = 20_000;
        try (InOneJvm ranks =
                new InOneJvm(3, b -> b.functions(SQUARE).lossPolicy(policy).window(1024))) {
            List<CompletableFuture<Long>> futures = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                if (i == n / 2) {
                    ranks.kill(2);
                }
                futures.add(ranks.root().call(Placement.ROUND_ROBIN, SQUARE, i, 0));
            }
            int lost = 0;
            for (int i = 0; i < n; i++) {
                try {
                    assertThat(futures.get(i).get()).isEqualTo((long) i * i);
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(RankLost.class);
                    assertThat(((RankLost) e.getCause()).rank()).isEqualTo(2);
                    lost++;
                }
            }
            assertThat(lost > 0).isEqualTo(!again);
            assertThat(ranks.root().isLost(2)).isTrue();
        }
        // rank 2 hears nothing any more, and gives up
    }

    @Test
    void forkOfALostRankRunsAtHome() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            CompletableFuture<Long> fib =
                    CompletableFuture.supplyAsync(() -> ranks.root().forkJoin(FIBONACCI, 32));
            while (ranks.ranks.get(1).engine().stats().tasks() < 3 && !fib.isDone()) {
                Thread.onSpinWait();
            }
            ranks.kill(1);
            assertThat(fib.get()).isEqualTo(2178309);
        }
    }
}
