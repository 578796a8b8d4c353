// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static io.teff.mpi.executor.Functions.OTHER;
import static io.teff.mpi.executor.Functions.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.teff.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may still call when ranks have closed, and when the run ends. */
@Timeout(60)
class MpiEndTest {
    private static volatile List<MpiExecutor> all; // for tasks: which are not told whose they are
    private static final LongAdder HOPS = new LongAdder();

    /** A way of ranks, of which the first is this one: has the next go on, and waits. */
    private static final MpiFunction.Bytes RELAY =
            MpiFunction.bytes(
                    "relay",
                    way -> {
                        HOPS.increment();
                        byte[] rest = Arrays.copyOfRange(way, 1, way.length);
                        return rest.length == 0
                                ? way
                                : all.get(way[0])
                                        .call(Placement.rank(rest[0]), relay(), rest)
                                        .join();
                    });

    private static MpiFunction.Bytes relay() {
        return RELAY;
    }

    /** Goes on from rank 1 or 2 so many times, by calls and by objects, and waits for nothing. */
    private static final MpiFunction.Longs HOP = MpiFunction.longs("hop", MpiEndTest::hop);

    private static long hop(long left, long rank) {
        HOPS.increment();
        MpiExecutor here = all.get((int) rank);
        long other = 3 - rank;
        if (left == 0) {
            return 0;
        }
        switch ((int) (left % 4)) {
            case 0 -> here.call(Placement.rank((int) other), HOP, left - 1, other);
            case 1 -> here.call(Placement.HERE, HOP, left - 1, rank);
            case 2 -> here.submit(Placement.HERE, () -> hop(left - 1, rank));
            default ->
                    here.call(Placement.rank((int) other), SQUARE, left, 0)
                            .thenAccept(square -> hop(left - 1, rank));
        }
        return 0;
    }

    private static InOneJvm relays() {
        HOPS.reset();
        InOneJvm ranks = new InOneJvm(3, b -> b.functions(SQUARE, RELAY, HOP));
        all = ranks.ranks;
        while (!all.get(1).isShutdown() || !all.get(2).isShutdown()) {
            Thread.yield();
        }
        return ranks;
    }

    @Test
    void servedTasksCallOnAfterTheirRankHasClosed() throws Exception {
        try (InOneJvm ranks = relays()) {
            byte[] way = {1, 2, 0, 1, 0, 2, 1, 1, 2, 0};
            List<CompletableFuture<byte[]>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(ranks.root().call(OTHER, RELAY, way));
            }
            for (CompletableFuture<byte[]> call : calls) {
                assertThat(call.get()).containsExactly(0);
            }
            assertThat(HOPS.sum()).isEqualTo(100L * way.length);
        }
    }

    @Test
    void endWaitsForWhatNobodyWaitsFor() throws Exception {
        for (int round = 0; round < 30; round++) {
            try (InOneJvm ranks = relays()) {
                assertThat(ranks.root().call(OTHER, HOP, 400, 1).get()).isZero();
            }
            assertThat(HOPS.sum()).as("round " + round).isEqualTo(401);
        }
    }

    @Test
    void othersMayNotCallAfterTheClose() throws Exception {
        CountDownLatch begin = Block.raise();
        try (InOneJvm ranks = relays()) {
            MpiExecutor root = ranks.root();
            CompletableFuture<Void> running =
                    root.submit(OTHER, () -> Engine.blocking(Block::await));
            root.shutdown();
            MpiExecutor other = ranks.ranks.get(1);
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> other.call(Placement.rank(2), SQUARE, 1, 0))
                    .withMessage("rank 1 was shut down");
            Future<?> ofAWorker = root.engine().submit(() -> root.call(OTHER, SQUARE, 1, 0));
            assertThatThrownBy(ofAWorker::get)
                    .hasCauseInstanceOf(RejectedExecutionException.class)
                    .hasRootCauseMessage("rank 0 was shut down");
            begin.countDown();
            assertThat(running.get()).isNull();
        } finally {
            begin.countDown();
        }
    }

    /** A task that nobody counts calls on and on, with pauses in which the run ends. */
    @Test
    void callsAfterTheEndFail() throws Exception {
        Future<?> uncounted;
        try (InOneJvm ranks = relays()) {
            MpiExecutor other = ranks.ranks.get(1);
            uncounted =
                    other.engine()
                            .submit(
                                    () -> {
                                        while (true) {
                                            assertThat(
                                                            other.call(
                                                                            Placement.rank(2),
                                                                            SQUARE,
                                                                            3,
                                                                            0)
                                                                    .get())
                                                    .isEqualTo(9);
                                            Engine.blocking(() -> sleep(20));
                                        }
                                    });
        }
        Throwable thrown =
                catchThrowableOfType(ExecutionException.class, uncounted::get).getCause();
        assertThat(thrown instanceof ExecutionException ? thrown.getCause() : thrown)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the run has ended");
    }

    private static Void sleep(long ms) throws InterruptedException {
        Thread.sleep(ms);
        return null;
    }
}
