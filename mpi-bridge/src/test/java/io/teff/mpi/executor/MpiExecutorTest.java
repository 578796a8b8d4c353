// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static io.teff.mpi.executor.Functions.BROKEN;
import static io.teff.mpi.executor.Functions.FIBONACCI;
import static io.teff.mpi.executor.Functions.OTHER;
import static io.teff.mpi.executor.Functions.REVERSE;
import static io.teff.mpi.executor.Functions.SQUARE;
import static io.teff.mpi.executor.Functions.ranks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.remote.Codec;
import io.teff.remote.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in one process: calls, placement, lanes, forks that travel. */
@Timeout(60)
class MpiExecutorTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void callsHaveResultsWhereverTheyRun(int size) throws Exception {
        try (InOneJvm ranks = ranks(size)) {
            MpiExecutor mpi = ranks.root();
            for (Placement placement :
                    List.of(
                            Placement.HERE,
                            Placement.rank(size - 1),
                            Placement.ROUND_ROBIN,
                            Placement.LEAST_LOADED,
                            Placement.STEAL)) {
                List<CompletableFuture<Long>> futures = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    futures.add(mpi.call(placement, SQUARE, i, 1));
                }
                for (int i = 0; i < 1000; i++) {
                    assertThat(futures.get(i).get()).isEqualTo((long) i * i + 1);
                }
            }
            assertThat(mpi.stats().damaged()).isZero();
        }
    }

    /** What runs may ask for the executor of its process, which is known just before it serves. */
    @Test
    void rankRunsNothingBeforeItServes() throws Exception {
        AtomicBoolean isKnown = new AtomicBoolean();
        MpiFunction.Longs asks = MpiFunction.longs("asks", (a, b) -> isKnown.get() ? 1 : 0);
        LoopTransport[] transports = LoopTransport.open(2, 4096, 16);
        List<MpiExecutor> ranks = new ArrayList<>();
        for (LoopTransport transport : transports) {
            MpiConfig config =
                    MpiConfig.builder()
                            .engine(EngineConfig.builder().workers(1).build())
                            .functions(asks)
                            .build();
            Codec codec = new Payload(config.rules(), Map.of());
            ranks.add(new MpiExecutor(config, transport, codec, rank -> false, () -> {}));
        }
        Thread late = new Thread(() -> ranks.get(1).serve().close());
        try (MpiExecutor root = ranks.get(0).serve()) {
            CompletableFuture<Long> call = root.call(OTHER, asks, 0, 0);
            Thread.sleep(50); // some ticks of a pulse
            isKnown.set(true);
            late.start();
            assertThat(call.get()).isEqualTo(1);
        }
        late.join();
    }

    @Test
    void failureComesBack() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            CompletableFuture<Long> call = ranks.root().call(OTHER, BROKEN, 7, 0);
            assertThatThrownBy(call::get)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("broken by 7");
            assertThat(ranks.root().call(OTHER, SQUARE, 7, 0).join()).isEqualTo(49);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4000, 4096, 100_000, 5_000_000})
    void bytesOfAnyNumberTravel(int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (InOneJvm ranks = ranks(2)) {
            byte[] back = ranks.root().call(OTHER, REVERSE, sent).get();
            assertThat(Arrays.equals(REVERSE.body.apply(back), sent)).isTrue();
        }
    }

    /** Results of one frame are handed over by one task, unless one of them keeps it. */
    @Test
    void whatFollowsAResultMayWaitForAnotherOfTheSameFrame() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            MpiExecutor mpi = ranks.root();
            for (int round = 0; round < 2000; round++) {
                List<CompletableFuture<Long>> calls = new ArrayList<>();
                List<CompletableFuture<Integer>> lambdas = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    int x = i;
                    calls.add(new CompletableFuture<>());
                    lambdas.add(new CompletableFuture<>());
                    mpi.call(OTHER, SQUARE, i, 0).thenAccept(v -> awaitAndComplete(calls, x, v));
                    mpi.submit(OTHER, () -> x).thenAccept(v -> awaitAndComplete(lambdas, x, v));
                }
                for (int i = 0; i < 8; i++) {
                    assertThat(calls.get(i).get(30, TimeUnit.SECONDS)).isEqualTo((long) i * i);
                    assertThat(lambdas.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
                }
            }
        }
    }

    /** Who only calls looks for results, too, but runs nothing that may last, and waits for no worker. */
    @Test
    void callerHandsResultsOverThatNoUserCodeFollows() throws Exception {
        CountDownLatch latch = Block.raise();
        EngineConfig small = EngineConfig.builder().workers(1).inboxCapacity(16).build();
        try (InOneJvm ranks = new InOneJvm(2, b -> b.functions(SQUARE).engine(small))) {
            MpiExecutor mpi = ranks.root();
            CompletableFuture<Void> onlyWorker = mpi.submit(Placement.HERE, Block::await);
            List<CompletableFuture<Thread>> followers = new ArrayList<>();
            try {
                List<CompletableFuture<Long>> plain = new ArrayList<>();
                callUntil(mpi, plain, () -> plain.size() > 100 && areDone(plain.subList(0, 100)));
                for (int i = 0; i < 100; i++) {
                    int x = i;
                    followers.add(mpi.call(OTHER, SQUARE, i, 0).thenApply(v -> mark(v, x)));
                }
                int before = plain.size();
                callUntil(mpi, plain, () -> plain.size() > before + 4_000);
                assertThat(followers)
                        .as("user code, with no worker free")
                        .noneMatch(Future::isDone);
            } finally {
                latch.countDown();
            }
            for (CompletableFuture<Thread> follower : followers) {
                assertThat(follower.get()).isNotSameAs(Thread.currentThread());
            }
            onlyWorker.get();
        }
    }

    /** Calls in bursts, and waits for no result. */
    private static void callUntil(
            MpiExecutor mpi, List<CompletableFuture<Long>> calls, BooleanSupplier isEnough)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!isEnough.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the calls have no results").isLessThan(end);
            for (int i = 0; i < 40; i++) {
                long x = calls.size();
                calls.add(mpi.call(OTHER, SQUARE, x, 0));
                calls.add(mpi.submit(OTHER, () -> x * x));
            }
            Thread.sleep(1);
        }
    }

    private static Thread mark(long square, int x) {
        assertThat(square).isEqualTo((long) x * x);
        return Thread.currentThread();
    }

    private static boolean areDone(List<? extends CompletableFuture<?>> all) {
        return all.stream().allMatch(CompletableFuture::isDone);
    }

    /** The first waits for the second, and so on; only the last waits for none. */
    private static <T> void awaitAndComplete(List<CompletableFuture<T>> all, int i, T value) {
        if (i + 1 < all.size()) {
            Engine.blocking(() -> all.get(i + 1).join());
        }
        all.get(i).complete(value);
    }

    private static volatile CountDownLatch second;

    @Test
    void taskMayWaitForAnotherOfTheSameFrame() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            for (int round = 0; round < 100; round++) {
                second = new CountDownLatch(1);
                CountDownLatch begin = Block.raise();
                CompletableFuture<Void> first =
                        ranks.root().submit(OTHER, () -> Engine.blocking(Block::await));
                CompletableFuture<Boolean> waits =
                        ranks.root()
                                .submit(
                                        OTHER,
                                        () ->
                                                Engine.blocking(
                                                        () -> second.await(30, TimeUnit.SECONDS)));
                CompletableFuture<Integer> counts =
                        ranks.root()
                                .submit(
                                        OTHER,
                                        () -> {
                                            second.countDown();
                                            return 1;
                                        });
                begin.countDown();
                assertThat(waits.get()).isTrue();
                assertThat(counts.get()).isEqualTo(1);
                first.get();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 1 << 14})
    void laneLosesNothing(int window) throws Exception {
        int n = 200_000;
        try (InOneJvm ranks = new InOneJvm(3, b -> b.functions(SQUARE, BROKEN).window(window))) {
            LongAdder sum = new LongAdder();
            LongAdder tags = new LongAdder();
            MpiLane lane =
                    ranks.root()
                            .lane(
                                    Placement.ROUND_ROBIN,
                                    SQUARE,
                                    Math.min(window, 100),
                                    (tag, value) -> {
                                        tags.add(tag);
                                        sum.add(value);
                                    });
            long expected = 0;
            int count = window == 1 ? n / 10 : n;
            for (int i = 0; i < count; i++) {
                lane.submit(i, i, 3);
                expected += (long) i * i + 3;
            }
            lane.await();
            assertThat(sum.sum()).isEqualTo(expected);
            assertThat(tags.sum()).isEqualTo((long) count * (count - 1) / 2);
        }
    }

    @Test
    void forksAreStolenByTheOtherRank() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            long stolen = 0;
            do {
                assertThat(ranks.root().forkJoin(FIBONACCI, 27)).isEqualTo(196418);
                stolen = ranks.ranks.get(1).engine().stats().tasks();
            } while (stolen < 3);
            MpiStats thief = ranks.ranks.get(1).stats();
            assertThat(thief.taken()).isPositive();
            assertThat(thief.asked()).isPositive();
            assertThat(ranks.root().stats().given()).isGreaterThanOrEqualTo(thief.taken());
        }
    }

    @Test
    void rangeIsSummedUp() throws Exception {
        MpiFunction.Forks odd = MpiFunction.range("odd", i -> i & 1);
        try (InOneJvm ranks = new InOneJvm(2, b -> b.functions(odd))) {
            assertThat(ranks.root().sum(odd, 0, 1_000_001)).isEqualTo(500_000);
            assertThat(ranks.root().sum(odd, 5, 5)).isZero();
        }
    }

    @Test
    void idleRankFetchesTasksPlacedBySteal() throws Exception {
        CountDownLatch block = new CountDownLatch(1);
        MpiFunction.Longs stop =
                MpiFunction.longs(
                        "stop",
                        (a, b) -> {
                            try {
                                block.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return 0;
                        });
        try (InOneJvm ranks = new InOneJvm(2, b -> b.functions(SQUARE, stop))) {
            CompletableFuture<Long> stopped = ranks.root().call(Placement.HERE, stop, 0, 0);
            CompletableFuture<Long> fetched = ranks.root().call(Placement.STEAL, SQUARE, 3, 0);
            try {
                assertThat(fetched.get(30, TimeUnit.SECONDS)).isEqualTo(9);
            } finally {
                block.countDown();
            }
            assertThat(stopped.get()).isZero();
        }
    }

    /** As if the ranks had not been compared at the start. */
    @Test
    void unknownFunctionFailsItsCallsOnly() throws Exception {
        AtomicInteger next = new AtomicInteger();
        try (InOneJvm ranks =
                new InOneJvm(
                        2,
                        b -> {
                            b.functions(SQUARE);
                            if (next.getAndIncrement() == 0) {
                                b.functions(BROKEN, REVERSE);
                            }
                        })) {
            MpiExecutor mpi = ranks.root();
            CompletableFuture<Long> number = mpi.call(OTHER, BROKEN, 7, 0);
            CompletableFuture<byte[]> bytes = mpi.call(OTHER, REVERSE, new byte[3]);
            List<Throwable> ofTheLane = new CopyOnWriteArrayList<>();
            MpiLane lane = mpi.lane(OTHER, BROKEN, 4, new LaneFailures(ofTheLane));
            for (int i = 0; i < 4; i++) {
                lane.submit(i, i, 0);
            }
            lane.await();
            assertThatThrownBy(number::get)
                    .hasRootCauseMessage(
                            "there is no function with the number 2 for such arguments here: give"
                                    + " the same functions to MpiExecutor.start on all ranks");
            assertThatThrownBy(bytes::get).hasMessageContaining("no function with the number 3");
            assertThat(ofTheLane)
                    .hasSize(4)
                    .allSatisfy(
                            error ->
                                    assertThat(error)
                                            .hasMessageContaining("no function with the number 2"));
            assertThat(mpi.call(OTHER, SQUARE, 7, 0).join()).isEqualTo(49);
        }
    }

    @Test
    void strangersAreNamed() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            MpiFunction.Longs stranger = MpiFunction.longs("stranger", (a, b) -> 0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ranks.root().call(stranger, 0, 0))
                    .withMessageContaining("stranger was not given")
                    .withMessageContaining("square");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ranks.root().call(Placement.rank(2), SQUARE, 0, 0))
                    .withMessageContaining("there is no rank 2: ranks are 0 to 1");
        }
    }
}
