// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
