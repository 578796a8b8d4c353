// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.flow.Memoizer.Memo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Memoization, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class MemoTest {
    private final Executor executor;
    private final Flow flow;
    private final AtomicInteger runs = new AtomicInteger();

    MemoTest(On on) {
        executor = on.open();
        flow = Flow.on(executor);
    }

    @AfterEach
    void close() throws InterruptedException {
        flow.close();
        On.close(executor);
    }

    private App1<Integer, Integer> square() {
        return flow.app(
                        "square",
                        (Integer x) -> {
                            runs.incrementAndGet();
                            return x * x;
                        })
                .with(o -> o.memoize(true));
    }

    @Test
    void equalCallsTakeTheEarlierResult() {
        App1<Integer, Integer> square = square();
        assertThat(square.call(12).join()).isEqualTo(144);
        AppFuture<Integer> again = square.call(flow.value(12));
        assertThat(again.join()).isEqualTo(144);
        assertThat(again.state()).isEqualTo(TaskState.MEMO_DONE);
        assertThat(square.call(13).join()).isEqualTo(169);
        assertThat(runs).hasValue(2);
        flow.close();
        assertThat(flow.summary().toString())
                .isEqualTo("all: 2 EXEC_DONE, 1 MEMO_DONE\nsquare: 2 EXEC_DONE, 1 MEMO_DONE");
    }

    @Test
    void memoizationIsOffUnlessAskedFor() {
        App1<Integer, Integer> square = square().with(o -> o.memoize(false));
        square.call(1).join();
        square.call(1).join();
        assertThat(runs).hasValue(2);
    }

    @Test
    void nullIsAResultLikeAnyOther() {
        App0<String> nothing =
                flow.<String>app(
                                "nothing",
                                () -> {
                                    runs.incrementAndGet();
                                    return null;
                                })
                        .with(o -> o.memoize(true));
        assertThat(nothing.call().join()).isNull();
        assertThat(nothing.call().join()).isNull();
        assertThat(runs).hasValue(1);
    }

    @Test
    void ignoredArgumentsMakeNoDifference() {
        App2<Integer, Object, Integer> app =
                flow.app("app", (Integer a, Object log) -> a + runs.incrementAndGet());
        App2<Integer, Object, Integer> memoized =
                app.with(o -> o.memoize(true).ignoreForMemo(1)); // has no encoding either
        assertThat(memoized.call(10, new Object()).join()).isEqualTo(11);
        assertThat(memoized.call(10, new Object()).join()).isEqualTo(11);
        assertThat(memoized.call(20, new Object()).join()).isEqualTo(22);
        assertThatThrownBy(app.with(o -> o.memoize(true).ignoreForMemo(1, 2)).call(1, 2)::get)
                .hasRootCauseMessage("ignoreForMemo(2): app app has 2 arguments, numbered from 0");
        assertThatThrownBy(() -> app.with(o -> o.ignoreForMemo(-1)))
                .hasMessageContaining("from 0: -1");
    }

    @Test
    void inputsCountByTheirValues() {
        App0<Integer> app = flow.app("app", runs::incrementAndGet).with(o -> o.memoize(true));
        assertThat(app.with(o -> o.inputs(flow.value("a"))).call().join()).isEqualTo(1);
        assertThat(app.with(o -> o.inputs(CompletableFuture.completedFuture("a"))).call().join())
                .isEqualTo(1);
        assertThat(app.with(o -> o.inputs("a")).call().join()).isEqualTo(1);
        assertThat(app.with(o -> o.inputs("b")).call().join()).isEqualTo(2);
    }

    @Test
    void failuresAreRememberedAfterAllRetries() {
        App1<Integer, Integer> bad =
                flow.<Integer, Integer>app(
                                "bad",
                                (Integer x) -> {
                                    throw new IOException("run " + runs.incrementAndGet());
                                })
                        .with(o -> o.memoize(true).retries(2));
        for (int i = 0; i < 3; i++) {
            AppFuture<Integer> future = bad.call(1);
            assertThatThrownBy(future::get).hasRootCauseMessage("run 3");
            assertThat(future.state()).isEqualTo(TaskState.FAILED);
        }
        assertThat(runs).hasValue(3);
    }

    @Test
    void aRejectedTaskIsNotRemembered() {
        AtomicInteger left = new AtomicInteger(1);
        Executor choosy =
                task -> {
                    if (left.getAndDecrement() > 0) {
                        throw new RejectedExecutionException("full");
                    }
                    executor.execute(task);
                };
        try (Flow second = Flow.on(choosy)) {
            App0<Integer> app = second.app("app", runs::incrementAndGet).with(o -> o.memoize(true));
            assertThatThrownBy(app.call()::get).hasRootCauseMessage("full");
            assertThat(app.call().join()).isEqualTo(1);
        }
    }

    @Test
    void joinAppsAreMemoizedAsWell() {
        App1<Integer, Long> fibonacci = new Fibonacci(flow).app;
        assertThat(fibonacci.call(80).join()).isEqualTo(23416728348467685L);
        flow.close();
        // without memoization these would be ten to the sixteenth
        assertThat(flow.summary().count("fibonacci", TaskState.EXEC_DONE)).isEqualTo(81);
        assertThat(flow.summary().count("fibonacci", TaskState.MEMO_DONE)).isEqualTo(78);
    }

    static final class Fibonacci {
        private final App2<Long, Long, Long> add;
        final App1<Integer, Long> app;

        Fibonacci(Flow flow) {
            add = flow.app("add", (Long a, Long b) -> a + b);
            app = flow.joinApp("fibonacci", this::of).with(o -> o.memoize(true));
        }

        private AppFuture<Long> of(Integer n) {
            return n < 2 ? app.flow().value((long) n) : add.call(app.call(n - 1), app.call(n - 2));
        }
    }

    @Test
    void twoBodiesUnderOneNameAreRefused() {
        square();
        App1<Integer, Integer> other = flow.app("square", (Integer x) -> x);
        assertThatThrownBy(() -> other.with(o -> o.memoize(true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'square'")
                .hasMessageContaining("rename one");
        assertThat(square().call(3).join()).isEqualTo(9); // the same body again is none
    }

    private static final class Opaque {
        private final int x;

        Opaque(int x) {
            this.x = x;
        }
    }

    @Test
    void anUnknownTypeFailsTheTaskAndNamesTheFix() {
        App1<Object, Integer> app =
                flow.app("app", (Object x) -> runs.incrementAndGet()).with(o -> o.memoize(true));
        AppFuture<Integer> future = app.call(List.of(new Opaque(1)));
        assertThatThrownBy(future::get)
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argument 0 of app")
                .hasMessageContaining(Opaque.class.getName())
                .hasMessageContaining("memoEncoder")
                .hasMessageContaining("ignoreForMemo(0)");
        assertThat(future.state()).isEqualTo(TaskState.FAILED);
        flow.close();
        assertThat(runs).hasValue(0);
        assertThat(flow.summary().tasks()).isEqualTo(1);
    }

    @Test
    void anEncoderSaysWhatStandsForAType() {
        try (Flow second =
                Flow.builder()
                        .executor("x", executor)
                        .memoEncoder(Opaque.class, opaque -> Map.of("x", opaque.x))
                        .build()) {
            App1<Object, Integer> app =
                    second.app("app", (Object x) -> runs.incrementAndGet())
                            .with(o -> o.memoize(true));
            assertThat(app.call(new Opaque(1)).join()).isEqualTo(1);
            assertThat(app.call(new Opaque(1)).join()).isEqualTo(1);
            assertThat(app.call(new Opaque(2)).join()).isEqualTo(2);
        }
    }

    @Test
    void anEncoderThatThrowsFailsTheTask() {
        try (Flow second =
                Flow.builder()
                        .executor("x", executor)
                        .memoEncoder(
                                Opaque.class,
                                opaque -> {
                                    throw new IllegalStateException("no code for " + opaque.x);
                                })
                        .build()) {
            App1<Object, Integer> app =
                    second.app("app", (Object x) -> runs.incrementAndGet())
                            .with(o -> o.memoize(true));
            assertThatThrownBy(app.call(new Opaque(1))::get).hasRootCauseMessage("no code for 1");
        }
    }

    @Test
    @SuppressWarnings("try") // closed early, to look at it
    void aMemoizerThatThrowsIsAWarning() {
        List<Warning> told = new ArrayList<>();
        Memoizer broken =
                new Memoizer() {
                    @Override
                    public Memo find(MemoKey key) {
                        throw new IllegalStateException("cannot find");
                    }

                    @Override
                    public void keep(MemoKey key, Memo memo) {
                        throw new IllegalStateException("cannot keep");
                    }
                };
        try (Flow second =
                Flow.builder()
                        .executor("x", executor)
                        .memoizer(broken)
                        .onWarning(
                                warning -> {
                                    synchronized (told) {
                                        told.add(warning);
                                    }
                                    throw new IllegalStateException("handler");
                                })
                        .build()) {
            App0<Integer> app = second.app("app", runs::incrementAndGet).with(o -> o.memoize(true));
            assertThat(app.call().join()).isEqualTo(1);
            second.close();
            synchronized (told) {
                assertThat(told)
                        .extracting(warning -> warning.cause().getMessage())
                        .containsExactly("cannot find", "cannot find", "cannot keep");
            }
            assertThat(second.warnings())
                    .hasSize(6)
                    .anyMatch(warning -> warning.message().contains("warning handler threw"));
        }
    }

    /** One that keeps in another, and tells of it before. */
    private static Memoizer telling(Memoizer all, Consumer<MemoKey> told) {
        return new Memoizer() {
            @Override
            public Memo find(MemoKey key) {
                return all.find(key);
            }

            @Override
            public void keep(MemoKey key, Memo memo) {
                told.accept(key);
                all.keep(key, memo);
            }
        };
    }

    @Test
    void flowThatHasClosedHasKeptAllResults() {
        AtomicInteger kept = new AtomicInteger();
        Memoizer slow =
                telling(
                        Memoizer.inMemory(),
                        key -> {
                            LockSupport.parkNanos(20_000_000);
                            kept.incrementAndGet();
                        });
        for (int i = 1; i <= 5; i++) {
            try (Flow second = Flow.builder().executor("x", executor).memoizer(slow).build()) {
                assertThat(
                                second.app("app", (Integer x) -> x)
                                        .with(o -> o.memoize(true))
                                        .call(i)
                                        .join())
                        .isEqualTo(i);
            }
            assertThat(kept).hasValue(i);
        }
    }

    @Test
    void aMemoizerOfOnesOwn() {
        List<String> kept = Collections.synchronizedList(new ArrayList<>());
        Memoizer counting = telling(Memoizer.inMemory(), key -> kept.add(key.toString()));
        for (int i = 0; i < 2; i++) { // outlives its flow
            try (Flow second = Flow.builder().executor("x", executor).memoizer(counting).build()) {
                App1<Integer, Integer> app =
                        second.app("app", (Integer x) -> runs.incrementAndGet())
                                .with(o -> o.memoize(true));
                assertThat(app.call(1).join()).isEqualTo(1);
                assertThat(app.call(2).join()).isEqualTo(2);
            }
        }
        assertThat(kept).hasSize(2).doesNotHaveDuplicates().allMatch(key -> key.length() == 64);
    }

    /** The memoizer answers, but before the answer arrives an equal call has run and ended. */
    @Test
    void anEqualThatEndsBetweenLookingAndRunningIsNotMissed() {
        Memoizer memory = Memoizer.inMemory();
        List<App0<Integer>> app = new ArrayList<>();
        AtomicInteger finds = new AtomicInteger();
        Memoizer late =
                new Memoizer() {
                    @Override
                    public Memo find(MemoKey key) {
                        Memo answer = memory.find(key);
                        if (finds.getAndIncrement() == 0) {
                            AppFuture<Integer> equal =
                                    CompletableFuture.supplyAsync(() -> app.get(0).call()).join();
                            assertThat(equal.join()).isEqualTo(1);
                        }
                        return answer;
                    }

                    @Override
                    public void keep(MemoKey key, Memo memo) {
                        memory.keep(key, memo);
                    }
                };
        try (Flow second = Flow.builder().executor("x", executor).memoizer(late).build()) {
            app.add(second.app("app", runs::incrementAndGet).with(o -> o.memoize(true)));
            assertThat(app.get(0).call().join()).isEqualTo(1);
            assertThat(second.warnings()).isEmpty();
        }
        assertThat(runs).hasValue(1);
    }

    /** Calls, equal or not, from outside and inside, some failing, some cancelled. */
    @Test
    void everyCallHasItsResultWhateverHappensToItsEquals() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("MemoTest seed " + seed);
        App1<Integer, Integer> app =
                flow.app(
                                "app",
                                (Integer x) -> {
                                    runs.incrementAndGet();
                                    if (x % 7 == 0) {
                                        throw new IOException("seven");
                                    }
                                    return -x;
                                })
                        .with(o -> o.memoize(true));
        App1<Integer, Integer> join =
                flow.joinApp("join", (Integer x) -> app.call(x)).with(o -> o.memoize(true));
        int threads = 3;
        int calls = 5_000;
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            SplittableRandom random = new SplittableRandom(seed + t);
            Thread caller =
                    new Thread(
                            () -> {
                                List<AppFuture<Integer>> futures = new ArrayList<>();
                                List<Integer> args = new ArrayList<>();
                                for (int i = 0; i < calls; i++) {
                                    int x = 1 + random.nextInt(200);
                                    App1<Integer, Integer> which =
                                            random.nextBoolean() ? app : join;
                                    AppFuture<Integer> future =
                                            random.nextBoolean()
                                                    ? which.call(x)
                                                    : which.call(flow.value(x));
                                    if (random.nextInt(20) == 0 && future.cancel(true)) {
                                        cancelled.incrementAndGet();
                                        continue;
                                    }
                                    futures.add(future);
                                    args.add(x);
                                }
                                for (int i = 0; i < futures.size(); i++) {
                                    check(args.get(i), futures.get(i), wrong);
                                }
                            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        flow.close();
        assertThat(wrong).as("seed " + seed).hasValue(0);
        Summary summary = flow.summary();
        assertThat(summary.inFlight()).isZero();
        assertThat(summary.count("app", TaskState.EXEC_DONE)).isLessThanOrEqualTo(runs.get());
        assertThat(summary.tasks()).isGreaterThanOrEqualTo((long) threads * calls);
    }

    private static void check(int x, AppFuture<Integer> future, AtomicInteger wrong) {
        while (!future.isDone()) {
            Thread.onSpinWait();
        }
        // a join app that was cancelled cancels its inner call, whose equals may be in other joins
        boolean right =
                future.isCancelled()
                        || (x % 7 == 0
                                ? future.isFailed()
                                : future.isFailed()
                                        ? future.failure() instanceof JoinError
                                        : future.join() == -x);
        if (!right) {
            wrong.incrementAndGet();
        }
    }
}
