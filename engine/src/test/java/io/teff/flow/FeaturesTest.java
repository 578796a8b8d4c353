// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Parsl offers and no other test is about. All run on each executor of {@link On}, as these do:
 *
 * <pre>
 * apps of functions, joins     AppsTest, JoinCancelTest       lifted operators        FuturesTest
 * bash apps, stdout, stderr    BashAppTest                    cancel                  CancelTest
 * special keywords, labels     OptionsTest                    foreign futures         FuturesTest
 * walltime                     OptionsTest, BashAppTest       dependency resolvers    ResolvingTest
 * files, staging, DataFuture   *StagingTest                   retries, placement      OptionsTest
 * memoization                  MemoTest, MemoInFlightTest     checkpoints             Checkpoint*Test
 * error model                  ErrorsTest                     exits, back-pressure    EndingTest
 * launch, long chains          FlowTest                       DOT and timeline        TraceTest
 * pool facade                  here, FlowPoolContractTest     task states, garbage    here
 * </pre>
 */
@ParameterizedClass
@EnumSource(On.class)
class FeaturesTest extends OnEach {
    FeaturesTest(On on) {
        super(on);
    }

    @Test
    void taskStates() {
        List<TaskState> seen = new ArrayList<>();
        AtomicReference<AppFuture<Integer>> self = new AtomicReference<>();
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> looks =
                flow.app(
                        "looks",
                        (Integer x) -> {
                            seen.add(self.get().state());
                            return x;
                        });
        App1<Integer, Integer> bad =
                flow.app(
                        "bad",
                        (Integer x) -> {
                            throw new IllegalStateException("bad");
                        });
        self.set(looks.call(start));
        AppFuture<Integer> failed = bad.call(self.get());
        AppFuture<Integer> never = looks.call(failed);
        assertThat(self.get().state()).isEqualTo(TaskState.PENDING);
        start.complete(1);
        assertThat(self.get().join()).isEqualTo(1);
        assertThat(never.handle((value, error) -> 7).toCompletableFuture().join()).isEqualTo(7);
        assertThat(seen).containsExactly(TaskState.RUNNING);
        assertThat(self.get().state()).isEqualTo(TaskState.EXEC_DONE);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(never.state()).isEqualTo(TaskState.DEP_FAIL);

        App1<Integer, Integer> memoized = looks.with(o -> o.memoize(true));
        memoized.call(5).join();
        AppFuture<Integer> again = memoized.call(5);
        assertThat(again.join()).isEqualTo(5);
        assertThat(again.state()).isEqualTo(TaskState.MEMO_DONE);
    }

    @Test
    void taskStatesBeforeAndBetweenBodies() throws Exception {
        ArrayDeque<Runnable> queue = new ArrayDeque<>();
        try (Flow slow = Flow.on(queue::add)) {
            AppFuture<Integer> launched = slow.app("launched", () -> 1).call();
            assertThat(launched.state()).isEqualTo(TaskState.LAUNCHED);
            CompletableFuture<Integer> inner = new CompletableFuture<>();
            AppFuture<Integer> joining = slow.joinApp("joining", () -> inner).call();
            AppFuture<Integer> cancelled = slow.app("cancelled", () -> 1).call();
            cancelled.cancel(true);
            List<Integer> tries = new ArrayList<>();
            AppFuture<Integer> again =
                    slow.<Integer>app(
                                    "again",
                                    () -> {
                                        tries.add(1);
                                        if (tries.size() == 1) {
                                            throw new IllegalStateException("once");
                                        }
                                        return tries.size();
                                    })
                            .with(o -> o.retries(1))
                            .call();
            for (int i = queue.size(); i > 0; i--) {
                queue.remove().run();
            }
            assertThat(launched.state()).isEqualTo(TaskState.EXEC_DONE);
            assertThat(joining.state()).isEqualTo(TaskState.JOINING);
            assertThat(cancelled.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(again.isDone()).isFalse();
            assertThat(slow.summary().retries()).isEqualTo(1);
            inner.complete(3);
            queue.remove().run();
            assertThat(joining.join()).isEqualTo(3);
            assertThat(again.join()).isEqualTo(2);
        }
    }

    /** A result hangs on the one before only as long as its task has not run. */
    @Test
    void garbageCollectionOfRecords() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, int[]> first = flow.app("first", (Integer x) -> new int[] {x});
        AppFuture<int[]> last = first.call(start);
        List<WeakReference<?>> garbage = new ArrayList<>();
        garbage.add(new WeakReference<>(last));
        App1<int[], int[]> next =
                flow.app(
                        "next",
                        (int[] x) -> {
                            garbage.add(new WeakReference<>(x)); // one after the other
                            return new int[] {x[0] + 1};
                        });
        for (int i = 0; i < 1_000; i++) {
            last = next.call(last);
        }
        start.complete(1);
        assertThat(last.join()).containsExactly(1_001);
        flow.await(Duration.ofMinutes(1));
        assertThat(garbage).hasSize(1_001);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (garbage.stream().anyMatch(item -> item.get() != null)) {
            assertThat(System.nanoTime()).as("some can still be reached").isLessThan(end);
            System.gc();
        }
        assertThat(last.isDone()).isTrue(); // and can be reached until here
    }

    @Test
    void poolFacade() throws Exception {
        ExecutorService pool = flow.asExecutorService("pool");
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int n = i;
            tasks.add(() -> n);
        }
        int sum = 0;
        for (Future<Integer> future : pool.invokeAll(tasks)) {
            sum += future.get();
        }
        assertThat(sum).isEqualTo(4_950);
        assertThat(pool.submit(() -> 6 * 7).get()).isEqualTo(42);
        pool.shutdown();
        assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        flow.await(Duration.ofMinutes(1));
        assertThat(flow.summary().count("pool", TaskState.EXEC_DONE)).isEqualTo(101);
    }

    /** What is ready is neither launched by one thread nor from the stack of what made it ready. */
    @Test
    void launchOfTasksThatNeedNotRun() {
        App1<Integer, Integer> increment =
                flow.app("increment", (Integer x) -> x + 1).with(o -> o.memoize(true));
        int n = 20_000; // more than a stack holds
        for (int round = 0; round < 2; round++) {
            CompletableFuture<Integer> start = new CompletableFuture<>();
            AppFuture<Integer> x = increment.call(start);
            for (int i = 1; i < n; i++) {
                x = increment.call(x);
            }
            start.complete(0);
            assertThat(x.join()).isEqualTo(n);
            assertThat(x.state()).isEqualTo(round == 0 ? TaskState.EXEC_DONE : TaskState.MEMO_DONE);
        }
    }
}
