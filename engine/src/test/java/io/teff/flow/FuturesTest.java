// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** App futures as futures and as stages, and other people's futures as arguments. */
@ParameterizedClass
@EnumSource(On.class)
class FuturesTest extends OnEach {
    private final App1<Integer, Integer> increment = flow.app("increment", (Integer x) -> x + 1);

    FuturesTest(On on) {
        super(on);
    }

    private AppFuture<Integer> failing(Exception error) {
        return flow.<Integer>app(
                        "failing",
                        () -> {
                            throw error;
                        })
                .call();
    }

    @Test
    void asFuture() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> future = increment.call(start);
        assertThat(future.isDone()).isFalse();
        assertThat(future.state()).isEqualTo(TaskState.PENDING);
        assertThat(future.failure()).isNull();
        assertThatThrownBy(() -> future.get(2, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("increment has no result after PT0.002S");
        assertThatThrownBy(() -> future.get(0, TimeUnit.SECONDS))
                .isInstanceOf(TimeoutException.class);
        start.complete(1);
        assertThat(future.get()).isEqualTo(2);
        assertThat(future.get(1, TimeUnit.NANOSECONDS)).isEqualTo(2);
        assertThat(future.get(Long.MAX_VALUE, TimeUnit.DAYS)).isEqualTo(2);
        assertThat(future.isDone()).isTrue();
        assertThat(future.isFailed()).isFalse();
        assertThat(future.isCancelled()).isFalse();
        assertThat(future.cancel(true)).isFalse();
        assertThat(future.name()).isEqualTo("increment");
        assertThat(future.flow()).isSameAs(flow);
        assertThat((Object) future).hasToString("increment EXEC_DONE");
        assertThat(future.outputs()).isEmpty();
    }

    @Test
    void dependentsThatComeWhileTheBodyRuns() throws Exception {
        for (int before = 0; before < 3; before++) {
            Gate gate = new Gate();
            CompletableFuture<Integer> start = new CompletableFuture<>();
            AppFuture<Integer> slow = flow.app("slow", (Integer x) -> x + gate.pass()).call(start);
            List<AppFuture<Integer>> dependents = new ArrayList<>();
            for (int i = 0; i < before; i++) {
                dependents.add(increment.call(slow));
            }
            Thread thread = new Thread(() -> start.complete(1)); // which may run the body
            thread.start();
            assertThat(gate.begun.await(30, TimeUnit.SECONDS)).isTrue();
            dependents.add(increment.call(slow));
            dependents.add(increment.call(slow));
            gate.open.countDown();
            assertThat(dependents).hasSize(before + 2).allMatch(future -> future.join() == 3);
            thread.join();
        }
    }

    @Test
    void failuresAsFutureAndAsStage() {
        IOException error = new IOException("no disk");
        AppFuture<Integer> future = failing(error);
        assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCause(error);
        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(error);
        assertThat(future.failure()).isSameAs(error);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        future.whenComplete((value, failure) -> seen.set(failure)).exceptionally(e -> 0);
        assertThat(seen.get()).isSameAs(error);
        assertThat(future.toCompletableFuture().isCompletedExceptionally()).isTrue();
        assertThat(future.exceptionally(e -> -1).toCompletableFuture().join()).isEqualTo(-1);
        assertThat(future.handle((v, e) -> e.getMessage()).toCompletableFuture().join())
                .isEqualTo("no disk");
    }

    @Test
    void asStage() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> two = increment.call(start);
        CompletableFuture<Integer> six =
                two.thenApply(x -> x * 2)
                        .thenCombine(two, Integer::sum)
                        .thenCompose(x -> flow.value(x))
                        .toCompletableFuture();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> accepted = two.thenAccept(seen::add).toCompletableFuture();
        CompletableFuture<Void> ran = two.thenRun(() -> seen.add(0)).toCompletableFuture();
        assertThat(six).isNotDone();
        start.complete(1);
        assertThat(six.join()).isEqualTo(6);
        accepted.join();
        ran.join();
        assertThat(two.thenAcceptBoth(six, (a, b) -> seen.add(a + b)).toCompletableFuture().join())
                .isNull();
        assertThat(seen).contains(2, 0, 8);
        assertThat(
                        two.applyToEither(new CompletableFuture<Integer>(), x -> x)
                                .toCompletableFuture())
                .isCompletedWithValue(2);
        assertThat(CompletableFuture.completedFuture(1).thenCompose(x -> two).join()).isEqualTo(2);
    }

