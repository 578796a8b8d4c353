// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recursion as deep as the stack and deeper: it works or fails clearly, and harms nobody. */
class DeepRecursionTest {
    private static final int DEEP = 1_000_000;

    /** Leans to the left: one fork is open at each level. compute(n, 0) is n + (n-1) + ... + 1. */
    private static final LongPairTask SUM =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long n, long leaf, Object none) {
                    if (leaf != 0) {
                        return leaf;
                    }
                    if (n == 0) {
                        return 0;
                    }
                    int forked = fork(w, 0, n, none);
                    long rest = compute(w, n - 1, 0, none);
                    return rest + join(w, forked);
                }
            };

    /** The same without forks, to use up the stack. */
    private static long plunge(long n) {
        return n == 0 ? 0 : n + plunge(n - 1);
    }

    private static final long SUM_OF_DEEP = DEEP * (DEEP + 1L) / 2;

    private static void assertRightAfterwards(Engine engine) {
        assertThat(engine.invoke(new LambdaTask((self, w, a) -> w.head), 0)).isZero();
        assertThat(engine.invoke(SUM, 1000, 0)).isEqualTo(500500);
        assertThat(engine.invoke(FIB, 20)).isEqualTo(6765);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooDeepRecursionFailsClearlyAndTheEngineComputesOn(int workers) {
        int overflows = 0;
        try (Engine engine = Engine.start(config(workers).stackBytes(4 << 20).build())) {
            for (int i = 0; i < 20; i++) {
                try {
                    assertThat(engine.invoke(SUM, DEEP, 0)).isEqualTo(SUM_OF_DEEP);
                } catch (StackOverflowError tooDeep) {
                    overflows++;
                }
                assertRightAfterwards(engine);
            }
            awaitRest(engine);
        }
        System.out.println(overflows + " of 20 overflowed, workers " + workers);
        assertThat(overflows).isPositive();
    }

    @Test
    void defaultStackHoldsAMillionLevelsOrSaysThatItDoesNot() {
        try (Engine engine = Engine.start(config(2).stackBytes(64L << 20).build())) {
            for (int i = 0; i < 5; i++) {
                try {
                    assertThat(engine.invoke(SUM, DEEP, 0)).isEqualTo(SUM_OF_DEEP);
                } catch (StackOverflowError tooDeep) {
                    System.out.println("run " + i + " overflowed");
                }
                assertRightAfterwards(engine);
            }
        }
    }

    @Test
    void stackBytesMakesRoomForAMillionLevels() {
        try (Engine engine = Engine.start(config(2).stackBytes(1L << 30).build())) {
            for (int i = 0; i < 5; i++) {
                assertThat(engine.invoke(SUM, DEEP, 0)).isEqualTo(SUM_OF_DEEP);
            }
        }
    }

    @Test
    void tooManyOpenForksFailClearlyAndTheEngineComputesOn() {
        EngineConfig config = config(2).stackBytes(1L << 30).maxForks(1 << 16).build();
        try (Engine engine = Engine.start(config)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> engine.invoke(SUM, DEEP, 0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("more than 65536 forks are open on one worker");
                assertRightAfterwards(engine);
            }
        }
    }

    @Test
    void overflowInAPlainTaskIsItsOwnFailure() {
        try (Engine engine = Engine.start(config(1).stackBytes(1 << 20).build())) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> engine.submit(() -> plunge(DEEP)).get())
                        .hasCauseInstanceOf(StackOverflowError.class);
                assertRightAfterwards(engine);
            }
        }
    }

    /**
     * A program whose own recursion overflowed while it submitted found its engine hung: a task was
     * claimed and not filled, or a worker taken off the sleepers and not woken.
     */
    @Test
    void submittingAtTheEdgeOfTheStackLosesNothing() throws Exception {
        for (int round = 0; round < 150; round++) {
            AtomicInteger ran = new AtomicInteger();
            Diver diver = new Diver(ran::incrementAndGet, round % 61);
            IdlePreset idle = round % 2 == 0 ? IdlePreset.ECONOMY : IdlePreset.BALANCED;
            Engine engine = Engine.start(config(2).idle(idle).inboxCapacity(1 << 14).build());
            diver.engine = engine;
            Thread thread = new Thread(null, diver, "diver", 256 << 10);
            thread.start();
            thread.join();
            engine.shutdown();
            assertThat(engine.awaitTermination(10, TimeUnit.SECONDS))
                    .as("round %s, %s accepted, %s ran, %s", round, diver.accepted, ran, engine)
                    .isTrue();
            assertThat(ran.get()) // an overflow may strike after the task went in
                    .isBetween(diver.accepted, diver.accepted + Diver.DIVES);
        }
    }

    /** Recurses until the stack is full, and submits on its way down. */
    private static final class Diver implements Runnable {
        static final int DIVES = 10;

        final Runnable task;
        final int first;
        Engine engine;
        int accepted;

        Diver(Runnable task, int first) {
            this.task = task;
            this.first = first;
        }

        @Override
        public void run() {
            for (int dive = 0; dive < DIVES; dive++) {
                try {
                    descend(first + dive);
                } catch (StackOverflowError bottom) {
                    // and again, with other frames on the edge
                }
            }
        }

        @SuppressWarnings("InfiniteRecursion") // until the stack is full: that is the test
        private void descend(int level) {
            if ((level & 15) == 0) {
                engine.execute(task);
                accepted++;
            }
            descend(level + 1);
        }
    }
}
