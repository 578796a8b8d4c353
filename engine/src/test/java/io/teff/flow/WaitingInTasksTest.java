// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that wait for futures: on executors that can give them a stand-in, with one thread. */
class WaitingInTasksTest {
    enum OneThread {
        ENGINE,
        FORKJOIN,
        DIRECT;

        Executor open() {
            return switch (this) {
                case ENGINE -> Engine.start(EngineConfig.builder().workers(1).build());
                case FORKJOIN -> new ForkJoinPool(1);
                case DIRECT -> Runnable::run;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyMayGetWhatItCalled(OneThread on) throws Exception {
        Executor executor = on.open();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> inner = flow.app("inner", (Integer x) -> x + 1);
            App0<Integer> outer =
                    flow.app(
                            "outer",
                            () ->
                                    inner.call(inner.call(1)).get()
                                            + inner.call(10).join()
                                            + inner.call(100).get(20, TimeUnit.SECONDS));
            assertThat(outer.call().get(30, TimeUnit.SECONDS)).isEqualTo(3 + 11 + 101);
        }
        On.close(executor);
    }

    @ParameterizedTest
    @EnumSource
    void joinBodyMayGetWhatItCalled(OneThread on) throws Exception {
        Executor executor = on.open();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> inner = flow.app("inner", (Integer x) -> x + 1);
            App0<Integer> outer = flow.joinApp("outer", () -> inner.call(inner.call(1).join()));
            assertThat(outer.call().get(30, TimeUnit.SECONDS)).isEqualTo(3);
        }
        On.close(executor);
    }

    @ParameterizedTest
    @EnumSource
    void bodiesMayWaitInsideEachOther(OneThread on) throws Exception {
        Executor executor = on.open();
        try (Flow flow = Flow.on(executor)) {
            List<App1<Integer, Integer>> self = new ArrayList<>();
            self.add(
                    flow.app(
                            "fib",
                            (Integer n) -> {
                                if (n < 2) {
                                    return n;
                                }
                                AppFuture<Integer> a = self.get(0).call(n - 1);
                                AppFuture<Integer> b = self.get(0).call(n - 2);
                                return a.join() + b.join();
                            }));
            assertThat(self.get(0).call(9).get(30, TimeUnit.SECONDS)).isEqualTo(34);
            flow.await(Duration.ofSeconds(20));
            assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo(109);
        }
        On.close(executor);
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfOneFlowMayWaitForAnother(OneThread on) throws Exception {
        Executor executor = on.open();
        try (Flow a = Flow.on(executor);
                Flow b = Flow.builder().executor("b", executor).maxInFlight(2).build()) {
            App1<Integer, Integer> there = b.app("there", (Integer x) -> x * 2);
            App0<Integer> here =
                    a.app(
                            "here",
                            () -> {
                                int sum = 0;
                                for (int i = 0; i < 10; i++) {
                                    sum += there.call(there.call(i)).join();
                                }
                                return sum;
                            });
            assertThat(here.call().get(30, TimeUnit.SECONDS)).isEqualTo(180);
        }
        On.close(executor);
    }

    /** What a body has called is not stuck behind the rest of that body. */
    @ParameterizedTest
    @EnumSource(On.class)
    void calledTaskRunsWhileItsCallerGoesOn(On on) throws Exception {
        if (on == On.DIRECT) {
            return; // there is nobody else
        }
        Executor executor = on.open();
        try (Flow flow = Flow.on(executor)) {
            App1<CountDownLatch, Integer> signal =
                    flow.app(
                            "signal",
                            (CountDownLatch latch) -> {
                                latch.countDown();
                                return 1;
                            });
            App0<Boolean> caller =
                    flow.app(
                            "caller",
                            () -> {
                                CountDownLatch latch = new CountDownLatch(1);
                                signal.call(latch);
                                return latch.await(20, TimeUnit.SECONDS); // no future to wait for
                            });
            assertThat(caller.call().join()).isTrue();
        }
        On.close(executor);
    }

    /** A plain pool cannot give a stand-in; enough threads do. */
    @Test
    void bodiesWaitOnAPoolWithThreadsToSpare() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try (Flow flow = Flow.on(pool)) {
            App1<Integer, Integer> inner = flow.app("inner", (Integer x) -> x + 1);
            App1<Integer, Integer> outer =
                    flow.app("outer", (Integer x) -> inner.call(inner.call(x)).join());
            List<AppFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(outer.call(i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(all.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i + 2);
            }
        }
        On.close(pool);
    }
}
