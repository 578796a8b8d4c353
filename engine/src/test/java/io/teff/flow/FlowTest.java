// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps and futures, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class FlowTest {
    private final Executor executor;
    private final Flow flow;

    FlowTest(On on) {
        executor = on.open();
        flow = Flow.on(executor);
    }

    @AfterEach
    void close() throws InterruptedException {
        flow.close();
        On.close(executor);
    }

    @Test
    void chainOfAMillion() {
        App1<Integer, Integer> increment = flow.app("increment", (Integer x) -> x + 1);
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> x = increment.call(start);
        for (int i = 1; i < 1_000_000; i++) {
            x = increment.call(x);
        }
        start.complete(0);
        assertThat(x.join()).isEqualTo(1_000_000);
        flow.close();
        assertThat(flow.summary().toString())
                .isEqualTo("all: 1000000 EXEC_DONE\nincrement: 1000000 EXEC_DONE");
    }

    private static final class Fibonacci {
        private final App2<Integer, Integer, Integer> add;
        private final App1<Integer, Integer> app;

        Fibonacci(Flow flow) {
            add = flow.app("add", (Integer a, Integer b) -> a + b);
            app = flow.joinApp("fibonacci", this::of);
        }

        private AppFuture<Integer> of(Integer n) {
            return n < 2 ? app.flow().value(n) : add.call(app.call(n - 1), app.call(n - 2));
        }
    }

    @Test
    void joinAppsCallThemselves() {
        assertThat(new Fibonacci(flow).app.call(18).join()).isEqualTo(2584);
        flow.close();
        assertThat(flow.summary().count("add", TaskState.EXEC_DONE)).isEqualTo(4180);
        assertThat(flow.summary().count("fibonacci", TaskState.EXEC_DONE)).isEqualTo(8361);
        assertThat(flow.summary().tasks()).isEqualTo(12541);
    }

    @Test
    void dependencyErrorsWalkThePath() {
        App0<String> fetch =
                flow.app(
                        "fetch",
                        () -> {
                            throw new IOException("Connection refused");
                        });
        App1<String, String> parse = flow.app("parse", (String s) -> s);
        App1<String, String> sum = flow.app("sum", (String s) -> s);
        AppFuture<String> last = sum.call(parse.call(fetch.call()));
        assertThatThrownBy(last::get)
                .hasCauseInstanceOf(DependencyError.class)
                .hasRootCauseInstanceOf(IOException.class)
                .hasMessageContaining("sum <- parse <- fetch: Connection refused");
        assertThat(last.state()).isEqualTo(TaskState.DEP_FAIL);
    }

    @Test
    void aBodyIsRunAgainAsOftenAsItMayFail() {
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> flaky =
                flow.app(
                        "flaky",
                        () -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IOException("try " + tries);
                            }
                            return tries.get();
                        });
        assertThatThrownBy(flaky.with(o -> o.retries(1)).call()::get).hasMessageContaining("try 2");
        tries.set(0);
        assertThat(flaky.with(o -> o.retries(2)).call().join()).isEqualTo(3);
    }

    @Test
    void aListOfFutures() {
        AppList<Integer, Integer> sum =
                flow.listApp(
                        "sum", (List<Integer> xs) -> xs.stream().mapToInt(Integer::intValue).sum());
        App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
        List<AppFuture<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            parts.add(same.call(i));
        }
        assertThat(sum.callAll(parts).join()).isEqualTo(4950);
    }
}
