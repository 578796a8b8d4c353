// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A flow gives the same answers on every executor, and runs each app where its label says. */
final class FlowOnExecutorsTest {
    static List<String> names() {
        return TeffExecutors.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void flowRunsOnEveryExecutor(String name) throws Exception {
        ExecutorService executor = TeffExecutors.byName(name, 2);
        try (Flow flow = Flow.builder().executor(name, executor).retries(2).build()) {
            App1<Integer, Integer> next = flow.app("next", (Integer x) -> x + 1);
            App2<Integer, Integer, Integer> add = flow.app("add", (Integer a, Integer b) -> a + b);

            AppFuture<Integer> chain = next.call(0);
            for (int i = 1; i < 20_000; i++) {
                chain = next.call(chain);
            }
            assertThat(chain.get(20, SECONDS)).isEqualTo(20_000);

            List<AppFuture<Integer>> level = new ArrayList<>();
            for (int i = 0; i < 1 << 12; i++) {
                level.add(next.call(i));
            }
            while (level.size() > 1) {
                List<AppFuture<Integer>> above = new ArrayList<>();
                for (int i = 0; i < level.size(); i += 2) {
                    above.add(add.call(level.get(i), level.get(i + 1)));
                }
                level = above;
            }
            assertThat(level.get(0).get(20, SECONDS)).isEqualTo((1 << 12) * ((1 << 12) + 1) / 2);

            assertThat(fibonacci(flow, add).call(12).get(20, SECONDS)).isEqualTo(144);

            AtomicInteger tries = new AtomicInteger();
            App1<Integer, Integer> flaky =
                    flow.app(
                            "flaky",
                            (Integer x) -> {
                                if (tries.incrementAndGet() % 3 != 0) {
                                    throw new IOException("line busy");
                                }
                                return x;
                            });
            assertThat(flaky.call(5).get(20, SECONDS)).isEqualTo(5);
            assertThat(tries).hasValue(3);

            AppFuture<Integer> lost = add.call(chain, failing(flow).call(1));
            assertThatThrownBy(() -> lost.get(20, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("add <- broken: for good");
        } finally {
            executor.shutdown();
            assertThat(executor.awaitTermination(20, SECONDS)).isTrue();
        }
    }

    /** As a join app: it returns a future of further calls and holds no thread meanwhile. */
    private static App1<Integer, Integer> fibonacci(
            Flow flow, App2<Integer, Integer, Integer> add) {
        List<App1<Integer, Integer>> self = new ArrayList<>();
        self.add(
                flow.joinApp(
                        "fibonacci",
                        (Integer n) ->
                                n < 2
                                        ? add.call(n, 0)
                                        : add.call(
                                                self.get(0).call(n - 1), self.get(0).call(n - 2))));
        return self.get(0);
    }

    private static App1<Integer, Integer> failing(Flow flow) {
        return flow.app(
                        "broken",
                        (Integer x) -> {
                            if (x > 0) {
                                throw new IOException("for good");
                            }
                            return x;
                        })
                .with(o -> o.retries(0));
    }

    /** All executors in one flow, each task on the threads of the executor that its label names. */
    @ParameterizedTest
    @MethodSource("names")
    void appRunsWhereItsLabelSays(String label) throws Exception {
        Map<String, ExecutorService> executors = new LinkedHashMap<>();
        var builder = Flow.builder();
        for (String name : TeffExecutors.names()) {
            executors.put(name, TeffExecutors.byName(name, 2));
            builder.executor(name, executors.get(name));
        }
        try (Flow flow = builder.build()) {
            App1<Integer, String> where =
                    flow.app("where", (Integer x) -> Thread.currentThread().getName())
                            .with(o -> o.executors(label));
            for (int i = 0; i < 100; i++) {
                String thread = where.call(i).get(20, SECONDS);
                String prefix = label.equals("engine") ? "teff-worker-" : "teff-" + label + "-";
                assertThat(thread).startsWith(label.equals("virtual") ? "" : prefix);
            }
        } finally {
            for (ExecutorService executor : executors.values()) {
                executor.shutdown();
                assertThat(executor.awaitTermination(20, SECONDS)).isTrue();
            }
        }
    }
}
