// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries, walltime, executors by label, priority, resources, names, inputs. */
@ParameterizedClass
@EnumSource(On.class)
class OptionsTest extends OnEach {
    OptionsTest(On on) {
        super(on);
    }

    // Retries

    private static App0<Integer> flaky(Flow flow, AtomicInteger tries, int failures) {
        return flow.app(
                "flaky",
                () -> {
                    if (tries.incrementAndGet() <= failures) {
                        throw new IOException("try " + tries);
                    }
                    return tries.get();
                });
    }

    @Test
    void retriesOfTheFlowAndOfTheApp() {
        Flow patient = flow(b -> b.retries(3));
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> app = flaky(patient, tries, 3);
        assertThat(app.call().join()).isEqualTo(4);
        assertThat(patient.summary().retries()).isEqualTo(3);
        tries.set(0);
        assertThatThrownBy(app.with(o -> o.retries(0)).call()::join).hasMessageContaining("try 1");
        assertThat(tries).hasValue(1);
        tries.set(0);
        assertThatThrownBy(app.with(o -> o.retries(2)).call()::join).hasMessageContaining("try 3");
        assertThat(patient.summary())
                .hasToString("all: 1 EXEC_DONE, 2 FAILED\nflaky: 1 EXEC_DONE, 2 FAILED");
        assertThatThrownBy(() -> app.with(o -> o.retries(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void dependentsWaitForTheLastTry() {
        AtomicInteger tries = new AtomicInteger();
        App1<Integer, Integer> next = flow.app("next", (Integer x) -> x + 1);
        AppFuture<Integer> flaky = flaky(flow, tries, 2).with(o -> o.retries(2)).call();
        assertThat(next.call(flaky).join()).isEqualTo(4);
    }

    @Test
    void failedDependenciesAndJoinAppsAreNotRetried() {
        Flow patient = flow(b -> b.retries(5));
        AtomicInteger joins = new AtomicInteger();
        App0<Integer> bad =
                patient.<Integer>app(
                                "bad",
                                () -> {
                                    throw new IllegalStateException("broken");
                                })
                        .with(o -> o.retries(0));
        App0<Integer> outer =
                patient.joinApp(
                        "outer",
                        () -> {
                            joins.incrementAndGet();
                            return bad.call();
                        });
        assertThatThrownBy(outer.call()::join).hasCauseInstanceOf(JoinError.class);
        App0<Integer> throwing =
                patient.joinApp(
                        "throwing",
                        () -> {
                            joins.incrementAndGet();
                            throw new IllegalStateException("no future");
                        });
        assertThatThrownBy(throwing.call()::join).hasCauseInstanceOf(IllegalStateException.class);
        App1<Integer, Integer> next = patient.app("next", (Integer x) -> x);
        assertThatThrownBy(next.call(bad.call())::join).hasCauseInstanceOf(DependencyError.class);
        assertThat(joins).hasValue(2);
        assertThat(patient.summary().retries()).isZero();
    }

    @Test
    void retryHandlerWithCosts() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        Flow priced =
                flow(
                        b ->
                                b.retries(4)
                                        .retryHandler(
                                                (failure, task) -> {
                                                    seen.add(
                                                            task.app()
                                                                    + task.tries()
                                                                    + task.cost()
                                                                    + task.failures().size()
                                                                    + task.executor());
                                                    return failure.getMessage().equals("try 1")
                                                            ? 0.5
                                                            : 3.0;
                                                }));
        AtomicInteger tries = new AtomicInteger();
        // 0.5 + 3 is within the budget of 4, 0.5 + 3 + 3 is not
        assertThatThrownBy(flaky(priced, tries, 10).call()::join).hasMessageContaining("try 3");
        assertThat(tries).hasValue(3);
        assertThat(seen).containsExactly("flaky10.01here", "flaky20.52here", "flaky33.53here");
    }

    @Test
    void retryHandlerThatThrowsFailsTheTask() {
        Flow strict =
                flow(
                        b ->
                                b.retries(9)
                                        .retryHandler(
                                                (failure, task) -> {
                                                    throw new IllegalArgumentException("handler");
                                                }));
        AppFuture<Integer> future = flaky(strict, new AtomicInteger(), 5).call();
        assertThatThrownBy(future::join).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(future.failure().getSuppressed()[0]).hasMessage("try 1");
    }

    @Test
    void retryHandlerThatThrowsTheFailureItself() {
        Flow strict =
                flow(
                        b ->
                                b.retries(9)
                                        .retryHandler(
                                                (failure, task) -> {
                                                    throw (IllegalStateException) failure;
                                                }));
        AppFuture<Integer> future =
                strict.<Integer>app(
                                "bad",
                                () -> {
                                    throw new IllegalStateException("itself");
                                })
                        .call();
        assertThatThrownBy(future::join).hasRootCauseMessage("itself");
    }

    @Test
    void retryHandlerThatGivesNonsense() {
        for (double cost : new double[] {Double.NaN, -1}) {
            Flow odd = flow(b -> b.retries(9).retryHandler((failure, task) -> cost));
            assertThatThrownBy(flaky(odd, new AtomicInteger(), 5).call()::join)
                    .hasMessageContaining("a cost of " + cost + ": it must be 0 or more");
        }
        Flow never = flow(b -> b.retries(9).retryHandler((f, t) -> Double.POSITIVE_INFINITY));
        assertThatThrownBy(flaky(never, new AtomicInteger(), 5).call()::join)
                .hasMessageContaining("try 1");
        Flow free = flow(b -> b.retryHandler((f, t) -> 0));
        AtomicInteger tries = new AtomicInteger();
        assertThat(flaky(free, tries, 50).with(o -> o.retries(1)).call().join()).isEqualTo(51);
    }

    @Test
    void cancelledBetweenTries() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CompletableFuture<AppFuture<Integer>> self = new CompletableFuture<>();
        Flow free = flow(b -> b.retryHandler((f, t) -> 0).retries(1));
        App0<Integer> endless =
                free.app(
                        "endless",
                        () -> {
                            if (tries.incrementAndGet() == 100) {
                                self.join().cancel(false);
                            }
                            throw new IOException("again");
                        });
        if (isAsynchronous()) {
            self.complete(endless.call());
            assertThatThrownBy(self.join()::get)
                    .isInstanceOf(java.util.concurrent.CancellationException.class);
            free.close();
            assertThat(tries).hasValue(100);
            assertThat(free.summary().retries()).isEqualTo(99);
            assertThat(free.summary()).hasToString("all: 1 CANCELLED\nendless: 1 CANCELLED");
        }
    }

    // Walltime

    @Test
    void walltimeOfABodyThatListens() {
        App0<Integer> sleeps =
                flow.<Integer>app(
                                "sleeps",
                                () -> {
                                    Thread.sleep(100_000);
                                    return 1;
                                })
                        .with(o -> o.walltime(Duration.ofMillis(20)));
        AppFuture<Integer> future = sleeps.call();
        assertThatThrownBy(future::join)
                .hasCauseInstanceOf(AppTimeout.class)
                .hasMessageContaining("sleeps")
                .hasMessageContaining("PT0.02S");
        App0<Boolean> clean = flow.app("clean", () -> Thread.currentThread().isInterrupted());
        for (int i = 0; i < 10; i++) {
            assertThat(clean.call().join()).isFalse();
        }
    }

    @Test
    void walltimeOfABodyThatDoesNotListen() throws Exception {
        if (!isAsynchronous()) {
            return; // it has the caller's thread
        }
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean release = new AtomicBoolean();
        App0<Integer> deaf =
                flow.<Integer>app(
                                "deaf",
                                () -> {
                                    while (!release.get()) {
                                        Thread.onSpinWait();
                                    }
                                    done.countDown();
                                    return 1;
                                })
                        .with(o -> o.walltime(Duration.ofMillis(20)));
        AppFuture<Integer> future = deaf.call();
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(AppTimeout.class);
        flow.close(); // does not wait for it
        assertThat(done.getCount()).isOne();
        assertThat(flow.summary()).hasToString("all: 1 FAILED\ndeaf: 1 FAILED");
        release.set(true);
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void walltimeIsOfEachTry() {
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> slowAtFirst =
                flow.<Integer>app(
                                "slowAtFirst",
                                () -> {
                                    if (tries.incrementAndGet() < 3) {
                                        Thread.sleep(100_000);
                                    }
                                    return tries.get();
                                })
                        .with(o -> o.walltime(Duration.ofMillis(100)).retries(100));
        int result = slowAtFirst.call().join(); // above 3 if a quick one was slow
        assertThat(result).isGreaterThanOrEqualTo(3);
        assertThat(flow.summary().retries()).isGreaterThanOrEqualTo(2).isLessThan(result);
    }

    @Test
    void walltimeThatIsNotReachedChangesNothing() {
        App1<Integer, Integer> quick =
                flow.app("quick", (Integer x) -> x + 1).with(o -> o.walltime(Duration.ofDays(1)));
        AppFuture<Integer> x = flow.value(0);
        for (int i = 0; i < 10_000; i++) {
            x = quick.call(x);
        }
        assertThat(x.join()).isEqualTo(10_000);
        App0<Integer> forever =
                flow.app("forever", () -> 1)
                        .with(o -> o.walltime(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(forever.call().join()).isEqualTo(1);
        assertThatThrownBy(() -> forever.with(o -> o.walltime(Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    // Executors

    @Test
    void executorsByLabel() throws Exception {
        ExecutorService left = Executors.newSingleThreadExecutor(r -> new Thread(r, "left"));
        ExecutorService right = Executors.newSingleThreadExecutor(r -> new Thread(r, "right"));
        try {
            Flow two = flow(b -> b.executor("left", left).executor("right", right));
            App0<String> where = two.app("where", () -> Thread.currentThread().getName());
            for (int i = 0; i < 20; i++) {
                assertThat(where.with(o -> o.executors("left")).call().join()).isEqualTo("left");
                assertThat(where.with(o -> o.executors("right")).call().join()).isEqualTo("right");
                assertThat(where.with(o -> o.executors("left", "right")).call().join())
                        .isIn("left", "right");
            }
            App1<String, String> then =
                    two.app("then", (String s) -> s + Thread.currentThread().getName())
                            .with(o -> o.executors("right"));
            assertThat(then.call(where.with(o -> o.executors("left")).call()).join())
                    .isEqualTo("leftright");
            assertThatThrownBy(() -> where.with(o -> o.executors("middle")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no executor is called 'middle': the flow has [here, left, right]");
            two.close();
        } finally {
            On.close(left);
            On.close(right);
        }
    }

    @Test
    void leastLoadedGoesWhereThereIsLess() throws Exception {
        ExecutorService a = Executors.newSingleThreadExecutor(r -> new Thread(r, "a"));
        ExecutorService b = Executors.newSingleThreadExecutor(r -> new Thread(r, "b"));
        try (Flow two = Flow.builder().executor("a", a).executor("b", b).build()) {
            Gate gate = new Gate();
            two.app("block", gate::pass).call();
            assertThat(gate.begun.await(20, TimeUnit.SECONDS)).isTrue();
            App0<String> where = two.app("where", () -> Thread.currentThread().getName());
            for (int i = 0; i < 20; i++) {
                assertThat(where.call().join()).isEqualTo("b");
            }
            gate.open.countDown();
            two.await(Duration.ofSeconds(20));
            assertThat(two.slots(List.of())).allMatch(slot -> slot.load.get() == 0);
        } finally {
            On.close(a);
            On.close(b);
        }
    }

    @Test
    void loadsAreExactWhateverBecomesOfTheTasks() throws Exception {
        ExecutorService a = Executors.newFixedThreadPool(2);
        Executor refuses =
                task -> {
                    throw new RejectedExecutionException("full");
                };
        try (Flow two =
                Flow.builder()
                        .executor("a", a)
                        .executor("here", executor)
                        .executor("refuses", refuses)
                        .placement(Placement.RANDOM)
                        .retries(2)
                        .build()) {
            AtomicInteger n = new AtomicInteger();
            App0<Integer> mixed =
                    two.app(
                            "mixed",
                            () -> {
                                if (n.incrementAndGet() % 3 == 0) {
                                    throw new IOException("third");
                                }
                                return 1;
                            });
            for (int i = 0; i < 5_000; i++) {
                AppFuture<Integer> future = mixed.call();
                if (i % 4 == 0) {
                    future.cancel(true);
                }
            }
            two.await(Duration.ofSeconds(20));
            assertThat(two.summary().tasks()).isEqualTo(5_000);
            assertThat(two.slots(List.of())).allMatch(slot -> slot.load.get() == 0);
        } finally {
            On.close(a);
        }
    }

    @Test
    void randomPlacementUsesAll() throws Exception {
        ExecutorService a = Executors.newSingleThreadExecutor(r -> new Thread(r, "a"));
        ExecutorService b = Executors.newSingleThreadExecutor(r -> new Thread(r, "b"));
        try (Flow two =
                Flow.builder()
                        .executor("a", a)
                        .executor("b", b)
                        .placement(Placement.RANDOM)
                        .build()) {
            App0<String> where = two.app("where", () -> Thread.currentThread().getName());
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                names.add(where.call().join());
            }
            assertThat(names).contains("a", "b"); // fails once in 2^199
        } finally {
            On.close(a);
            On.close(b);
        }
    }

    @Test
    void buildersCheckWhatTheyAreTold() {
        assertThatThrownBy(() -> Flow.builder().build()).hasMessageContaining("needs an executor");
        assertThatThrownBy(() -> Flow.builder().executor("", executor))
                .hasMessageContaining("not ''");
        assertThatThrownBy(() -> Flow.builder().executor("a", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("executor a");
        assertThatThrownBy(() -> Flow.builder().executor("a", executor).executor("a", executor))
                .hasMessageContaining("two executors are called 'a'");
        assertThatThrownBy(() -> Flow.builder().retries(-3)).hasMessageContaining("-3");
        assertThatThrownBy(() -> Flow.builder().maxInFlight(0)).hasMessageContaining("0");
        assertThatThrownBy(() -> Flow.builder().executor("a", executor).rejectWhenFull().build())
                .hasMessageContaining("rejectWhenFull needs maxInFlight");
    }

    // The rest

    @Test
    void priorityDecidesWhoGoesFirst() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (Flow narrow = Flow.on(one)) {
            Gate gate = new Gate();
            narrow.app("block", gate::pass).call();
            assertThat(gate.begun.await(20, TimeUnit.SECONDS)).isTrue();
            List<Integer> order = Collections.synchronizedList(new ArrayList<>());
            App1<Integer, Boolean> app = narrow.app("app", (Integer x) -> order.add(x));
            for (int p : new int[] {1, 5, -2, 5, 3}) {
                app.with(o -> o.priority(p)).call(p);
            }
            gate.open.countDown();
            narrow.await(Duration.ofSeconds(20));
            assertThat(order).containsExactly(5, 5, 3, 1, -2);
        } finally {
            On.close(one);
        }
    }

    @Test
    void priorityTasksThatAreRefusedFail() throws Exception {
        ExecutorService gone = Executors.newSingleThreadExecutor();
        gone.shutdown();
        try (Flow on = Flow.on(gone)) {
            AppFuture<Integer> future = on.app("app", () -> 1).with(o -> o.priority(1)).call();
            assertThatThrownBy(future::join).hasCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void resourcesGoToExecutorsThatKnowThem() {
        List<Map<String, Object>> asked = Collections.synchronizedList(new ArrayList<>());
        ResourceExecutor ranks =
                new ResourceExecutor() {
                    @Override
                    public void check(Map<String, Object> resources) {
                        if (!resources.containsKey("ranks")) {
                            throw new IllegalArgumentException("ranks are missing: " + resources);
                        }
                    }

                    @Override
                    public void execute(Runnable task, Map<String, Object> resources) {
                        asked.add(resources);
                        executor.execute(task);
                    }

                    @Override
                    public void execute(Runnable task) {
                        executor.execute(task);
                    }
                };
        Flow two = flow(b -> b.executor("ranks", ranks));
        App0<Integer> app = two.app("app", () -> 1);
        Map<String, Object> wanted = Map.of("ranks", 4);
        assertThat(app.with(o -> o.executors("ranks").resources(wanted)).call().join())
                .isEqualTo(1);
        assertThat(asked).containsExactly(wanted);
        assertThat(app.with(o -> o.executors("ranks")).call().join()).isEqualTo(1);
        assertThat(asked).hasSize(1);
        assertThatThrownBy(() -> app.with(o -> o.resources(wanted)))
                .isInstanceOf(InvalidResourceSpecification.class)
                .hasMessageContaining("executor here knows no resources");
        assertThatThrownBy(() -> app.with(o -> o.executors("ranks").resources(Map.of("nodes", 1))))
                .isInstanceOf(InvalidResourceSpecification.class)
                .hasMessageContaining("ranks are missing: {nodes=1}");
    }

    @Test
    void namesShowInMessagesAndSummaries() {
        App0<Integer> bad =
                flow.app(
                        "bad",
                        () -> {
                            throw new IllegalStateException("broken");
                        });
        App1<Integer, Integer> next = flow.app("next", (Integer x) -> x);
        AppFuture<Integer> named = bad.with(o -> o.name("bad of Tuesday")).call();
        AppFuture<Integer> last = next.with(o -> o.name("report")).call(named);
        assertThat(named.name()).isEqualTo("bad of Tuesday");
        assertThatThrownBy(last::join).hasMessageContaining("report <- bad of Tuesday: broken");
        assertThat(flow.summary().count("bad", TaskState.FAILED)).isEqualTo(1);
        assertThatThrownBy(() -> flow.summary().count("report", TaskState.FAILED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no app is called report: the flow has [bad, next]");
    }

    @Test
    void inputsAreWaitedFor() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);
        AppFuture<Integer> future =
                same.with(o -> o.inputs(first, flow.future(second), "not a future")).call(1);
        first.complete(1);
        assertThat(future.isDone()).isFalse();
        second.complete(2);
        assertThat(future.join()).isEqualTo(1);
        CompletableFuture<Integer> bad = new CompletableFuture<>();
        AppFuture<Integer> fails = same.with(o -> o.inputs(bad)).call(1);
        bad.completeExceptionally(new IOException("not there"));
        assertThatThrownBy(fails::join).hasMessageContaining("same <- stage: not there");
    }
}
