// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertWhole;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What LongTask computes: results of forks that stay, and of forks that are stolen. */
class LongTaskTest {
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

    private static final LongTask UNFORKED =
            new LongTask() {
                @Override
                protected long compute(Worker w, long n) {
                    if (n < 2) {
                        return n;
                    }
                    int forked = fork(w, n - 1);
                    long right = compute(w, n - 2);
                    return right + (unfork(w, forked) ? compute(w, n - 1) : join(w, forked));
                }
            };

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatIsTakenBackIsTheCallersToDo(int workers) {
        try (Engine engine = engine(workers)) {
            for (int i = 0; i < 300; i++) {
                assertThat(engine.invoke(UNFORKED, 18)).as("run %s", i).isEqualTo(2584);
            }
            assertThat(engine.invoke(UNFORKED, 31)).isEqualTo(1346269);
            assertWhole(engine);
        }
    }

    @Test
    void unforkLeavesTheWorkUndone() {
        try (Engine engine = engine(1)) {
            AtomicInteger runs = new AtomicInteger();
            LambdaTask child = new LambdaTask((self, w, a) -> runs.incrementAndGet());
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int older = child.fork(w, 1);
                                int newer = child.fork(w, 2);
                                boolean both = child.unfork(w, newer) && child.unfork(w, older);
                                return both ? 7 : 0;
                            });
            assertThat(engine.invoke(parent, 0)).isEqualTo(7);
            assertThat(runs).hasValue(0);
            assertWhole(engine);
        }
    }

    @Test
    void stolenForkIsNotTakenBack() {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            LambdaTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return a * 2;
                            });
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, a);
                                letOneBeStolen(w, begun);
                                assertThat(child.unfork(w, forked)).isFalse();
                                return child.join(w, forked) + 1;
                            });
            assertThat(engine.invoke(parent, 20)).isEqualTo(41);
            assertWhole(engine);
        }
    }

    @Test
    void publicForkIsTakenBackIfNobodyCame() {
        try (Engine engine = engine(1)) {
            LambdaTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = FIB.fork(w, 10);
                                w.shareAll();
                                return FIB.unfork(w, forked) ? a : 0;
                            });
            assertThat(engine.invoke(parent, 5)).isEqualTo(5);
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
}
