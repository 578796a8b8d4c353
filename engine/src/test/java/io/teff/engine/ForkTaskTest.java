// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ForkTask adds to LongTask: objects in fields, any result. Tests of LongTask have the rest. */
class ForkTaskTest {
    private static final class Words extends ForkTask<String> {
        private final int from;
        private final int to;

        Words(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        protected String compute(Worker w) {
            if (to - from == 1) {
                return from + " ";
            }
            Words right = new Words(from + to >>> 1, to);
            right.fork(w);
            return new Words(from, from + to >>> 1).compute(w) + right.join(w);
        }
    }

    private static final class Lambda<R> extends ForkTask<R> {
        private final BiFunction<Lambda<R>, Worker, R> body;

        Lambda(BiFunction<Lambda<R>, Worker, R> body) {
            this.body = body;
        }

        @Override
        protected R compute(Worker w) {
            return body.apply(this, w);
        }
    }

    private static void assertWhole(Engine engine) {
        assertThat(engine.<Integer>invoke(new Lambda<>((self, w) -> w.head))).isZero();
        assertThat(engine.invoke(new Words(0, 5))).isEqualTo("0 1 2 3 4 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void resultsAreObjectsInTheRightOrder(int workers) {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            expected.append(i).append(' ');
        }
        try (Engine engine = engine(workers)) {
            for (int i = 0; i < 100; i++) {
                assertThat(engine.invoke(new Words(0, 500))).isEqualTo(expected.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void joinGivesResultOrErrorOfItsFork(boolean stolen) {
        try (Engine engine = engine(stolen ? 2 : 1)) {
            CountDownLatch good = new CountDownLatch(1);
            Object result = new Object();
            assertThat(
                            engine.<Object>invoke(
                                    parent(
                                            stolen,
                                            good,
                                            (self, w) -> {
                                                good.countDown();
                                                return result;
                                            })))
                    .isSameAs(result);

            CountDownLatch bad = new CountDownLatch(1);
            Error error = new AssertionError("thrown");
            assertThatThrownBy(
                            () ->
                                    engine.invoke(
                                            parent(
                                                    stolen,
                                                    bad,
                                                    (self, w) -> {
                                                        bad.countDown();
                                                        throw error;
                                                    })))
                    .isSameAs(error);
            assertWhole(engine);
        }
    }

    private static Lambda<Object> parent(
            boolean stolen, CountDownLatch begun, BiFunction<Lambda<Object>, Worker, Object> body) {
        return new Lambda<>(
                (self, w) -> {
                    Lambda<Object> child = new Lambda<>(body);
                    child.fork(w);
                    if (stolen) {
                        letOneBeStolen(w, begun);
                    }
                    return child.join(w);
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unforkTakesBackWhatNobodyStole(boolean stolen) {
        try (Engine engine = engine(stolen ? 2 : 1)) {
            CountDownLatch begun = new CountDownLatch(1);
            Lambda<String> parent =
                    new Lambda<>(
                            (self, w) -> {
                                Lambda<String> child =
                                        new Lambda<>(
                                                (c, thief) -> {
                                                    begun.countDown();
                                                    return "stolen";
                                                });
                                child.fork(w);
                                if (stolen) {
                                    letOneBeStolen(w, begun);
                                }
                                return child.unfork(w) ? "taken back" : child.join(w);
                            });
            assertThat(engine.invoke(parent)).isEqualTo(stolen ? "stolen" : "taken back");
            assertWhole(engine);
        }
    }

    @Test
    void nullIsAResult() {
        try (Engine engine = engine(1)) {
            assertThat(engine.<String>invoke(new Lambda<>((self, w) -> null))).isNull();
        }
    }

    @Test
    void exceptionBetweenForkAndJoinWaitsForWhatWasStolen() {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch thrown = new CountDownLatch(1);
            AtomicInteger ended = new AtomicInteger();
            IllegalStateException error = new IllegalStateException("between");
            Lambda<Integer> parent =
                    new Lambda<>(
                            (self, w) -> {
                                Lambda<Integer> child =
                                        new Lambda<>(
                                                (c, thief) -> {
                                                    begun.countDown();
                                                    pass(thrown);
                                                    return ended.incrementAndGet();
                                                });
                                child.fork(w);
                                letOneBeStolen(w, begun);
                                thrown.countDown();
                                throw error;
                            });
            assertThatThrownBy(() -> engine.invoke(parent)).isSameAs(error);
            assertThat(ended.get()).isEqualTo(1);
            assertWhole(engine);
        }
    }

    @Test
    void mistakesOfTheCallerSaySo() {
        try (Engine engine = engine(1)) {
            assertThatThrownBy(
                            () ->
                                    engine.invoke(
                                            new Lambda<Object>(
                                                    (self, w) -> new Words(0, 1).join(w))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("join without fork: token -1");
            assertThatThrownBy(
                            () ->
                                    engine.invoke(
                                            new Lambda<Object>(
                                                    (self, w) -> {
                                                        new Words(0, 1).fork(w);
                                                        return null;
                                                    })))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 forks were never joined");
            assertThatThrownBy(() -> new Words(0, 1).fork(null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("fork on thread");
            assertThatThrownBy(() -> new Words(0, 1).join(null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("join on thread");
            assertThatThrownBy(() -> engine.invoke((ForkTask<?>) null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("task");
            assertWhole(engine);
        }
    }

    @Test
    void invokeInsideATaskRunsOnTheSameWorker() throws Exception {
        try (Engine engine = engine(1)) {
            assertThat(engine.submit(() -> engine.invoke(new Words(0, 3))).get())
                    .isEqualTo("0 1 2 ");
        }
    }
}
