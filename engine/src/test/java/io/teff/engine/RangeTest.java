// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.engine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTest {
    /** Some nanoseconds of work, so that loops leave the caller's thread and are split. */
    private static void burn(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    // Each index once

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 2000", "2, 0", "2, 2000", "3, 20000"})
    void forEachMeetsEachIndexOnce(int workers, int nanos) {
        try (Engine engine = engine(workers)) {
            for (int n : new int[] {0, 1, 2, 3, 17, 1000, nanos == 0 ? 300_000 : 5000}) {
                AtomicIntegerArray counts = new AtomicIntegerArray(n);
                engine.range(0, n)
                        .forEach(
                                i -> {
                                    counts.incrementAndGet(i);
                                    if (nanos > 0) {
                                        burn(nanos);
                                    }
                                });
                assertOnceEach(counts);

                AtomicIntegerArray longs = new AtomicIntegerArray(n);
                engine.range(-5L, n - 5L)
                        .forEach(
                                i -> {
                                    longs.incrementAndGet((int) (i + 5));
                                    if (nanos > 0) {
                                        burn(nanos);
                                    }
                                });
                assertOnceEach(longs);
            }
        }
    }

    @Test
    void forEachMeetsEachIndexOnceWhenBodiesAreSkewed() {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int n = 20_000;
        int[] nanos = random.ints(n, 0, 100).map(x -> x == 0 ? 100_000 : x).toArray();
        try (Engine engine = engine(3)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(n);
            engine.range(0, n)
                    .forEach(
                            i -> {
                                counts.incrementAndGet(i);
                                burn(nanos[i]);
                            });
            assertOnceEach(counts);
        }
    }

    @Test
    void plainWritesOfBodiesAreSeenAfterTheLoop() {
        try (Engine engine = engine(3)) {
            for (int run = 0; run < 20; run++) {
                int[] values = new int[100_000];
                int add = run;
                engine.range(0, values.length).forEach(i -> values[i] = i + add);
                for (int i = 0; i < values.length; i++) {
                    assertThat(values[i]).isEqualTo(i + run);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void loopIsSharedAmongWorkers(boolean inside) throws Exception {
        try (Engine engine = engine(2)) {
            AtomicIntegerArray byWorker = new AtomicIntegerArray(300);
            Runnable loop =
                    () ->
                            engine.range(0, 2000)
                                    .forEach(
                                            i -> {
                                                Worker worker = Worker.currentOrNull();
                                                if (worker != null) {
                                                    byWorker.set(worker.index, 1);
                                                }
                                                burn(10_000);
                                            });
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (byWorker.get(0) + byWorker.get(1) < 2 && System.nanoTime() < deadline) {
                if (inside) {
                    engine.submit(loop).get();
                } else {
                    loop.run();
                }
                awaitRest(engine); // so that the next one finds them asleep
            }
            assertThat(byWorker.get(0) + byWorker.get(1))
                    .as("workers that met indices")
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slowBodyThatWasQuickInFewLoopsIsShared(boolean inside) throws Exception {
        int n = 64;
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        IntConsumer body =
                i -> {
                    threads.add(Thread.currentThread());
                    burn(2_000_000);
                };
        LoopKernels.INT_EACH.get(body.getClass()).block = n; // as after loops over next to nothing
        try (Engine engine = engine(2)) {
            Runnable loop = () -> engine.range(0, n).forEach(body);
            if (inside) {
                engine.submit(loop).get();
            } else {
                loop.run();
            }
            assertThat(threads).hasSizeGreaterThan(1);
        }
    }

    // Sums, maps, reductions

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void sumsAreThoseOfAPlainLoop(int workers) {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        try (Engine engine = engine(workers)) {
            for (int n : new int[] {0, 1, 7, 8, 9, 1000, 1_000_000}) {
                long[] longs = random.longs(n).toArray();
                double[] whole = random.doubles(n).map(x -> Math.rint(x * 1000)).toArray();
                long longSum = 0;
                double doubleSum = 0;
                for (int i = 0; i < n; i++) {
                    longSum += longs[i];
                    doubleSum += whole[i]; // whole numbers: exact in any order
                }
                assertThat(engine.range(0, n).sumLong(i -> longs[i])).isEqualTo(longSum);
                assertThat(engine.range(0L, n).sumLong(i -> longs[(int) i])).isEqualTo(longSum);
                assertThat(engine.range(0, n).sum(i -> whole[i])).isEqualTo(doubleSum);
                assertThat(engine.range(0L, n).sum(i -> whole[(int) i])).isEqualTo(doubleSum);
            }
        }
    }

    @Test
    void sumOfFractionsIsCloseToThatOfAPlainLoop() {
        try (Engine engine = engine(2)) {
            double harmonic = engine.range(1, 1_000_001).sum(i -> 1.0 / i);
            assertThat(harmonic).isBetween(14.392726722865 - 1e-9, 14.392726722865 + 1e-9);
        }
    }

    @Test
    void mapKeepsTheOrder() {
        try (Engine engine = engine(3)) {
            for (int n : new int[] {0, 1, 1000, 500_000}) {
                double[] squares = engine.range(-3, n - 3).map(i -> (double) i * i);
                assertThat(squares).hasSize(n);
                for (int i = 0; i < n; i++) {
                    assertThat(squares[i]).isEqualTo((double) (i - 3) * (i - 3));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void reductionKeepsTheOrder(int workers) {
        try (Engine engine = engine(workers)) {
            for (int n : new int[] {0, 1, 2, 300, 3000}) {
                StringBuilder expected = new StringBuilder();
                for (int i = 0; i < n; i++) {
                    expected.append(i).append(',');
                }
                assertThat(
                                engine.range(0, n)
                                        .reduce(
                                                "",
                                                i -> {
                                                    burn(1000);
                                                    return i + ",";
                                                },
                                                String::concat))
                        .isEqualTo(expected.toString());
                assertThat(engine.range(0L, n).reduce("", i -> i + ",", String::concat))
                        .isEqualTo(expected.toString());
            }
        }
    }

    // Bounds

    @Test
    void emptyRangesRunNothing() {
        try (Engine engine = engine(1)) {
            IntConsumer never =
                    i -> {
                        throw new AssertionError("index " + i);
                    };
            engine.range(5, 5).forEach(never);
            engine.range(Integer.MIN_VALUE, Integer.MIN_VALUE).forEach(never);
            engine.range(Integer.MAX_VALUE, Integer.MAX_VALUE).forEach(never);
            engine.range(Long.MAX_VALUE, Long.MAX_VALUE).forEach(i -> never.accept(0));
            assertThat(engine.range(5, 5).sum(i -> 1)).isZero();
            assertThat(engine.range(5, 5).sumLong(i -> 1)).isZero();
            assertThat(engine.range(5, 5).map(i -> 1)).isEmpty();
            assertThat(engine.range(5, 5).reduce("none", i -> "one", String::concat))
                    .isEqualTo("none");
        }
    }

    @Test
    void rangesReachTheEndsOfTheirTypes() {
        try (Engine engine = engine(2)) {
            List<Integer> ints = new ArrayList<>();
            engine.range(Integer.MAX_VALUE - 3, Integer.MAX_VALUE).forEach(ints::add);
            engine.range(Integer.MIN_VALUE, Integer.MIN_VALUE + 2).forEach(ints::add);
            assertThat(ints)
                    .containsExactly(
                            Integer.MAX_VALUE - 3,
                            Integer.MAX_VALUE - 2,
                            Integer.MAX_VALUE - 1,
                            Integer.MIN_VALUE,
                            Integer.MIN_VALUE + 1);
            for (int n : new int[] {1, 20, 100_000}) {
                assertThat(
                                engine.range(Integer.MAX_VALUE - n, Integer.MAX_VALUE)
                                        .sum(i -> Integer.MAX_VALUE - (double) i))
                        .isEqualTo(n * (n + 1.0) / 2);
                assertThat(
                                engine.range(Long.MAX_VALUE - n, Long.MAX_VALUE)
                                        .sumLong(i -> Long.MAX_VALUE - i))
                        .isEqualTo(n * (n + 1L) / 2);
                assertThat(
                                engine.range(Long.MAX_VALUE - n, Long.MAX_VALUE)
                                        .sum(i -> (double) (Long.MAX_VALUE - i)))
                        .isEqualTo(n * (n + 1.0) / 2);
                assertThat(
                                engine.range(Long.MIN_VALUE, Long.MIN_VALUE + n)
                                        .sumLong(i -> i - Long.MIN_VALUE))
                        .isEqualTo(n * (n - 1L) / 2);
            }
        }
    }

    @Test
    void wholeRangeOfIntIsCounted() {
        try (Engine engine = engine(2)) {
            assertThat(engine.range(Integer.MIN_VALUE, Integer.MAX_VALUE).sumLong(i -> 1))
                    .isEqualTo((1L << 32) - 1);
        }
    }

    @Test
    void longRangesGoBeyondInt() {
        try (Engine engine = engine(2)) {
            long lo = (1L << 31) - 1000;
            long hi = (1L << 31) + 1_000_000;
            AtomicLong outside = new AtomicLong();
            long sum =
                    engine.range(lo, hi)
                            .sumLong(
                                    i -> {
                                        if (i < lo || i >= hi) {
                                            outside.incrementAndGet();
                                        }
                                        return i;
                                    });
            assertThat(sum).isEqualTo((lo + hi - 1) * (hi - lo) / 2);
            assertThat(outside.get()).isZero();
        }
    }

    @Test
    void badRangesAreNamed() {
        try (Engine engine = engine(1)) {
            assertThatThrownBy(() -> engine.range(3, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("range from 3 to 2: lo is above hi");
            assertThatThrownBy(() -> engine.range(3L, 2L))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("range from 3 to 2: lo is above hi");
            assertThatThrownBy(() -> engine.range(Long.MIN_VALUE, Long.MAX_VALUE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("more than 2^63 - 1 numbers");
            assertThatThrownBy(() -> engine.range(0, 5).forEach(null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> engine.range(0, 0).reduce("", null, String::concat))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> engine.range(0, 0).reduce("", i -> "", null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> engine.range(Integer.MIN_VALUE, Integer.MAX_VALUE).map(i -> 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-2147483648 to 2147483647");
        }
    }

    // Exceptions

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4999, 9999})
    void exceptionOfABodyComesOutOfTheLoop(int bad) {
        try (Engine engine = engine(2)) {
            IllegalStateException error = new IllegalStateException("index " + bad);
            AtomicInteger running = new AtomicInteger();
            IntConsumer body =
                    i -> {
                        running.incrementAndGet();
                        try {
                            burn(1000);
                            if (i == bad) {
                                throw error;
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    };
            for (int run = 0; run < 5; run++) {
                assertThatThrownBy(() -> engine.range(0, 10_000).forEach(body)).isSameAs(error);
                assertThat(running.get()).as("bodies that run after the loop").isZero();
            }
            assertThatThrownBy(
                            () ->
                                    engine.range(0, 10_000)
                                            .reduce(
                                                    "",
                                                    i -> {
                                                        body.accept(i);
                                                        return "";
                                                    },
                                                    String::concat))
                    .isSameAs(error);
            assertThat(engine.range(0, 1000).sumLong(i -> i)).isEqualTo(499500);
        }
    }

    /** A loop whose body failed at once went on for minutes on another worker, over its far half. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exceptionEndsTheLoopOnEveryWorker(boolean reduction) {
        try (Engine engine = engine(2)) {
            AtomicInteger met = new AtomicInteger();
            int n = 1_000_000;
            IntConsumer body =
                    i -> {
                        met.incrementAndGet();
                        burn(5000);
                        if (i == 500) {
                            throw new IllegalStateException("stop");
                        }
                    };
            assertThatThrownBy(
                            () -> {
                                if (reduction) {
                                    engine.range(0, n)
                                            .reduce(
                                                    0,
                                                    i -> {
                                                        body.accept(i);
                                                        return i;
                                                    },
                                                    Math::max);
                                } else {
                                    engine.range(0, n).forEach(body);
                                }
                            })
                    .hasMessage("stop");
            assertThat(met.get()).as("indices met").isBetween(501, n * 2 / 5);
        }
    }

    // Where loops are called

    @Test
    void loopsNestInBodies() {
        try (Engine engine = engine(2)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(40 * 50 * 60);
            engine.range(0, 40)
                    .forEach(
                            i ->
                                    engine.range(0, 50)
                                            .forEach(
                                                    j ->
                                                            engine.range(0, 60)
                                                                    .forEach(
                                                                            k ->
                                                                                    counts
                                                                                            .incrementAndGet(
                                                                                                    (i
                                                                                                                                    * 50
                                                                                                                            + j)
                                                                                                                    * 60
                                                                                                            + k))));
            assertOnceEach(counts);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void loopsRunInsideTasks(int workers) throws Exception {
        try (Engine engine = engine(workers)) {
            assertThat(engine.submit(() -> engine.range(0, 100_000).sumLong(i -> i)).get())
                    .isEqualTo(4999950000L);
            LongTask forked =
                    new LongTask() {
                        @Override
                        protected long compute(Worker w, long depth) {
                            if (depth == 0) {
                                return engine.range(0, 1000).sumLong(i -> i);
                            }
                            int right = fork(w, depth - 1);
                            return compute(w, depth - 1) + join(w, right);
                        }
                    };
            assertThat(engine.invoke(forked, 6)).isEqualTo(64 * 499500L);
            assertThatThrownBy(
                            () ->
                                    engine.submit(
                                                    () ->
                                                            engine.range(0, 10)
                                                                    .forEach(
                                                                            i -> {
                                                                                throw new IllegalStateException(
                                                                                        "body");
                                                                            }))
                                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void loopsOfSeveralCallersAtATime() throws Exception {
        try (Engine engine = engine(2)) {
            AtomicInteger right = new AtomicInteger();
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                callers.add(
                        new Thread(
                                () -> {
                                    for (int run = 0; run < 50; run++) {
                                        if (engine.range(0, 50_000).sumLong(i -> i)
                                                == 1249975000L) {
                                            right.incrementAndGet();
                                        }
                                    }
                                }));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(right.get()).isEqualTo(200);
        }
    }

    @Test
    void twoEnginesLoopInEachOther() {
        try (Engine one = engine(2);
                Engine two = engine(2)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(200 * 300);
            one.range(0, 200)
                    .forEach(
                            i ->
                                    two.range(0, 300)
                                            .forEach(j -> counts.incrementAndGet(i * 300 + j)));
            assertOnceEach(counts);
        }
    }

    @Test
    void manyClassesOfBodiesKeepApart() {
        try (Engine engine = engine(2)) {
            int n = 10_000;
            List<IntToLongFunction> bodies =
                    List.of(
                            i -> i,
                            i -> 2L * i,
                            i -> 3L * i,
                            i -> 4L * i,
                            i -> 5L * i,
                            i -> 6L * i,
                            i -> 7L * i,
                            i -> 8L * i,
                            i -> 9L * i,
                            i -> 10L * i,
                            i -> 11L * i,
                            new IntToLongFunction() {
                                @Override
                                public long applyAsLong(int i) {
                                    return 12L * i;
                                }
                            });
            for (int run = 0; run < 20; run++) {
                for (int factor = 1; factor <= bodies.size(); factor++) {
                    assertThat(engine.range(0, n).sumLong(bodies.get(factor - 1)))
                            .isEqualTo(factor * (n * (n - 1L) / 2));
                }
            }
        }
    }

    @Test
    void afterShutdownLoopsAreRejected() {
        Engine engine = engine(1);
        engine.close();
        assertThatThrownBy(() -> engine.range(0, 10).forEach(i -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> engine.range(0, 10).sum(i -> i))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> engine.range(0, 10).map(i -> i))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> engine.range(0L, 10).sumLong(i -> i))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> engine.range(0L, 10).reduce("", i -> "", String::concat))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> engine.tiles(4, 4, 2).forEach((x0, y0, x1, y1) -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
