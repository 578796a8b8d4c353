// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call is counted once, whichever threads make them one after the other or at once; and hangs
 * on the right one of its arguments.
 */
@Timeout(60)
class CallerTest {
    private static final int CALLS = 1000; // many times what makes a thread one that keeps coming
    private static final int GRAPH = 50_000;
    private static final int BLOCK = 100;
    private static final int BROKEN = 1_930; // now and then, anywhere in a block

    @Test
    void threadsThatTakeTurnsAndDieAreAllCounted() throws Exception {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Integer, Integer> app = flow.app("next", (Integer i) -> i + 1);
            for (int turn = 1; turn <= 20; turn++) {
                Thread thread = new Thread(() -> call(app));
                thread.start();
                thread.join();
                assertCalls(flow, turn);
            }
        }
    }

    @Test
    void threadThatGoesToAnotherFlowAndComesBackIsCounted() throws Exception {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine);
                Flow other = Flow.on(engine)) {
            App1<Integer, Integer> app = flow.app("next", (Integer i) -> i + 1);
            App1<Integer, Integer> copy = app.with(o -> o);
            App1<Integer, Integer> away = other.app("away", (Integer i) -> i + 1);
            for (int turn = 0; turn < 10; turn++) {
                call(app);
                call(away);
                Thread meanwhile = new Thread(() -> call(copy)); // takes the runner that was left
                meanwhile.start();
                meanwhile.join();
                call(copy);
                assertCalls(flow, 3 * (turn + 1));
                assertCalls(other, turn + 1);
            }
        }
    }

    @Test
    void callsThatNeedNotWaitAreCountedOnceToo() throws Exception {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Integer, Integer> app = flow.app("next", (Integer i) -> i + 1);
            call(app); // makes this thread the app's caller
            AppFuture<Integer> ended = flow.value(1);
            AppFuture<Integer> failed = flow.future(CompletableFuture.failedFuture(new Error()));
            for (int i = 0; i < CALLS; i++) {
                assertThat(app.call(ended).join()).isEqualTo(2);
                assertThat(app.call(failed).failure()).isInstanceOf(DependencyError.class);
            }
            flow.await(Duration.ofSeconds(30));
            assertThat(flow.summary().tasks()).isEqualTo(3L * CALLS);
            assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo(2L * CALLS);
            assertThat(flow.summary().count(TaskState.DEP_FAIL)).isEqualTo(CALLS);
        }
    }

    /** Whichever of the two a call names first: it hangs on the newer one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gridRunsInTheOrderOfItsCalls(boolean isUpperFirst) {
        int width = 50;
        int nodes = 200 * width;
        List<Integer> order = new ArrayList<>(); // of one worker
        try (Engine engine = Engine.start(EngineConfig.builder().workers(1).build());
                Flow flow = Flow.on(engine)) {
            CompletableFuture<Integer> start = new CompletableFuture<>();
            AppFuture<Integer> begin = flow.future(start);
            AppFuture<Integer> ended = flow.value(0);
            App3<Integer, Integer, Integer, Integer> app =
                    flow.app(
                            "node",
                            (Integer i, Integer x, Integer y) -> {
                                order.add(i);
                                return i;
                            });
            List<AppFuture<Integer>> grid = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                AppFuture<Integer> upper = i == 0 ? begin : i < width ? ended : grid.get(i - width);
                AppFuture<Integer> left = i % width == 0 ? ended : grid.get(i - 1);
                grid.add(isUpperFirst ? app.call(i, upper, left) : app.call(i, left, upper));
            }
            start.complete(0);
            grid.get(nodes - 1).join();
        }
        long inOrder =
                IntStream.range(1, nodes).filter(k -> order.get(k) == order.get(k - 1) + 1).count();
        assertThat(inOrder).isGreaterThan(nodes * 9L / 10);
    }

    @Test
    void futureThatHasFailedIsNoticedBesideOneThatIsWaitedFor() throws Exception {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App2<Integer, Integer, Integer> add = flow.app("add", (Integer x, Integer y) -> x + y);
            AppFuture<Integer> failed = flow.future(CompletableFuture.failedFuture(new Error()));
            CompletableFuture<Integer> start = new CompletableFuture<>();
            AppFuture<Integer> pending = flow.future(start);
            List<AppFuture<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                AppFuture<Integer> fresh = add.call(1, pending); // nobody waits for it
                calls.add(i % 2 == 0 ? add.call(fresh, failed) : add.call(failed, fresh));
            }
            start.complete(1);
            for (AppFuture<Integer> call : calls) {
                assertThat((CompletionStage<Integer>) call).failsWithin(Duration.ofSeconds(30));
                assertThat(call.failure()).isInstanceOf(DependencyError.class);
            }
            flow.await(Duration.ofSeconds(30));
            assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo(CALLS);
            assertThat(flow.summary().count(TaskState.DEP_FAIL)).isEqualTo(CALLS);
        }
    }

    /** As an {@link Object} it is taken for a value when it is compiled. */
    @Test
    void futureThatIsPassedAsAnObjectIsWaitedForToo() {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Integer, Integer> one = flow.app("one", (Integer x) -> x + 1);
            App2<Integer, Object, Integer> add =
                    flow.app("add", (Integer x, Object y) -> x + (Integer) y);
            CompletableFuture<Integer> first = new CompletableFuture<>();
            CompletableFuture<Integer> second = new CompletableFuture<>();
            List<AppFuture<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                Object value = one.call(flow.<Integer>future(second));
                calls.add(add.call(flow.<Integer>future(first), value));
            }
            first.complete(10);
            assertThat(calls).noneMatch(AppFuture::isDone);
            second.complete(1);
            assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(12));
        }
    }

    /** Each with apps of its own, so that they are these apps' callers while workers end their calls. */
    @Test
    void threadsThatLayDownRandomGraphsLoseNothing() throws Exception {
        long seed = Long.getLong("teff.seed", System.nanoTime());
        System.out.println("CallerTest seed=" + seed);
        int threads = 3;
        List<Thread> callers = new ArrayList<>();
        List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
        long[] failed = new long[threads];
        try (Engine engine = Engine.start(EngineConfig.builder().workers(2).build());
                Flow flow = Flow.on(engine)) {
            for (int t = 0; t < threads; t++) {
                int caller = t;
                Random random = new Random(seed + t);
                callers.add(new Thread(() -> failed[caller] = layDown(flow, caller, random)));
                callers.get(t).setUncaughtExceptionHandler((thread, e) -> wrong.add(e));
                callers.get(t).start();
            }
            for (Thread thread : callers) {
                thread.join();
            }
            assertThat(wrong).isEmpty();
            flow.await(Duration.ofSeconds(30));
            long failures = LongStream.of(failed).sum();
            Summary summary = flow.summary();
            assertThat(failures).isPositive();
            assertThat(summary.tasks()).isEqualTo((long) threads * GRAPH);
            assertThat(summary.count(TaskState.FAILED) + summary.count(TaskState.DEP_FAIL))
                    .isEqualTo(failures);
            assertThat(summary.count(TaskState.EXEC_DONE)).isEqualTo(summary.tasks() - failures);
        }
    }

    /** Calls wait for up to three of their block; gives how many must have failed, having checked all. */
    private static long layDown(Flow flow, int caller, Random random) {
        App2<Integer, Long, Long> one = flow.app("one" + caller, CallerTest::body);
        App2<Long, Long, Long> two = flow.app("two" + caller, (Long x, Long y) -> x + 3 * y);
        App3<Long, Long, Long, Long> three =
                flow.app("three" + caller, (Long x, Long y, Long z) -> x + 3 * y + 5 * z);
        List<AppFuture<Long>> futures = new ArrayList<>();
        List<Long> values = new ArrayList<>(); // null: fails
        for (int i = 0; i < GRAPH; i++) {
            int block = i % BLOCK;
            if (block == 0) {
                futures.add(one.call(i, 1L));
                values.add(i % BROKEN == 0 ? null : 1L + i);
                continue;
            }
            int a = i - 1 - random.nextInt(block);
            int b = random.nextBoolean() ? i - 1 : i - 1 - random.nextInt(block);
            int c = i - 1 - random.nextInt(block);
            AppFuture<Long> x = futures.get(a);
            AppFuture<Long> y = futures.get(b);
            Long u = values.get(a);
            Long v = values.get(b);
            Long w = values.get(c);
            switch (random.nextInt(3)) {
                case 0 -> {
                    futures.add(three.call(x, y, futures.get(c)));
                    values.add(u == null || v == null || w == null ? null : u + 3 * v + 5 * w);
                }
                case 1 -> {
                    futures.add(two.call(y, x));
                    values.add(u == null || v == null ? null : v + 3 * u);
                }
                default -> {
                    futures.add(one.call(i, y));
                    values.add(i % BROKEN == 0 || v == null ? null : v + i);
                }
            }
        }
        long failed = 0;
        for (int i = 0; i < GRAPH; i++) {
            AppFuture<Long> future = futures.get(i);
            if (values.get(i) == null) {
                failed++;
                assertThat((CompletionStage<Long>) future)
                        .as("%s", i)
                        .failsWithin(Duration.ofSeconds(30));
            } else {
                assertThat(future.join()).as("%s", i).isEqualTo(values.get(i));
            }
        }
        return failed;
    }

    private static long body(int i, long x) {
        if (i % BROKEN == 0) {
            throw new IllegalStateException("broken " + i);
        }
        return x + i;
    }

    @Test
    void threadsThatCallAtOnceAreAllCounted() throws Exception {
        int threads = 8;
        CyclicBarrier begin = new CyclicBarrier(threads);
        CountDownLatch end = new CountDownLatch(threads);
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Integer, Integer> app = flow.app("next", (Integer i) -> i + 1);
            for (int t = 0; t < threads; t++) {
                new Thread(
                                () -> {
                                    await(begin);
                                    call(app);
                                    end.countDown();
                                })
                        .start();
            }
            assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
            assertCalls(flow, threads);
        }
    }

    @Test
    void cancelledBodyThatStillRunsIsWaitedForAtTheEnd() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        boolean[] returned = new boolean[1];
        try (Engine engine = Engine.start()) {
            try (Flow flow = Flow.on(engine)) {
                App0<Object> slow =
                        flow.app(
                                "slow",
                                () -> {
                                    entered.countDown();
                                    cancelled.await();
                                    Thread.sleep(100);
                                    returned[0] = true;
                                    return null;
                                });
                AppFuture<Object> future = slow.call();
                assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(flow.summary().count(TaskState.RUNNING)).isEqualTo(1);
                assertThat(future.cancel(false)).isTrue();
                assertThat(flow.summary().count(TaskState.RUNNING)).isZero();
                cancelled.countDown();
            }
            assertThat(returned[0]).isTrue();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(App1<Integer, Integer> app) {
        AppFuture<Integer> last = app.call(0);
        for (int i = 1; i < CALLS; i++) {
            last = app.call(last);
        }
        assertThat(last.join()).isEqualTo(CALLS);
    }

    private static void assertCalls(Flow flow, int thousands) throws Exception {
        flow.await(Duration.ofSeconds(30));
        assertThat(flow.summary().tasks()).isEqualTo((long) thousands * CALLS);
        assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo((long) thousands * CALLS);
    }
}
