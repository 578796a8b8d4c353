// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.teff.engine.embedded.EmbedMain;
import io.teff.monitor.KilledEngineMain;
import io.teff.monitor.MonitorFiles;
import io.teff.monitor.MonitorReader;
import io.teff.monitor.MonitorSnapshot;
import io.teff.monitor.WorkerState;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose monitor file cannot be made, is taken away, or outlives it. */
class MonitorFailureTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir private Path folder;

    private Path path() {
        return folder.resolve("engine.teffmon");
    }

    private EngineConfig.Builder config(int workers) {
        return EngineFixture.config(workers).inboxCapacity(1 << 10).monitor(path());
    }

    @Test
    void engineRunsOnWithoutFileAndSaysSoOnce() throws Exception {
        ConcurrentLinkedQueue<Throwable> told = new ConcurrentLinkedQueue<>();
        Path nowhere = folder.resolve("none").resolve("a.teffmon");
        try (Engine engine =
                Engine.start(
                        config(2)
                                .monitor(nowhere)
                                .uncaughtHandler((thread, error) -> told.add(error))
                                .build())) {
            assertThat(engine.monitorFile()).isNull();
            assertThat(engine.submit(() -> 42).get()).isEqualTo(42);
            assertThat(engine.invoke(FIB, 15)).isEqualTo(610);
        }
        assertThat(told)
                .singleElement()
                .satisfies(
                        e ->
                                assertThat(e)
                                        .hasMessageContaining("runs on without a monitor file")
                                        .hasMessageContaining(nowhere.toString()));
    }

    /** The system refuses to let the file grow, as a full disk does. */
    @Test
    void engineRunsOnWithoutRoomForItsFile() throws Exception {
        Path err = folder.resolve("err");
        Process jvm =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ulimit -f 128; exec \"$@\"",
                                "sh",
                                Jdks.java(Jdks.current()).toString(),
                                "-Dteff.monitor=" + path(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                EmbedMain.class.getName())
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
        assertThat(jvm.exitValue()).isZero();
        assertThat(folder.resolve("out")).content().contains("fork 6765", "closed");
        assertThat(Files.readString(err))
                .containsOnlyOnce("runs on without a monitor file at " + path());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .as("no piece of the file is left")
                    .containsExactlyInAnyOrder("out", "err");
        }
    }

    @Test
    void engineRunsOnWhenItsFileIsCutOrDeleted() throws Exception {
        ConcurrentLinkedQueue<Throwable> told = new ConcurrentLinkedQueue<>();
        try (Engine engine =
                Engine.start(
                        config(2)
                                .monitorTimeline(1 << 10)
                                .uncaughtHandler((thread, error) -> told.add(error))
                                .build())) {
            try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            Files.delete(path());
            AtomicLong ran = new AtomicLong();
            await().atMost(SOON)
                    .until(
                            () -> {
                                for (int i = 0; i < 1000; i++) {
                                    engine.submit(ran::getAndIncrement).get();
                                }
                                return !told.isEmpty();
                            });
            assertThat(engine.monitorFile()).isNull();
            EngineFixture.awaitRest(engine); // a task is counted after its future has ended
            assertThat(engine.stats().tasks()).isEqualTo(ran.get());
        }
        assertThat(told)
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContaining("runs on without"));
    }

    @Test
    void killedEngineSaysWhatItRan() throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Jdks.java(Jdks.current()).toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledEngineMain.class.getName(),
                                path().toString(),
                                "10000")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        try {
            await().atMost(SOON).until(() -> Files.exists(path()));
            try (MonitorReader reader = MonitorReader.open(path())) {
                assertThat(reader.info().pid()).isEqualTo(jvm.pid());
                await().atMost(SOON)
                        .until(
                                () ->
                                        reader.snapshot().workers().stream()
                                                .anyMatch(w -> w.task().contains("spinForEver")));
            }
            assertThat(MonitorFiles.look(path()).life()).isEqualTo(MonitorFiles.Life.LIVE);
        } finally {
            jvm.destroyForcibly(); // SIGKILL
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(MonitorFiles.look(path()).life()).isEqualTo(MonitorFiles.Life.KILLED);
        try (MonitorReader reader = MonitorReader.open(path())) {
            assertThat(reader.isLive()).isFalse();
            MonitorSnapshot now = reader.snapshot();
            assertThat(now.value("tasks")).isEqualTo(10_000);
            assertThat(now.workers())
                    .filteredOn(w -> w.state() == WorkerState.RUN)
                    .singleElement()
                    .satisfies(
                            w ->
                                    assertThat(w.task())
                                            .isEqualTo(
                                                    KilledEngineMain.class.getName()
                                                            + ".spinForEver"));
        }
        assertThat(folder.resolve("out")).isEmptyFile();
    }
}
