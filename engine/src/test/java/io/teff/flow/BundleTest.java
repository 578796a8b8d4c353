// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks that become ready by one event: they go to their executor together. */
class BundleTest {
    private static final int THREADS = 4;

    enum Pool {
        ENGINE,
        THREADS,
        FORKJOIN;

        ExecutorService open() {
            return switch (this) {
                case ENGINE -> Engine.start(EngineConfig.builder().workers(4).build());
                case THREADS -> Executors.newFixedThreadPool(4);
                case FORKJOIN -> new ForkJoinPool(4);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void allThreadsTakeTheirShareWhileBodiesWait(Pool on) throws Exception {
        ExecutorService executor = on.open();
        CyclicBarrier together = new CyclicBarrier(THREADS); // each body needs three others at work
        CompletableFuture<Integer> start = new CompletableFuture<>();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> meet =
                    flow.app(
                            "meet",
                            (Integer x) -> {
                                together.await(20, TimeUnit.SECONDS);
                                return x;
                            });
            List<AppFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 10 * THREADS; i++) {
                all.add(meet.call(start));
            }
            start.complete(1);
            for (AppFuture<Integer> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            }
        }
        On.close(executor);
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void manyDependentsOfATaskAllRunOnce(On on) throws Exception {
        var executor = on.open();
        int n = 10 * Bundle.MAX + 1;
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Integer> start = new CompletableFuture<>();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> count =
                    flow.app(
                            "count",
                            (Integer x) -> {
                                runs.incrementAndGet();
                                return x + 1;
                            });
            AppFuture<Integer> root = count.call(start);
            List<AppFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                all.add(count.call(count.call(root)));
            }
            start.complete(0);
            for (AppFuture<Integer> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(3);
            }
            assertThat(runs).hasValue(2 * n + 1);
        }
        On.close(executor);
    }

    @Test
    void callbackThatWaitsForASiblingDoesNotKeepItBack() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        CompletableFuture<Integer> start = new CompletableFuture<>();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
            AppFuture<Integer> root = same.call(start);
            AppFuture<Integer> sibling = same.call(root);
            CompletableFuture<Integer> seen = new CompletableFuture<>();
            sibling.toCompletableFuture().thenAccept(seen::complete);
            CompletableFuture<Integer> waited =
                    root.toCompletableFuture().thenApply(x -> seen.join());
            start.complete(7);
            assertThat(waited.get(20, TimeUnit.SECONDS)).isEqualTo(7);
        }
        On.close(executor);
    }

    @Test
    void refusedTasksFailOneByOne() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        CompletableFuture<Integer> start = new CompletableFuture<>();
        try (Flow flow = Flow.on(executor)) {
            App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
            List<AppFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                all.add(same.call(start));
            }
            executor.shutdown();
            start.complete(7);
            for (AppFuture<Integer> each : all) {
                assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(RejectedExecutionException.class);
            }
        }
        On.close(executor);
    }
}
