// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Cancelling: who is, who is not, and that nobody else is interrupted. */
@ParameterizedClass
@EnumSource(On.class)
class CancelTest extends OnEach {
    private static final int DEPTH = 20_000; // more than a stack holds

    CancelTest(On on) {
        super(on);
    }

    @Test
    void cancelPropagatesToDependentsOnly() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
        AppFuture<Integer> a = same.call(start);
        AppFuture<Integer> b = same.call(a);
        AppFuture<Integer> c = same.call(b);
        AppFuture<Integer> mapped = b.map(x -> x);
        AppFuture<Integer> sibling = same.call(a);
        assertThat(b.cancel(true)).isTrue();
        assertThat(c.isCancelled()).isTrue();
        assertThat(mapped.isCancelled()).isTrue();
        assertThatThrownBy(c::join).isInstanceOf(CancellationException.class);
        assertThat(c.failure()).hasMessage("same was cancelled, as same was");
        start.complete(1);
        assertThat(sibling.join()).isEqualTo(1);
        flow.await(Duration.ofMinutes(1));
        assertThat(flow.summary().count(TaskState.CANCELLED)).isEqualTo(2);
        assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo(2);
        assertThat(flow.summary().tasks()).isEqualTo(4);
    }

    @Test
    void whatWasCancelledBeforeItRanIsAccountedForAtOnce() {
        App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
        AppFuture<Integer> never = same.call(new CompletableFuture<Integer>());
        never.cancel(false);
        assertThat(flow.summary()).hasToString("all: 1 CANCELLED\nsame: 1 CANCELLED");
        assertThat(flow.summary().inFlight()).isZero();
    }

    @Test
    void aMillionCancelledInAChain() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
        AppFuture<Integer> first = same.call(start);
        AppFuture<Integer> x = first;
        for (int i = 1; i < 1_000_000; i++) {
            x = same.call(x);
        }
        first.cancel(true);
        assertThat(x.isCancelled()).isTrue();
        assertThat(flow.summary().count(TaskState.CANCELLED)).isEqualTo(1_000_000);
        assertThat(flow.isIdle()).isTrue();
    }

    @Test
    void cancelOfNestedJoinsReachesTheInnermost() {
        CompletableFuture<Integer> outside = new CompletableFuture<>();
        AtomicReference<App1<Integer, Integer>> self = new AtomicReference<>();
        CountDownLatch deep = new CountDownLatch(1);
        App1<Integer, Integer> last = flow.app("last", (Integer x) -> x);
        AtomicReference<AppFuture<Integer>> innermost = new AtomicReference<>();
        self.set(
                flow.joinApp(
                        "down",
                        (Integer n) -> {
                            if (n > 0) {
                                return self.get().call(n - 1);
                            }
                            innermost.set(last.call(outside));
                            deep.countDown();
                            return innermost.get();
                        }));
        AppFuture<Integer> outer = self.get().call(DEPTH);
        await(deep);
        while (flow.summary().count("down", TaskState.JOINING) <= DEPTH) {
            Thread.yield();
        }
        assertThat(outer.cancel(true)).isTrue();
        assertThat(innermost.get().isCancelled()).isTrue();
        assertThat(flow.summary().count("down", TaskState.CANCELLED)).isEqualTo(DEPTH + 1);
        assertThat(flow.summary().count("down", TaskState.JOINING)).isZero();
        assertThat(outside).isNotCancelled(); // an argument of what was cancelled, no part of it
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void interruptsTheBody() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        Gate gate = new Gate();
        AtomicBoolean interrupted = new AtomicBoolean();
        App0<Integer> waits =
                flow.app(
                        "waits",
                        () -> {
                            try {
                                return gate.pass();
                            } catch (InterruptedException e) {
                                interrupted.set(true);
                                throw e;
                            }
                        });
        AppFuture<Integer> future = waits.call();
        await(gate.begun);
        assertThat(future.cancel(true)).isTrue();
        assertThat(future.isCancelled()).isTrue();
        flow.close(); // waits for the body, too
        assertThat(interrupted).isTrue();
        assertThat(flow.summary()).hasToString("all: 1 CANCELLED\nwaits: 1 CANCELLED");
    }

    @Test
    void doesNotInterruptUnlessToldTo() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        Gate gate = new Gate();
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicBoolean returned = new AtomicBoolean();
        App0<Integer> waits =
                flow.app(
                        "waits",
                        () -> {
                            gate.begun.countDown();
                            gate.open.await(200, TimeUnit.MILLISECONDS);
                            interrupted.set(Thread.currentThread().isInterrupted());
                            returned.set(true);
                            return 1;
                        });
        AppFuture<Integer> future = waits.call();
        await(gate.begun);
        assertThat(future.cancel(false)).isTrue();
        flow.close();
        assertThat(returned).as("close waits for bodies of cancelled tasks").isTrue();
        assertThat(interrupted).isFalse();
    }

    @Test
    void noLaterTaskSeesTheInterrupt() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        AtomicInteger strays = new AtomicInteger();
        App0<Integer> plain =
                flow.app(
                        "plain",
                        () -> {
                            if (Thread.interrupted()) {
                                strays.incrementAndGet();
                            }
                            return 1;
                        });
        App0<Integer> quick =
                flow.app(
                        "quick",
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                Thread.onSpinWait();
                            }
                            return 1;
                        });
        App0<Integer> flaky =
                flow.<Integer>app(
                                "flaky",
                                () -> {
                                    throw new IllegalStateException();
                                })
                        .with(o -> o.retries(3));
        App0<Integer> timed = quick.with(o -> o.walltime(Duration.ofNanos(1)));
        int cancelled = 0;
        int n = 0;
        for (Laps laps = new Laps(20_000); laps.more(); n++) {
            AppFuture<Integer> victim =
                    switch (n % 3) {
                        case 0 -> quick.call();
                        case 1 -> flaky.call();
                        default -> timed.call();
                    };
            AppFuture<Integer> next = plain.call();
            for (int spin = n % 97; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            cancelled += victim.cancel(true) ? 1 : 0;
            next.join();
        }
        flow.close();
        // a body that was interrupted by its own cancel or limit has eaten that itself
        assertThat(strays).hasValue(0);
        assertThat(cancelled).isPositive();
        assertThat(flow.summary().count(TaskState.CANCELLED)).isEqualTo(cancelled);
        assertThat(flow.summary().tasks()).isEqualTo(2L * n);
    }

    @Test
    void anInterruptIsNeverMissed() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        // strikes as the body begins: one that is missed sleeps until the test's time is up
        App0<Integer> sleeps =
                flow.app(
                        "sleeps",
                        () -> {
                            Thread.sleep(100_000);
                            return 1;
                        });
        int n = 0;
        for (Laps laps = new Laps(3_000); laps.more(); n++) {
            AppFuture<Integer> future = sleeps.call();
            for (int spin = n % 211; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            assertThat(future.cancel(true)).isTrue();
        }
        flow.close();
        assertThat(flow.summary().count(TaskState.CANCELLED)).isEqualTo(n);
    }

    @Test
    void joinAppsThatAreCancelledWhileTheyBegin() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        CompletableFuture<Integer> never = new CompletableFuture<>();
        App1<Integer, Integer> inner = flow.app("inner", (Integer x) -> x);
        App0<Integer> outer = flow.joinApp("outer", () -> inner.call(never));
        int n = 0;
        for (Laps laps = new Laps(20_000); laps.more(); n++) {
            AppFuture<Integer> future = outer.call();
            for (int spin = n % 97; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            assertThat(future.cancel(true)).isTrue();
        }
        flow.close(); // hangs if an inner task was forgotten
        assertThat(flow.summary().count("outer", TaskState.CANCELLED)).isEqualTo(n);
        assertThat(flow.summary().count(TaskState.JOINING)).isZero();
        assertThat(flow.summary().count(TaskState.RUNNING)).isZero();
        assertThat(flow.summary().tasks()).isEqualTo(flow.summary().count(TaskState.CANCELLED));
    }

    @Test
    void callbacksOfACancelledTaskMayWaitForItsThread() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        Gate first = new Gate();
        Gate second = new Gate();
        App1<Gate, Integer> pass = flow.app("pass", (Gate gate) -> gate.pass());
        App0<Integer> after = flow.app("after", () -> 7);
        AppFuture<Integer> victim = pass.call(first);
        AppFuture<Integer> other = pass.call(second); // both threads are taken
        await(first.begun);
        await(second.begun);
        AppFuture<Integer> behind = after.call();
        CompletableFuture<Integer> seen =
                victim.handle((value, error) -> behind.join()).toCompletableFuture();
        assertThat(victim.cancel(true)).isTrue(); // the callback runs in here
        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo(7);
        second.open.countDown();
        assertThat(other.join()).isEqualTo(1);
    }

    @Test
    void aTaskMayCancelItself() throws Exception {
        if (!isAsynchronous()) {
            return;
        }
        AtomicReference<AppFuture<Integer>> self = new AtomicReference<>();
        Gate gate = new Gate();
        App0<Integer> suicidal =
                flow.app(
                        "suicidal",
                        () -> {
                            gate.pass();
                            self.get().cancel(true);
                            return Thread.currentThread().isInterrupted() ? 1 : 0;
                        });
        self.set(suicidal.call());
        gate.open.countDown();
        assertThatThrownBy(self.get()::join).isInstanceOf(CancellationException.class);
        App0<Boolean> isInterrupted =
                flow.app("isInterrupted", () -> Thread.currentThread().isInterrupted());
        for (int i = 0; i < 100; i++) {
            assertThat(isInterrupted.call().join()).isFalse();
        }
    }

    @Test
    void halfwayThroughAWavefront() throws Exception {
        int n = 120;
        CountDownLatch halfway = new CountDownLatch(n * n / 2);
        App2<Long, Long, Long> cell =
                flow.app(
                        "cell",
                        (Long up, Long left) -> {
                            halfway.countDown();
                            return up + left;
                        });
        CompletableFuture<Long> start = new CompletableFuture<>();
        List<AppFuture<Long>> row = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            row.add(flow.future(start));
        }
        AppFuture<Long> left = flow.value(0L);
        List<AppFuture<Long>> all = new ArrayList<>();
        for (int y = 0; y < n; y++) {
            left = flow.future(start);
            for (int x = 0; x < n; x++) {
                left = cell.call(row.get(x), left);
                row.set(x, left);
                all.add(left);
            }
        }
        Thread canceller =
                new Thread(
                        () -> {
                            await(halfway);
                            for (int i = 0; i < all.size(); i += 7) {
                                all.get(i).cancel(true);
                            }
                        });
        canceller.start();
        start.complete(1L);
        canceller.join();
        flow.await(Duration.ofSeconds(30));
        long done = all.stream().filter(f -> !f.isFailed()).count();
        long cancelled = all.stream().filter(AppFuture::isCancelled).count();
        assertThat(done + cancelled).isEqualTo((long) n * n);
        assertThat(flow.summary().count(TaskState.EXEC_DONE)).isEqualTo(done);
        assertThat(flow.summary().count(TaskState.CANCELLED)).isEqualTo(cancelled);
        assertThat(flow.summary().tasks()).isEqualTo((long) n * n);
        assertThat(done).isGreaterThanOrEqualTo((long) n * n / 2 - 2);
    }
}
