// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertWhole;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exceptions of tasks that fork: who gets them, and what becomes of forks that are still open. */
class LongTaskFailureTest {
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
}