    @Test
    void callbacksMayCallApps() throws Exception {
        Flow narrow = flow(b -> b.maxInFlight(1));
        App1<Integer, Integer> next = narrow.app("next", (Integer x) -> x + 1);
        CompletableFuture<Integer> start = new CompletableFuture<>();
        // called back by who completes the stage, who must not wait for room
        CompletableFuture<Integer> end =
                start.thenCompose(next::call).thenCompose(next::call).thenCompose(next::call);
        start.complete(0);
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(3);

        CompletableFuture<Integer> gate = new CompletableFuture<>();
        AppFuture<Integer> first = next.call(gate);
        CompletableFuture<Integer> more =
                first.thenCompose(next::call).thenCompose(next::call).toCompletableFuture();
        gate.complete(10);
        assertThat(more.get(20, TimeUnit.SECONDS)).isEqualTo(13);
    }

    @Test
    void callbacksMayWait() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> one = increment.call(start);
        CompletableFuture<Integer> result =
                one.thenApply(x -> increment.call(increment.call(x)).join()).toCompletableFuture();
        AppFuture<Integer> sibling = increment.call(one); // resolved after the callback
        CompletableFuture<Integer> both = one.thenApply(x -> sibling.join()).toCompletableFuture();
        start.complete(0);
        assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(both.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void foreignStagesAsArguments() {
        CompletableFuture<Integer> good = new CompletableFuture<>();
        CompletableFuture<Integer> bad = new CompletableFuture<>();
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        AppFuture<Integer> two = increment.call(good.thenApply(x -> x));
        AppFuture<Integer> failed = increment.call(bad.thenApply(x -> x));
        AppFuture<Integer> gone = increment.call(cancelled);
        good.complete(1);
        bad.completeExceptionally(new IOException("gone away"));
        cancelled.cancel(true);
        assertThat(two.join()).isEqualTo(2);
        assertThatThrownBy(failed::get)
                .hasCauseInstanceOf(DependencyError.class)
                .hasRootCauseInstanceOf(IOException.class)
                .hasMessageContaining("increment <- stage: gone away");
        assertThat(gone.isCancelled()).isTrue();
        assertThat(increment.call(CompletableFuture.completedStage(4)).join()).isEqualTo(5);
    }

    @Test
    void futuresOfAnotherFlow() throws Exception {
        Flow other = flow(b -> b);
        App1<Integer, Integer> there = other.app("there", (Integer x) -> x * 10);
        AppFuture<Integer> mixed = increment.call(there.call(increment.call(there.call(1))));
        assertThat(mixed.get(20, TimeUnit.SECONDS)).isEqualTo(111);
        CompletableFuture<Integer> never = new CompletableFuture<>();
        AppFuture<Integer> waiting = there.call(never);
        AppFuture<Integer> here = increment.call(waiting);
        waiting.cancel(true);
        assertThat(here.isCancelled()).isTrue();
        assertThat((Object) flow.future(here)).isSameAs(here);
        assertThat((Object) flow.future(waiting)).isNotSameAs(waiting);
    }

    @Test
    void map() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> one = increment.call(start);
        AppFuture<String> text = one.map(x -> x * 2).map(x -> "<" + x + ">");
        AppFuture<Integer> broken =
                one.map(
                        x -> {
                            throw new IllegalStateException("not " + x);
                        });
        AppFuture<Integer> after = increment.call(broken);
        assertThat(text.state()).isEqualTo(TaskState.PENDING);
        start.complete(0);
        assertThat(text.join()).isEqualTo("<2>");
        assertThat(text.name()).isEqualTo("increment.map.map");
        assertThat(one.map(x -> null).join()).isNull();
        assertThatThrownBy(broken::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(after::join).hasMessageContaining("increment <- increment.map: not 1");
        assertThatThrownBy(() -> one.map(null)).isInstanceOf(NullPointerException.class);
        AppFuture<Integer> failed = failing(new IOException("x"));
        assertThatThrownBy(failed.map(x -> x)::join).hasCause(failed.failure());
    }

    @Test
    void aMillionMapsInARow() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> x = increment.call(start);
        for (int i = 0; i < 1000; i++) {
            x = x.map(v -> v + 1);
        }
        AppFuture<Integer> last = x;
        start.complete(0);
        assertThat(last.join()).isEqualTo(1001);
    }

