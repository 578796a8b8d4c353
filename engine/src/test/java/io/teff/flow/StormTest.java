// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several threads build random graphs at once, whose bodies throw, cancel, call, join and are run
 * again. Afterwards every future has ended, with the value that it must have if any, and the
 * summary says of each app exactly what its futures say.
 */
@ParameterizedClass
@EnumSource(On.class)
class StormTest extends OnEach {
    private static final int CALLERS = 3;
    private static final int CALLS = 4_000;

    private final Flow storm = flow(b -> b.executor("again", executor).retries(1).maxInFlight(500));

    /** A future, and what its value is if it has one. */
    private record Expected(AppFuture<Long> future, long value) {}

    private final Map<String, ConcurrentLinkedQueue<AppFuture<?>>> made = new java.util.TreeMap<>();
    private final AtomicLong bodies = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    private final App1<Long, Long> add1 = storm.app("add1", (Long x) -> body(x) + 1);
    private final App2<Long, Long, Long> sum = storm.app("sum", (Long a, Long b) -> body(a) + b);
    private final App1<Long, Long> throwing =
            storm.app(
                    "throwing",
                    (Long x) -> {
                        failures.incrementAndGet();
                        throw new IllegalStateException("thrown " + body(x));
                    });
    private final App1<Long, Long> flaky =
            storm.app(
                    "flaky",
                    (Long x) -> {
                        if (ThreadLocalRandom.current().nextBoolean()) {
                            failures.incrementAndGet();
                            throw new IllegalStateException("flaky " + x);
                        }
                        return body(x) + 1;
                    });
    private final App1<Long, Long> outer =
            storm.joinApp("outer", (Long x) -> note("add1", add1.call(note("add1", add1.call(x)))));
    private final App1<Long, List<Long>> outerAll =
            storm.joinAllApp(
                    "outerAll",
                    (Long x) -> List.of(note("add1", add1.call(x)), note("flaky", flaky.call(x))));
    private final App2<Long, AppFuture<?>[], Long> cancels =
            storm.app(
                    "cancels",
                    (Long x, AppFuture<?>[] others) -> {
                        for (AppFuture<?> other : others) {
                            other.cancel(true);
                        }
                        return body(x) + 1;
                    });
    private final AppList<Long, Long> total =
            storm.listApp(
                    "total", (List<Long> xs) -> body(0) + xs.stream().mapToLong(x -> x).sum());

    StormTest(On on) {
        super(on);
        for (String app :
                List.of(
                        "add1",
                        "sum",
                        "throwing",
                        "flaky",
                        "outer",
                        "outerAll",
                        "cancels",
                        "total")) {
            made.put(app, new ConcurrentLinkedQueue<>());
        }
    }

    private long body(long x) {
        bodies.incrementAndGet();
        return x;
    }

    private <R> AppFuture<R> note(String app, AppFuture<R> future) {
        made.get(app).add(future);
        return future;
    }

