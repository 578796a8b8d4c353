// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertWhole;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fork and join with LongTask: results, thefts, exceptions, mistakes of the caller. */
class LongTaskTest {
    // Results

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void computesFibonacci(int workers) {
        try (Engine engine = engine(workers)) {
            long a = 0;
            long b = 1;
            for (int n = 0; n < 25; n++) {
                assertThat(engine.invoke(FIB, n)).as("fib(%s)", n).isEqualTo(a);
                long sum = a + b;
                a = b;
                b = sum;
            }
        }
    }

    private static final LongPairTask SUM_OF_ARRAY =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long lo, long hi, Object ref) {
                    if (hi - lo == 1) {
                        return ((long[]) ref)[(int) lo];
                    }
                    long middle = lo + hi >>> 1;
                    int right = fork(w, middle, hi, ref);
                    long left = compute(w, lo, middle, ref);
                    return left + join(w, right);
                }
            };

    @Test
    void pairsCarryAReference() {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        try (Engine engine = engine(2)) {
            for (int n = 1; n < 3000; n = n * 3 + 1) {
                long[] numbers = random.longs(n).toArray();
                long expected = 0;
                for (long number : numbers) {
                    expected += number;
                }
                assertThat(engine.invoke(SUM_OF_ARRAY, 0, n, numbers)).isEqualTo(expected);
            }
        }
    }

    private static final LongPairTask PRODUCT_OF_RANGE =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long lo, long hi, Object none) {
                    if (hi - lo == 1) {
                        return lo;
                    }
                    int right = fork(w, lo + hi >>> 1, hi, none);
                    return compute(w, lo, lo + hi >>> 1, none) * join(w, right);
                }
            };

    @Test
    void pairsNeedNoReference() {
        try (Engine engine = engine(2)) {
            assertThat(engine.invoke(PRODUCT_OF_RANGE, 1, 21)).isEqualTo(2432902008176640000L);
        }
    }

    private static final LongTask TERNARY =
            new LongTask() {
                @Override
                protected long compute(Worker w, long depth) {
                    if (depth == 0) {
                        return 1;
                    }
                    int one = fork(w, depth - 1);
                    int two = fork(w, depth - 1);
                    long sum = compute(w, depth - 1);
                    sum += join(w, two);
                    return sum + join(w, one);
                }
            };

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void twoForksAreJoinedInReverseOrder(int workers) {
        try (Engine engine = engine(workers)) {
            for (int i = 0; i < 20; i++) {
                assertThat(engine.invoke(TERNARY, 9)).isEqualTo(19683);
            }
        }
    }

    /** Hofstadter's female and male sequences, which call each other. */
    private static final class Hofstadter extends LongTask {
        static final Hofstadter FEMALE = new Hofstadter(true);
        static final Hofstadter MALE = new Hofstadter(false);

        private final boolean female;

        Hofstadter(boolean female) {
            this.female = female;
        }

        private Hofstadter other() {
            return female ? MALE : FEMALE;
        }

        @Override
        protected long compute(Worker w, long n) {
            if (n == 0) {
                return female ? 1 : 0;
            }
            int inner = fork(w, n - 1); // F(n) = n - M(F(n - 1)), M(n) = n - F(M(n - 1))
            long i = join(w, inner);
            int outer = other().fork(w, i);
            return n - other().join(w, outer);
        }
    }

    @Test
    void tasksMayForkEachOther() {
        int[] female = {1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 8, 8, 9, 9, 10, 11, 11, 12, 13};
        int[] male = {0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 7, 8, 9, 9, 10, 11, 11, 12, 12};
        try (Engine engine = engine(2)) {
            for (int n = 0; n < female.length; n++) {
                assertThat(engine.invoke(Hofstadter.FEMALE, n)).as("F(%s)", n).isEqualTo(female[n]);
                assertThat(engine.invoke(Hofstadter.MALE, n)).as("M(%s)", n).isEqualTo(male[n]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void resultsAreExactAmongThieves(int workers) {
        try (Engine engine = engine(workers)) {
            for (int i = 0; i < 300; i++) {
                assertThat(engine.invoke(FIB, 18)).as("run %s", i).isEqualTo(2584);
            }
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (engine.stats().steals() < 10 && System.nanoTime() < deadline) {
                assertThat(engine.invoke(FIB, 31)).isEqualTo(1346269); // some 10 ms
            }
            assertThat(engine.stats().steals()).isGreaterThanOrEqualTo(10);
            assertWhole(engine);
        }
    }

    @Test
    void stolenForkGivesItsResultToTheJoin() {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Worker> thief = new AtomicReference<>();
            LambdaTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                thief.set(w);
                                begun.countDown();
                                return a * 2;
                            });
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, a);
                                letOneBeStolen(w, begun);
                                long result = child.join(w, forked);
                                assertThat(thief.get()).isNotSameAs(w);
                                return result + 1;
                            });
            assertThat(engine.invoke(parent, 20)).isEqualTo(41);
            assertWhole(engine);
        }
    }

    @Test
    void invokeInsideATaskRunsOnTheSameWorker() throws Exception {
        try (Engine engine = engine(1)) {
            assertThat(engine.submit(() -> engine.invoke(FIB, 20)).get()).isEqualTo(6765);
            LambdaTask outer =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = FIB.fork(w, 10);
                                long inner = engine.invoke(FIB, 11);
                                return inner * 1000 + FIB.join(w, forked);
                            });
            assertThat(engine.invoke(outer, 0)).isEqualTo(89055);
        }
    }

    @Test
    void manyCallersFromOutsideGetTheirOwnResults() throws Exception {
        try (Engine engine = engine(2)) {
            AtomicInteger right = new AtomicInteger();
            Thread[] callers = new Thread[4];
            for (int c = 0; c < callers.length; c++) {
                int n = 10 + c;
                long expected = new long[] {55, 89, 144, 233}[c];
                callers[c] =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < 200; i++) {
                                        if (engine.invoke(FIB, n) == expected) {
                                            right.incrementAndGet();
                                        }
                                    }
                                });
                callers[c].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(right.get()).isEqualTo(800);
        }
    }

    @Test
    void interruptedCallerStillGetsTheResultAndKeepsTheInterrupt() {
        try (Engine engine = engine(1)) {
            Thread.currentThread().interrupt();
            long result = engine.invoke(FIB, 20);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result).isEqualTo(6765);
        }
    }

    // Exceptions

    private static final Throwable[] THROWN = {
        new IllegalArgumentException("unchecked"),
        new IOException("checked, and thrown all the same"),
        new AssertionError("an Error"),
        new OutOfMemoryError("so they say"),
    };

    private static LambdaTask throwing(Throwable error, CountDownLatch begun) {
        return new LambdaTask(
                (self, w, a) -> {
                    begun.countDown();
                    throw Errors.sneak(error);
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void joinThrowsJustWhatItsForkThrew(boolean stolen) {
        try (Engine engine = engine(2)) {
            for (Throwable error : THROWN) {
                CountDownLatch begun = new CountDownLatch(1);
                LambdaTask child = throwing(error, begun);
                LambdaTask parent =
                        new LambdaTask(
                                (self, w, a) -> {
                                    int forked = child.fork(w, 0);
                                    if (stolen) {
                                        letOneBeStolen(w, begun);
                                    }
                                    return child.join(w, forked);
                                });
                assertThatThrownBy(() -> engine.invoke(parent, 0)).isSameAs(error);
                assertThat(error.getSuppressed()).isEmpty();
                assertWhole(engine);
            }
        }
    }

    @Test
    void exceptionBetweenForkAndJoinDropsWhatNobodyHasBegun() {
        try (Engine engine = engine(1)) {
            AtomicInteger ran = new AtomicInteger();
            LambdaTask child = new LambdaTask((self, w, a) -> ran.incrementAndGet());
            IllegalStateException error = new IllegalStateException("between");
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                for (int i = 0; i < 300; i++) {
                                    child.fork(w, i);
                                }
                                throw error;
                            });
            assertThatThrownBy(() -> engine.invoke(parent, 0)).isSameAs(error);
            assertWhole(engine);
            assertThat(ran.get()).isZero();
        }
    }

    @Test
    void exceptionBetweenForkAndJoinWaitsForWhatWasStolen() {
        try (Engine engine = engine(2)) {
            for (int i = 0; i < 50; i++) {
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch thrown = new CountDownLatch(1);
                AtomicInteger ended = new AtomicInteger();
                LambdaTask child =
                        new LambdaTask(
                                (self, w, a) -> {
                                    begun.countDown();
                                    pass(thrown);
                                    LongTask nested = FIB;
                                    engine.invoke(nested, 10);
                                    return ended.incrementAndGet();
                                });
                IllegalStateException error = new IllegalStateException("between");
                LambdaTask parent =
                        new LambdaTask(
                                (self, w, a) -> {
                                    child.fork(w, 0);
                                    letOneBeStolen(w, begun);
                                    thrown.countDown();
                                    throw error;
                                });
                assertThatThrownBy(() -> engine.invoke(parent, 0)).isSameAs(error);
                assertThat(ended.get()).as("stolen forks ended when invoke throws").isEqualTo(1);
                assertWhole(engine);
            }
        }
    }

    @Test
    void stolenForkThatFailsTooIsSuppressed() {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            IllegalStateException first = new IllegalStateException("parent");
            IllegalStateException second = new IllegalStateException("child");
            LambdaTask child = throwing(second, begun);
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                child.fork(w, 0);
                                letOneBeStolen(w, begun);
                                throw first;
                            });
            assertThatThrownBy(() -> engine.invoke(parent, 0)).isSameAs(first);
            assertThat(first.getSuppressed()).containsExactly(second);
            assertWhole(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exceptionCaughtInsideLeavesOlderForksJoinable(boolean stolen) {
        try (Engine engine = engine(stolen ? 2 : 1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger dropped = new AtomicInteger();
            LambdaTask leaf =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return a;
                            });
            LambdaTask never = new LambdaTask((self, w, a) -> dropped.incrementAndGet());
            LambdaTask failing =
                    new LambdaTask(
                            (self, w, a) -> {
                                never.fork(w, 0);
                                never.fork(w, 0);
                                throw new IllegalStateException("inner");
                            });
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int older = leaf.fork(w, 40);
                                if (stolen) {
                                    letOneBeStolen(w, begun);
                                }
                                long two = 0;
                                try {
                                    failing.compute(w, 0);
                                } catch (IllegalStateException expected) {
                                    two = 2;
                                }
                                return leaf.join(w, older) + two;
                            });
            assertThat(engine.invoke(parent, 0)).isEqualTo(42);
            assertWhole(engine);
            assertThat(dropped.get())
                    .as("forks that the exception passed, and that ran all the same")
                    .isBetween(0, stolen ? 2 : 0);
        }
    }

    /** Forks fail at random in a big tree, on several workers: the engine is whole after each. */
    @Test
    void failuresAmongThievesLeaveTheEngineWhole() {
        long seed = EngineFixture.seed(this);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger active = new AtomicInteger();
        LongPairTask tree =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long n, long bad, Object none) {
                        active.incrementAndGet();
                        try {
                            if (n == bad) {
                                throw new IllegalStateException("node " + n);
                            }
                            if (n >= 1 << 10) {
                                return 1;
                            }
                            int right = fork(w, 2 * n + 1, bad, none);
                            long left = compute(w, 2 * n, bad, none);
                            return 1 + left + join(w, right);
                        } finally {
                            active.decrementAndGet();
                        }
                    }
                };
        try (Engine engine = engine(3)) {
            for (int i = 0; i < 500; i++) {
                int bad = 1 + random.nextInt(1 << 12);
                if (bad >= 1 << 11) {
                    assertThat(engine.invoke(tree, 1, bad)).isEqualTo((1 << 11) - 1);
                } else {
                    assertThatThrownBy(() -> engine.invoke(tree, 1, bad))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("node " + bad);
                }
                assertThat(active.get()).as("nodes running after run %s", i).isZero();
            }
            assertWhole(engine);
        }
    }

    // Mistakes of the caller

    private static void assertMistake(Engine engine, LambdaTask.Body body, String message) {
        assertThatThrownBy(() -> engine.invoke(new LambdaTask(body), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message);
        assertWhole(engine);
    }

    @Test
    void joinWithoutForkSaysSo() {
        try (Engine engine = engine(1)) {
            assertMistake(
                    engine,
                    (self, w, a) -> self.join(w, 0),
                    "join without fork: token 0 is not among the 0 open forks of worker 0");
            assertMistake(engine, (self, w, a) -> self.join(w, -1), "join without fork: token -1");
            assertMistake(
                    engine, (self, w, a) -> self.join(w, Integer.MAX_VALUE), "join without fork");
        }
    }

    @Test
    void joinTwiceSaysSo() {
        try (Engine engine = engine(1)) {
            assertMistake(
                    engine,
                    (self, w, a) -> {
                        int forked = FIB.fork(w, 3);
                        FIB.join(w, forked);
                        return FIB.join(w, forked);
                    },
                    "each fork is joined once");
        }
    }

    /** The older join drops the newer fork, as after an exception; its own join then fails. */
    @Test
    void joinOutOfOrderSaysSo() {
        try (Engine engine = engine(1)) {
            assertMistake(
                    engine,
                    (self, w, a) -> {
                        int older = FIB.fork(w, 3);
                        int newer = FIB.fork(w, 4);
                        return FIB.join(w, older) + FIB.join(w, newer);
                    },
                    "join without fork: token 1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forksNeverJoinedAreCountedAndStopped(boolean stolen) {
        try (Engine engine = engine(stolen ? 2 : 1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger ended = new AtomicInteger();
            LambdaTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                engine.invoke(FIB, 12);
                                return ended.incrementAndGet();
                            });
            assertThatThrownBy(
                            () ->
                                    engine.invoke(
                                            new LambdaTask(
                                                    (self, w, a) -> {
                                                        child.fork(w, 0);
                                                        if (stolen) {
                                                            letOneBeStolen(w, begun);
                                                        }
                                                        return 0;
                                                    }),
                                            0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "1 forks were never joined: join each fork in the compute that made it");
            assertThat(ended.get()).isEqualTo(stolen ? 1 : 0);
            assertWhole(engine);
        }
    }

    @Test
    void forkOutsideTheEngineSaysWhereToStart() {
        assertThatThrownBy(() -> FIB.fork(null, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("fork on thread " + Thread.currentThread().getName())
                .hasMessageContaining("Engine.invoke");
        assertThatThrownBy(() -> FIB.join(null, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("join on thread");
        assertThatThrownBy(Worker::current)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Worker.current() on thread")
                .hasMessageContaining("which is no worker");
    }

    @Test
    void workerOfAnotherThreadIsRefusedWhereAssertionsAreOn() {
        try (Engine engine = engine(1)) {
            AtomicReference<Worker> leaked = new AtomicReference<>();
            engine.invoke(
                    new LambdaTask(
                            (self, w, a) -> {
                                leaked.set(w);
                                assertThat(Worker.current()).isSameAs(w);
                                return 0;
                            }),
                    0);
            assertThatThrownBy(() -> FIB.fork(leaked.get(), 3))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("a Worker serves its own thread only");
            assertWhole(engine);
        }
    }

    @Test
    void nullTaskIsRefused() {
        try (Engine engine = engine(1)) {
            assertThatThrownBy(() -> engine.invoke((LongTask) null, 1))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("task");
            assertWhole(engine);
        }
    }

    @Test
    void tooManyOpenForksNameTheOption() {
        try (Engine engine = Engine.start(config(2).maxForks(1000).build())) {
            AtomicInteger forked = new AtomicInteger();
            assertMistake(
                    engine,
                    (self, w, a) -> {
                        for (; ; ) {
                            FIB.fork(w, 1);
                            forked.incrementAndGet();
                        }
                    },
                    "more than 1000 forks are open on one worker: join before forking on, or raise"
                            + " EngineConfig.maxForks");
            assertThat(forked.get()).isEqualTo(1000);
        }
    }
}