    @Test
    void getOfAKey() {
        AppFuture<Map<String, Integer>> map = flow.app("map", () -> Map.of("a", 1)).call();
        assertThat(map.<Integer>get("a").join()).isEqualTo(1);
        assertThat(map.<Integer>get("a").name()).isEqualTo("map[a]");
        assertThatThrownBy(map.get("b")::join)
                .hasCauseInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("no entry for b: the keys are [a]");
        assertThat(flow.value(List.of("x", "y")).<String>get((Object) 1).join()).isEqualTo("y");
        assertThat(flow.value(new int[] {5, 6}).<Integer>get((Object) 1).join()).isEqualTo(6);
        assertThat(flow.value(Set.of("only")).<String>get((Object) 0).join()).isEqualTo("only");
        assertThatThrownBy(flow.value(List.of()).get((Object) 3)::join)
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(flow.value("text").get("key")::join)
                .hasMessageContaining("cannot take entry key of java.lang.String");
    }

    @Test
    void interruptedWhileWaiting() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> future = increment.call(start);
        Thread.currentThread().interrupt();
        assertThatThrownBy(future::get).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> future.get(1, TimeUnit.DAYS))
                .isInstanceOf(InterruptedException.class);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiter =
                new Thread(
                        () -> {
                            try {
                                future.get();
                            } catch (Exception e) {
                                thrown.set(e);
                            }
                        });
        waiter.start();
        while (waiter.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        waiter.interrupt();
        waiter.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        start.complete(1);
        assertThat(future.join()).isEqualTo(2); // join does not mind
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void pollingLeavesNothingBehind() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> future = increment.call(start);
        AppFuture<Integer> dependent = increment.call(future);
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> future.get(1, TimeUnit.NANOSECONDS))
                    .isInstanceOf(TimeoutException.class);
        }
        int links = 0;
        for (Dependent d = (Dependent) future.outcome(); d != null; d = d.next) {
            links++;
        }
        assertThat(links).isBetween(1, 100);
        start.complete(1);
        assertThat(dependent.join()).isEqualTo(3); // was not swept away
    }

    @Test
    void cancelledFuturesThrowCancellations() {
        AppFuture<Integer> future = increment.call(new CompletableFuture<Integer>());
        assertThat(future.cancel(false)).isTrue();
        assertThat(future.cancel(true)).isFalse();
        assertThatThrownBy(future::get)
                .isInstanceOf(CancellationException.class)
                .hasMessage("increment was cancelled");
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.failure()).isInstanceOf(CancellationException.class);
        assertThat(future.toCompletableFuture()).isCancelled();
        assertThat(future.state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void flowAwaitsItsTasks() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> future = increment.call(start);
        assertThatThrownBy(() -> flow.await(Duration.ofMillis(5)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("not idle after PT0.005S")
                .hasMessageContaining("increment: 1 PENDING");
        start.complete(1);
        flow.await(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(future.isDone()).isTrue();
        AppFuture<Integer> inside =
                flow.app(
                                "inside",
                                () -> {
                                    flow.await(Duration.ofDays(1));
                                    return 1;
                                })
                        .call();
        assertThatThrownBy(inside::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a task cannot wait for its own flow");
    }
}