    @Test
    void everyTaskIsAccountedFor() throws Exception {
        long seed = Long.getLong("teff.seed", System.nanoTime());
        System.out.println("StormTest " + on + " seed=" + seed);
        ConcurrentLinkedQueue<Expected> expected = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < CALLERS; t++) {
            Random random = new Random(seed + t);
            Thread caller =
                    new Thread(
                            () -> {
                                try {
                                    call(random, expected);
                                } catch (Throwable e) {
                                    wrong.add(e);
                                }
                            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        storm.await(Duration.ofSeconds(50));
        storm.close();

        for (Expected e : expected) {
            assertThat(e.future.isDone()).isTrue();
            if (!e.future.isFailed()) {
                assertThat(e.future.join()).isEqualTo(e.value);
            }
        }
        Summary summary = storm.summary();
        long tasks = 0;
        for (Map.Entry<String, ConcurrentLinkedQueue<AppFuture<?>>> app : made.entrySet()) {
            Map<TaskState, Long> states = new EnumMap<>(TaskState.class);
            app.getValue().forEach(future -> states.merge(future.state(), 1L, Long::sum));
            for (TaskState state : TaskState.values()) {
                assertThat(summary.count(app.getKey(), state))
                        .as("%s %s of %s", app.getKey(), state, summary)
                        .isEqualTo(states.getOrDefault(state, 0L));
            }
            tasks += app.getValue().size();
        }
        assertThat(summary.tasks()).isEqualTo(tasks);
        assertThat(summary.inFlight()).isZero();
        assertThat(summary.count(TaskState.EXEC_DONE)).isPositive();
        assertThat(summary.count(TaskState.FAILED)).isPositive();
        assertThat(summary.count(TaskState.DEP_FAIL)).isPositive();
        assertThat(summary.count(TaskState.CANCELLED)).isPositive();
        assertThat(summary.retries()).isBetween(1L, failures.get());
        assertThat(storm.slots(List.of())).allMatch(slot -> slot.load.get() == 0);
    }

    private void call(Random random, ConcurrentLinkedQueue<Expected> expected) {
        List<Expected> recent = new ArrayList<>();
        List<CompletableFuture<Long>> open = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            Expected a = pick(random, recent, open);
            Expected b = pick(random, recent, open);
            Expected made =
                    switch (random.nextInt(12)) {
                        case 0 -> new Expected(note("throwing", throwing.call(a.future)), 0);
                        case 1 -> new Expected(note("flaky", flaky.call(a.future)), a.value + 1);
                        case 2 -> new Expected(note("outer", outer.call(a.future)), a.value + 2);
                        case 3 ->
                                new Expected(
                                        note("outerAll", outerAll.call(a.future))
                                                .map(l -> l.get(0) + l.get(1)),
                                        2 * a.value + 2);
                        case 4 -> {
                            AppFuture<?>[] victims = {b.future};
                            yield new Expected(
                                    note("cancels", cancels.call(a.future, flow(victims))),
                                    a.value + 1);
                        }
                        case 5 ->
                                new Expected(
                                        note("total", total.callAll(List.of(a.future, b.future))),
                                        a.value + b.value);
                        case 6 -> new Expected(a.future.map(x -> x * 2), a.value * 2);
                        case 7 ->
                                new Expected(
                                        note(
                                                "add1",
                                                add1.with(o -> o.executors("here")).call(a.future)),
                                        a.value + 1);
                        case 8 ->
                                new Expected(
                                        note(
                                                "add1",
                                                add1.with(o -> o.walltime(Duration.ofSeconds(40)))
                                                        .call(a.future)),
                                        a.value + 1);
                        default ->
                                new Expected(
                                        note("sum", sum.call(a.future, b.future)),
                                        a.value + b.value);
                    };
            expected.add(made);
            if (recent.size() < 50) {
                recent.add(made);
            } else {
                recent.set(random.nextInt(50), made);
            }
            if (random.nextInt(50) == 0) {
                made.future.cancel(random.nextBoolean());
            }
            if (open.size() > 3) {
                open.remove(0).complete(1L);
            }
        }
        open.forEach(stage -> stage.complete(1L));
    }

    private AppFuture<AppFuture<?>[]> flow(AppFuture<?>[] victims) {
        return storm.value(victims);
    }

    /** Something recent, a new value, or a stage that is completed a little later. */
    private Expected pick(
            Random random, List<Expected> recent, List<CompletableFuture<Long>> open) {
        int which = random.nextInt(10);
        if (which == 0) {
            CompletableFuture<Long> stage = new CompletableFuture<>();
            open.add(stage);
            return new Expected(storm.future(stage), 1);
        }
        if (which < 4 || recent.isEmpty()) {
            long value = random.nextInt(1000);
            return new Expected(storm.value(value), value);
        }
        return recent.get(random.nextInt(recent.size()));
    }
}
