// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of an engine. */
class FlightEventsTest {
    @TempDir private Path folder;

    private interface Body {
        void run() throws Exception;
    }

    private List<RecordedEvent> record(Duration threshold, Body body) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("Park", "Blocked", "Task")) {
                recording.enable("io.teff." + name).withThreshold(threshold);
            }
            recording.enable("io.teff.Stuck");
            recording.start();
            body.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.teff."))
                .toList();
    }

    private static List<RecordedEvent> of(List<RecordedEvent> all, String name, String engine) {
        return all.stream()
                .filter(event -> event.getEventType().getName().equals("io.teff." + name))
                .filter(event -> engine.equals(event.getString("engine")))
                .toList();
    }

    private EngineConfig.Builder config(String name) {
        return EngineConfig.builder()
                .workers(1)
                .name(name)
                .monitor(folder.resolve(name + ".teffmon"))
                .monitorSampling(1);
    }

    private static void waitABit() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void parksBlockingsAndSampledTasksAreRecorded() throws Exception {
        List<RecordedEvent> events =
                record(
                        Duration.ZERO,
                        () -> {
                            try (Engine engine = Engine.start(config("recorded").build())) {
                                engine.submit(
                                                () ->
                                                        Engine.blocking(
                                                                () -> {
                                                                    waitABit();
                                                                    return null;
                                                                }))
                                        .get();
                                while (engine.stats().parks() == 0) {
                                    Thread.onSpinWait(); // it is idle, so it will
                                }
                                engine.submit(() -> {}).get();
                            }
                        });
        List<RecordedEvent> tasks = of(events, "Task", "recorded");
        assertThat(tasks).hasSize(2);
        assertThat(tasks.get(0).getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(30));
        assertThat(tasks.get(0).getString("task")).contains("TaskFuture");
        assertThat(tasks.get(0).getInt("worker")).isZero();
        List<RecordedEvent> blocked = of(events, "Blocked", "recorded");
        assertThat(blocked).hasSize(1);
        assertThat(blocked.get(0).getDuration())
                .isBetween(Duration.ofMillis(30), tasks.get(0).getDuration());
        assertThat(of(events, "Park", "recorded"))
                .isNotEmpty()
                .allSatisfy(park -> assertThat(park.getInt("worker")).isBetween(0, 1));
    }

    @Test
    void shortOnesAreNot() throws Exception {
        List<RecordedEvent> events =
                record(
                        Duration.ofHours(1),
                        () -> {
                            try (Engine engine = Engine.start(config("brief").build())) {
                                for (int i = 0; i < 100; i++) {
                                    engine.submit(() -> {}).get();
                                }
                            }
                        });
        assertThat(events).isEmpty();
    }

    @Test
    void stuckWorkerIsRecorded() throws Exception {
        List<String> reports = new CopyOnWriteArrayList<>();
        CountDownLatch reported = new CountDownLatch(1);
        List<RecordedEvent> events =
                record(
                        Duration.ofHours(1),
                        () -> {
                            EngineConfig config =
                                    config("stuck")
                                            .watchdog(Duration.ofMillis(50))
                                            .watchdogHandler(
                                                    report -> {
                                                        reports.add(report.toString());
                                                        reported.countDown();
                                                    })
                                            .build();
                            try (Engine engine = Engine.start(config)) {
                                CountDownLatch end = new CountDownLatch(1);
                                engine.submit(() -> end.await(60, TimeUnit.SECONDS));
                                assertThat(reported.await(60, TimeUnit.SECONDS)).isTrue();
                                end.countDown();
                            }
                        });
        assertThat(reports).isNotEmpty(); // on a slow machine the recorder's own start is one too
        assertThat(events).hasSameSizeAs(reports);
        assertThat(events)
                .allSatisfy(
                        event ->
                                assertThat(event.getString("report"))
                                        .startsWith("worker 0 of engine stuck has been in"));
    }
}
