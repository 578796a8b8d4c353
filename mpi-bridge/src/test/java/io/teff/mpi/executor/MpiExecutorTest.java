// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.teff.engine.Engine;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import io.teff.remote.NotTransferable;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteFailure;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in one process: calls, placement, lanes, forks that travel, losses, the end. */
@Timeout(60)
class MpiExecutorTest {
    private static final Placement OTHER = Placement.rank(1);
    private static final MpiFunction.Longs SQUARE =
            MpiFunction.longs("square", (a, b) -> a * a + b);
    private static final MpiFunction.Longs BROKEN =
            MpiFunction.longs(
                    "broken",
                    (a, b) -> {
                        throw new IllegalStateException("broken by " + a);
                    });
    private static final MpiFunction.Bytes REVERSE =
            MpiFunction.bytes(
                    "reverse",
                    bytes -> {
                        byte[] reversed = new byte[bytes.length];
                        for (int i = 0; i < bytes.length; i++) {
                            reversed[i] = bytes[bytes.length - 1 - i];
                        }
                        return reversed;
                    });
    private static final LongTask FIB =
            new LongTask() {
                @Override
                protected long compute(Worker w, long n) {
                    if (n < 2) {
                        return n;
                    }
                    int right = fork(w, n - 1);
                    long left = compute(w, n - 2);
                    return left + join(w, right);
                }
            };
    private static final MpiFunction.Forks FIBONACCI = MpiFunction.forks("fib", FIB);

    private static InOneJvm ranks(int size) {
        return new InOneJvm(size, b -> b.functions(SQUARE, BROKEN, REVERSE, FIBONACCI));
    }

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

    @Test
    void lambdasTravel() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            String from = "rank 0";
            assertThat(ranks.root().submit(OTHER, () -> from + ", by " + workerName()).get())
                    .startsWith("rank 0, by rank1-worker-");
            assertThatThrownBy(
                            ranks.root()
                                            .submit(
                                                    OTHER,
                                                    (RemoteCallable<Void>)
                                                            () -> {
                                                                throw new java.io.IOException("no");
                                                            })
                                    ::get)
                    .hasCauseInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void whatCannotTravelIsRefusedBySubmitAndNamed() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            Thread culprit = new Thread("culprit");
            assertThatExceptionOfType(NotTransferable.class)
                    .isThrownBy(() -> ranks.root().submit(OTHER, () -> culprit.getName()))
                    .withMessageContaining("captured argument 0 of the lambda in")
                    .withMessageContaining("MpiExecutorTest: java.lang.Thread is not serializable");
            Callable<Integer> plain = () -> 1;
            assertThatExceptionOfType(NotTransferable.class)
                    .isThrownBy(() -> ranks.root().submit(plain))
                    .withMessageContaining("give it the type RemoteCallable or RemoteRunnable");
            assertThat(ranks.root().submit(OTHER, () -> "goes").get()).isEqualTo("goes");
        }
    }

    /** Results of one frame are handed over by one task, unless one of them keeps it. */
    @Test
    void whatFollowsAResultMayWaitForAnotherOfTheSameFrame() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            MpiExecutor mpi = ranks.root();
            for (int round = 0; round < 300; round++) {
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
                CountDownLatch begin = new CountDownLatch(1);
                block = begin;
                CompletableFuture<Void> first =
                        ranks.root()
                                .submit(OTHER, () -> Engine.blocking(MpiExecutorTest::awaitBlock));
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

    private static volatile CountDownLatch block;

    private static Void awaitBlock() throws InterruptedException {
        block.await();
        return null;
    }

    private static volatile Object onTheOtherRank;

    /** Ranks of one process have the same class path: what it lacks comes from another loader. */
    @Test
    void classThatARankHasNotFailsTheFuture(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("Job.java");
        Files.writeString(
                source,
                """
                package elsewhere;
                public class Job extends RuntimeException
                        implements io.teff.remote.RemoteCallable<Object> {
                    private static final long serialVersionUID = 1;
                    public Job() { super("of my own"); }
                    public Object call() { return "ran"; }
                    public static io.teff.remote.RemoteCallable<Object> lambda() {
                        return () -> "ran";
                    }
                }
                """);
        String classPath = System.getProperty("java.class.path");
        String[] options = {"-proc:none", "-cp", classPath, "-d", folder.toString()};
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(source.toString());
        assertThat(ToolProvider.getSystemJavaCompiler())
                .as("the compiler of a JDK")
                .isNotNull()
                .satisfies(
                        javac ->
                                assertThat(
                                                javac.run(
                                                        null,
                                                        null,
                                                        null,
                                                        arguments.toArray(new String[0])))
                                        .isZero());
        URL[] urls = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader());
                InOneJvm ranks = ranks(2)) {
            Class<?> job = loader.loadClass("elsewhere.Job");
            RemoteCallable<?> object = (RemoteCallable<?>) job.getConstructor().newInstance();
            RemoteCallable<?> lambda = (RemoteCallable<?>) job.getMethod("lambda").invoke(null);
            onTheOtherRank = object;
            RemoteCallable<Object> gives = () -> onTheOtherRank;
            Map<RemoteCallable<?>, String> bodies =
                    Map.of(object, "the task", lambda, "the task", gives, "the result");
            for (Map.Entry<RemoteCallable<?>, String> body : bodies.entrySet()) {
                CompletableFuture<?> future = ranks.root().submit(OTHER, body.getKey());
                assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(NotTransferable.class)
                        .hasMessageStartingWith(
                                body.getValue()
                                        + " needs a class that is not on the class path of process")
                        .hasMessageContaining(": elsewhere.Job; put its jar");
            }
            RemoteCallable<Object> throwing =
                    () -> {
                        throw (RuntimeException) onTheOtherRank;
                    };
            CompletableFuture<?> thrown = ranks.root().submit(OTHER, throwing);
            assertThatThrownBy(() -> thrown.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(RemoteFailure.class)
                    .hasMessage("elsewhere.Job: of my own");
            assertThat(ranks.root().submit(OTHER, () -> "goes").get()).isEqualTo("goes");
        } finally {
            onTheOtherRank = null;
        }
    }

    private static String workerName() {
        return Thread.currentThread().getName();
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
            MpiLane lane =
                    mpi.lane(
                            OTHER,
                            BROKEN,
                            4,
                            new LongResults() {
                                @Override
                                public void result(long tag, long value) {
                                    ofTheLane.add(new AssertionError("a value: " + value));
                                }

                                @Override
                                public void failed(long tag, Throwable error) {
                                    ofTheLane.add(error);
                                }
                            });
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
    private static final MpiFunction.Longs HOP = MpiFunction.longs("hop", MpiExecutorTest::hop);

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
        CountDownLatch begin = new CountDownLatch(1);
        block = begin;
        try (InOneJvm ranks = relays()) {
            MpiExecutor root = ranks.root();
            CompletableFuture<Void> running =
                    root.submit(OTHER, () -> Engine.blocking(MpiExecutorTest::awaitBlock));
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
