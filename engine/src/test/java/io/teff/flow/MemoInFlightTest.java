// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Memoized calls while their equal runs; on executors that run something meanwhile. */
@ParameterizedClass
@EnumSource(value = On.class, mode = EnumSource.Mode.EXCLUDE, names = "DIRECT")
class MemoInFlightTest {
    private final Executor executor;
    private final Flow flow;
    private final AtomicInteger runs = new AtomicInteger();

    MemoInFlightTest(On on) {
        executor = on.open();
        flow = Flow.on(executor);
    }

    @AfterEach
    void close() throws InterruptedException {
        flow.close();
        On.close(executor);
    }

    @Test
    void aCallWhoseEqualIsRunningWaitsForIt() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        App1<Integer, Integer> slow =
                flow.app(
                                "slow",
                                (Integer x) -> {
                                    runs.incrementAndGet();
                                    gate.await();
                                    return x;
                                })
                        .with(o -> o.memoize(true));
        List<AppFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            all.add(slow.call(7));
        }
        AppFuture<Integer> cancelled = all.get(500);
        assertThat(cancelled.cancel(true)).isTrue();
        gate.countDown();
        for (AppFuture<Integer> future : all) {
            if (future != cancelled) {
                assertThat(future.join()).isEqualTo(7);
            }
        }
        assertThat(runs).hasValue(1);
        flow.close();
        assertThat(flow.summary().count("slow", TaskState.MEMO_DONE)).isEqualTo(99_998);
        assertThat(flow.summary().count("slow", TaskState.CANCELLED)).isEqualTo(1);
    }

    @Test
    void whenTheOneThatRunsIsCancelledTheNextOneRuns() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        App1<Integer, Integer> slow =
                flow.app(
                                "slow",
                                (Integer x) -> {
                                    runs.incrementAndGet();
                                    running.countDown();
                                    gate.await();
                                    return x;
                                })
                        .with(o -> o.memoize(true));
        List<AppFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(slow.call(7));
        }
        running.await();
        for (int i = 0; i < 999; i++) {
            assertThat(all.get(i).cancel(true)).isTrue();
        }
        gate.countDown();
        assertThat(all.get(999).join()).isEqualTo(7);
        assertThat(slow.call(7).state()).isEqualTo(TaskState.MEMO_DONE);
        flow.close();
        assertThat(flow.summary().count("slow", TaskState.CANCELLED)).isEqualTo(999);
        assertThat(flow.summary().count("slow", TaskState.EXEC_DONE)).isEqualTo(1);
        assertThat(flow.summary().count("slow", TaskState.MEMO_DONE)).isEqualTo(1);
    }

    @Test
    void closingCancelsThoseThatWaitForTheirEqual() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        App1<Integer, Integer> slow =
                flow.app(
                                "slow",
                                (Integer x) -> {
                                    running.countDown();
                                    Thread.sleep(100_000);
                                    return x;
                                })
                        .with(o -> o.memoize(true));
        for (int i = 0; i < 10_000; i++) {
            slow.call(7);
        }
        running.await();
        flow.close(Exit.CANCEL);
        assertThat(flow.summary().count("slow", TaskState.CANCELLED)).isEqualTo(10_000);
    }
}
