// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertWhole;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes of those who call fork, join and invoke: they are told, and the engine stays whole. */
class LongTaskMistakesTest {
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
    void unforkWithoutForkSaysSo() {
        try (Engine engine = engine(1)) {
            assertMistake(
                    engine,
                    (self, w, a) -> self.unfork(w, 0) ? 1 : 0,
                    "unfork without fork: token 0 is not among the 0 open forks of worker 0");
            assertMistake(
                    engine,
                    (self, w, a) -> {
                        int forked = FIB.fork(w, 3);
                        return FIB.unfork(w, forked) ? FIB.join(w, forked) : 0;
                    },
                    "join without fork: token 0");
            assertThatThrownBy(() -> FIB.unfork(null, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("unfork on thread");
            assertWhole(engine);
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
