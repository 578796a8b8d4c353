// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.teff.flow.App1;
import io.teff.flow.Flow;
import io.teff.flow.TaskState;
import io.teff.monitor.AppSource;
import io.teff.monitor.EngineStatus;
import io.teff.monitor.EventBatch;
import io.teff.monitor.EventCursor;
import io.teff.monitor.EventKind;
import io.teff.monitor.Latency;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorReader;
import io.teff.monitor.MonitorSnapshot;
import io.teff.monitor.TileGrid;
import io.teff.monitor.WorkerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine tells in its monitor file is what it did. */
class MonitorTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir private Path folder;

    private Path path() {
        return folder.resolve("engine.teffmon");
    }

    private EngineConfig.Builder config(int workers) {
        return EngineFixture.config(workers).inboxCapacity(1 << 10).monitor(path());
    }

    // Counters

    private void countsAre(long tasks) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong looks = new AtomicLong();
        AtomicLong ran = new AtomicLong();
        Engine engine = Engine.start(config(2).monitorTimeline(1 << 10).build());
        MonitorReader reader = MonitorReader.open(path());
        Thread watcher = new Thread(() -> watch(reader, stop, looks, wrong));
        watcher.start();
        try {
            Runnable task = ran::getAndIncrement;
            for (long i = 0; i < tasks / 2; i++) {
                engine.execute(task);
            }
            LongTask typed =
                    new LongTask() {
                        @Override
                        protected long compute(Worker w, long a) {
                            return ran.getAndIncrement();
                        }
                    };
            try (Submitter lane = engine.submitter(16)) {
                for (long i = 0; i < tasks - tasks / 2; i++) {
                    lane.submit(typed, i);
                }
            }
            EngineFixture.awaitRest(engine);
            await().atMost(SOON).untilAsserted(() -> assertThat(looks.get()).isGreaterThan(10));
            EngineStats stats = engine.stats();
            assertThat(ran.get()).isEqualTo(tasks);
            await().atMost(SOON) // the file is at most some updates behind
                    .untilAsserted(
                            () -> assertThat(reader.snapshot().value("tasks")).isEqualTo(tasks));
            compare(reader.snapshot(), stats, engine.config().workers());
        } finally {
            engine.close();
            stop.set(true);
            watcher.join();
        }
        assertThat(wrong).isEmpty();
        MonitorSnapshot end = reader.snapshot();
        assertThat(end.head().status()).isEqualTo(EngineStatus.TERMINATED);
        compare(end, engine.stats(), engine.config().workers());
        assertThat(end.value("tasks")).isEqualTo(tasks);
        assertThat(end.workers().get(0).state()).isIn(WorkerState.STOPPED, WorkerState.ABSENT);
        assertThat(reader.isLive()).isFalse();
        reader.close();
    }

    private static void compare(MonitorSnapshot now, EngineStats stats, int workers) {
        for (int i = 0; i < workers; i++) {
            EngineStats.WorkerStats own = stats.workers().get(i);
            assertThat(now.value(i, "tasks")).isEqualTo(own.tasks());
            assertThat(now.value(i, "steals")).isEqualTo(own.steals());
            assertThat(now.value(i, "drains")).isEqualTo(own.drains());
            assertThat(now.value(i, "failed")).isEqualTo(own.failed());
            long stolen = 0;
            for (int victim = 0; victim < now.matrixSize(); victim++) {
                stolen += now.steals(i, victim);
            }
            assertThat(stolen).as("steals of worker %s, by victim", i).isEqualTo(own.steals());
        }
    }

    /** Looks as often as it can: nothing that counts goes down. */
    private static void watch(
            MonitorReader reader,
            AtomicBoolean stop,
            AtomicLong looks,
            ConcurrentLinkedQueue<Throwable> wrong) {
        try {
            long[] before = new long[4];
            while (!stop.get()) {
                MonitorSnapshot now = reader.snapshot();
                long[] next = {
                    now.value("tasks"),
                    now.value("steals"),
                    now.value("parks"),
                    now.head().updates()
                };
                for (int i = 0; i < next.length; i++) {
                    assertThat(next[i]).as("counter %s", i).isGreaterThanOrEqualTo(before[i]);
                }
                before = next;
                looks.getAndIncrement();
                Thread.sleep(1);
            }
        } catch (Throwable error) {
            wrong.add(error);
        }
    }

    @Test
    void countersAreTheTotalsOfMillionTasks() throws Exception {
        countsAre(1_000_000);
    }

    @Test
    @Tag("slow")
    void countersAreTheTotalsOfHundredMillionTasks() throws Exception {
        countsAre(100_000_000);
    }

    // Events, samples, tiles, apps

    @Test
    void timelineTellsWhatWorkersDid() throws Exception {
        try (Engine engine = Engine.start(config(2).monitorTimeline(1 << 12).build());
                MonitorReader reader = MonitorReader.open(path())) {
            EventCursor cursor = reader.cursor(true);
            assertThat(engine.invoke(FIB, 20)).isEqualTo(6765);
            for (int i = 0; i < 1000; i++) {
                engine.execute(() -> {});
            }
            EngineFixture.awaitRest(engine);
            List<MonitorEvent> events = new ArrayList<>();
            await().atMost(SOON)
                    .untilAsserted(
                            () -> {
                                for (int i = 0; i < cursor.workers(); i++) {
                                    events.addAll(cursor.poll(i, 10_000).events());
                                }
                                assertThat(
                                                events.stream()
                                                        .filter(e -> e.kind() == EventKind.TASKS)
                                                        .mapToInt(MonitorEvent::count)
                                                        .sum())
                                        .as("tasks in the timeline")
                                        .isEqualTo(1001);
                            });
            assertThat(events).allMatch(e -> e.beginNs() <= e.endNs());
            assertThat(events)
                    .filteredOn(e -> e.kind() == EventKind.ROOT)
                    .singleElement()
                    .satisfies(
                            e ->
                                    assertThat(reader.name(e.name()))
                                            .isEqualTo(FIB.getClass().getName()));
            assertThat(cursor.dropped()).isZero();
        }
    }

    @Test
    void samplesAreTimed() throws Exception {
        try (Engine engine = Engine.start(config(1).monitorSampling(10).build());
                MonitorReader reader = MonitorReader.open(path())) {
            CountDownLatch done = new CountDownLatch(1000);
            for (int i = 0; i < 1000; i++) {
                engine.execute(done::countDown);
            }
            EngineFixture.pass(done);
            await().atMost(SOON)
                    .untilAsserted(
                            () -> {
                                MonitorSnapshot now = reader.snapshot();
                                for (Latency.Kind kind : Latency.Kind.values()) {
                                    assertThat(now.latency(kind).count()).isEqualTo(100);
                                }
                            });
            MonitorSnapshot now = reader.snapshot();
            assertThat(now.latency(Latency.Kind.TOTAL).maxNs())
                    .isGreaterThanOrEqualTo(now.latency(Latency.Kind.RUN).maxNs());
        }
    }

    @Test
    void samplesOfTasksThatTasksSubmitAreTimed() throws Exception {
        try (Engine engine = Engine.start(config(1).monitorSampling(10).build());
                MonitorReader reader = MonitorReader.open(path())) {
            CountDownLatch done = new CountDownLatch(1000);
            engine.submit(
                            () -> {
                                for (int i = 0; i < 1000; i++) {
                                    engine.execute(done::countDown);
                                }
                            })
                    .get();
            EngineFixture.pass(done);
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    reader.snapshot()
                                                            .latency(Latency.Kind.TOTAL)
                                                            .count())
                                            .isEqualTo(100));
        }
    }

    /** What shutdownNow gives back is what was submitted, stamped or not. */
    @Test
    void sampledTasksAreGivenBackAsTheyWere() throws Exception {
        Engine engine = Engine.start(config(1).monitorSampling(1).build());
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        engine.execute(
                () -> {
                    blocked.countDown();
                    EngineFixture.pass(release);
                });
        EngineFixture.pass(blocked);
        List<Runnable> tasks = List.of(() -> {}, () -> {}, () -> {});
        tasks.forEach(engine::execute);
        List<Runnable> never = engine.shutdownNow();
        release.countDown();
        engine.close();
        assertThat(never).containsExactlyElementsOf(tasks);
    }

    /** Each tile is on the board, or in one of the two counts of what was overwritten. */
    @Test
    void tilesThatComeTooFastAreCounted() throws Exception {
        int iterations = 30;
        int side = 200;
        try (Engine engine = Engine.start(config(1).build());
                MonitorReader reader = MonitorReader.open(path())) {
            LongAdder sum = new LongAdder();
            Tiles.TileBody body = (x0, y0, x1, y1) -> sum.increment();
            for (int i = 0; i < iterations; i++) {
                engine.tiles(side, side, 1).forEach(body);
            }
            assertThat(sum.sum()).isEqualTo((long) iterations * side * side);
            await().atMost(SOON)
                    .untilAsserted(
                            () -> {
                                MonitorSnapshot now = reader.snapshot();
                                long dropped =
                                        now.value("events dropped")
                                                + now.value("callers' events dropped");
                                assertThat(dropped).isPositive();
                                assertThat(now.boards()).hasSize(1);
                                assertThat(now.boards().get(0).done() + dropped)
                                        .isEqualTo(sum.sum());
                            });
        }
    }

    @Test
    void tilesSayWhoComputedThem() throws Exception {
        try (Engine engine = Engine.start(config(2).monitorTimeline(1 << 10).build());
                MonitorReader reader = MonitorReader.open(path())) {
            AtomicLong sum = new AtomicLong();
            Tiles.TileBody body = (x0, y0, x1, y1) -> sum.getAndAdd((long) (x1 - x0) * (y1 - y0));
            for (int i = 0; i < 3; i++) {
                engine.tiles(100, 70, 16).forEach(body);
            }
            assertThat(sum.get()).isEqualTo(3 * 7000);
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(reader.snapshot().boards())
                                            .singleElement()
                                            .satisfies(
                                                    b -> assertThat(b.done()).isEqualTo(3 * 35)));
            TileGrid grid = reader.tiles(0);
            assertThat(grid.board().iteration()).isEqualTo(3);
            assertThat(grid.size()).isEqualTo(35);
            for (int i = 0; i < grid.size(); i++) {
                assertThat(grid.owner(i)).isIn(TileGrid.CALLER, 0, 1);
                assertThat(grid.iteration(i)).isEqualTo(3);
                assertThat(grid.beginNs(i)).isGreaterThanOrEqualTo(reader.info().startNs());
                assertThat(grid.ns(i)).isNotNegative();
            }
            EventCursor cursor = reader.cursor(true);
            int tiles = tiles(cursor.pollCallers(1000));
            for (int i = 0; i < cursor.workers(); i++) {
                tiles += tiles(cursor.poll(i, 1000));
            }
            assertThat(tiles).as("tiles in the timeline").isEqualTo(3 * 35);
        }
    }

    private static int tiles(EventBatch batch) {
        return (int) batch.events().stream().filter(e -> e.kind() == EventKind.TILE).count();
    }

    @Test
    void flowShowsItsApps() throws Exception {
        assertThat(AppSource.STATES)
                .isEqualTo(Arrays.stream(TaskState.values()).map(Enum::name).toList());
        try (Engine engine = Engine.start(config(2).build());
                MonitorReader reader = MonitorReader.open(path())) {
            try (Flow flow = Flow.on(engine)) {
                App1<Integer, Integer> next = flow.app("next", (Integer x) -> x + 1);
                App1<Integer, Integer> bad =
                        flow.app(
                                "bad",
                                (Integer x) -> {
                                    throw new IllegalStateException("as it must");
                                });
                for (int i = 0; i < 100; i++) {
                    next.call(next.call(i));
                }
                bad.call(next.call(1));
                flow.await(SOON);
            }
            await().atMost(SOON)
                    .untilAsserted(
                            () -> {
                                List<MonitorSnapshot.AppView> apps = reader.snapshot().apps();
                                assertThat(apps)
                                        .extracting(MonitorSnapshot.AppView::name)
                                        .containsExactly("next", "bad");
                                assertThat(apps.get(0).counts()).containsEntry("EXEC_DONE", 201L);
                                assertThat(apps.get(1).counts()).containsEntry("FAILED", 1L);
                                assertThat(reader.snapshot().edges())
                                        .containsExactlyInAnyOrder(
                                                new MonitorSnapshot.EdgeView(0, 0, 100),
                                                new MonitorSnapshot.EdgeView(0, 1, 1));
                            });
        }
    }

    // Stuck workers

    @Test
    void stuckWorkerIsReportedOnce() throws Exception {
        ConcurrentLinkedQueue<StuckWorker> reports = new ConcurrentLinkedQueue<>();
        try (Engine engine =
                        Engine.start(
                                config(2)
                                        .watchdog(Duration.ofMillis(200))
                                        .watchdogHandler(reports::add)
                                        .build());
                MonitorReader reader = MonitorReader.open(path())) {
            CountDownLatch blocked = new CountDownLatch(1);
            engine.execute(() -> EngineFixture.pass(blocked)); // waits without saying so
            engine.submit(() -> Engine.blocking(() -> blocked.await(30, TimeUnit.SECONDS)));
            await().atMost(SOON).until(() -> !reports.isEmpty());
            Thread.sleep(600);
            assertThat(reports)
                    .singleElement()
                    .satisfies(
                            report -> {
                                assertThat(report.engine()).isEqualTo(engine.config().name());
                                assertThat(report.since()).isGreaterThan(Duration.ofMillis(199));
                                assertThat(report.stack())
                                        .anyMatch(f -> f.getMethodName().equals("pass"));
                                assertThat(report.toString()).contains("EngineFixture.pass");
                            });
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(reader.snapshot().value("stuck")).isEqualTo(1));
            blocked.countDown();
        }
    }

    // Where the file goes

    @Test
    void namesOfFilesAreFilledIn() throws Exception {
        long pid = ProcessHandle.current().pid();
        EngineConfig one = EngineConfig.builder().name("one").build();
        EngineConfig third = one.ofRank(3, 4);
        assertThat(taken(one, folder + "/%n-%p-%r.m"))
                .isEqualTo(folder.resolve("one-" + pid + "-0.m"));
        assertThat(taken(third, folder + "/x%r.m")).isEqualTo(folder.resolve("x3.m"));
        assertThat(taken(third, folder + "/x.m")).isEqualTo(folder.resolve("x-r3.m"));
        assertThat(taken(third, folder.toString()))
                .isEqualTo(folder.resolve("one-" + pid + "-r3.teffmon"));
        try (MonitorPath first = MonitorPath.take(one, folder + "/y.m")) {
            assertThat(first.path()).isEqualTo(folder.resolve("y.m"));
            assertThat(taken(one, folder + "/y.m")).isEqualTo(folder.resolve("y-2.m"));
        }
        assertThat(taken(one, folder + "/y.m")).isEqualTo(folder.resolve("y.m"));
    }

    private static Path taken(EngineConfig config, String asked) throws Exception {
        try (MonitorPath path = MonitorPath.take(config, asked)) {
            return path.path();
        }
    }

    @Test
    void badOptionsAreRefused() {
        assertThatThrownBy(() -> config(1).monitorTimeline(1000).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("monitorTimeline")
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> config(1).monitorSampling(-3).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-3");
        assertThatThrownBy(() -> config(1).watchdog(Duration.ZERO).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("watchdog");
        assertThatThrownBy(() -> EngineConfig.builder().build().ofRank(4, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rank");
    }

    @Test
    void engineWithoutMonitorHasNone() {
        try (Engine engine = EngineFixture.engine(1)) {
            assertThat(engine.crew().monitor).isNull();
            assertThat(engine.crew().worker(0).probe).isNull();
            assertThat(engine.monitorFile()).isNull();
        }
    }
}
