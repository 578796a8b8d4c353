// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code teff stat} on engines of this process. */
class StatCommandTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = TeffCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return command.execute(args);
    }

    private Path path() {
        return folder.resolve("stat.teffmon");
    }

    private Engine engine() {
        return Engine.start(
                EngineConfig.builder()
                        .workers(2)
                        .name("watched")
                        .monitor(path())
                        .monitorSampling(1)
                        .build());
    }

    private static void runTasks(Engine engine, int n) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(n);
        for (int i = 0; i < n; i++) {
            engine.execute(done::countDown);
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void engineIsShownWithItsTotals() throws Exception {
        try (Engine engine = engine()) {
            runTasks(engine, 1234);
        }
        assertThat(run("stat", path().toString())).isZero();
        assertThat(out.toString())
                .startsWith("engine watched of process " + ProcessHandle.current().pid())
                .contains(", ended, ")
                .containsPattern("tasks +1,234 +- +tasks")
                .containsPattern("total +1,234 ");
        assertThat(err.toString()).isEmpty();

        assertThat(run("stat", "--json", path().toString())).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("life").asText()).isEqualTo("ended");
        assertThat(json.get("counters").get("tasks").asLong()).isEqualTo(1234);
        assertThat(json.get("latencies").get("run").get("count").asLong()).isEqualTo(1234);
        long byWorker = 0;
        for (JsonNode worker : json.get("workers")) {
            byWorker += worker.get("counters").get("tasks").asLong();
        }
        assertThat(byWorker).isEqualTo(1234);
    }

    @Test
    void watchEndsWithTheEngine() throws Exception {
        Engine engine = engine();
        Thread closer =
                new Thread(
                        () -> {
                            try {
                                runTasks(engine, 100);
                                Thread.sleep(200);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } finally {
                                engine.close();
                            }
                        });
        closer.start();
        assertThat(run("stat", "--json", "--watch=0.05", path().toString())).isZero();
        closer.join();
        String[] lines = out.toString().strip().split("\\R", -1);
        assertThat(lines.length).isGreaterThan(1);
        JsonNode last = new ObjectMapper().readTree(lines[lines.length - 1]);
        assertThat(last.get("life").asText()).isEqualTo("ended");
        assertThat(last.get("counters").get("tasks").asLong()).isEqualTo(100);
    }

    @Test
    void folderIsListed() throws Exception {
        assertThat(run("stat", folder.toString())).isZero();
        assertThat(out.toString()).contains("no engine has a file in " + folder);
        try (Engine engine = engine()) {
            Files.writeString(folder.resolve("x.teffmon"), "something else");
            assertThat(engine.monitorFile()).isEqualTo(path());
            assertThat(run("stat", folder.toString())).isZero();
            assertThat(out.toString())
                    .containsPattern("watched +\\d+ +live +2 ")
                    .contains("unreadable")
                    .contains(path().toString());
            assertThat(run("stat", "--json", folder.toString())).isZero();
            JsonNode json = new ObjectMapper().readTree(out.toString());
            assertThat(json).hasSize(2);
            assertThat(json.get(0).get("life").asText()).isEqualTo("live");
            assertThat(json.get(1).get("problem").asText()).contains("is no monitor file");
        }
    }

    @Test
    void badInputIsNamed() throws Exception {
        assertThat(run("stat", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no such file").contains("none");
        Files.writeString(path(), "not one of ours, but long enough to have a header");
        assertThat(run("stat", path().toString())).isEqualTo(2);
        assertThat(err.toString()).contains("does not begin with TEFFMON1");
        assertThat(run("stat", "--watch", "0", path().toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--watch").contains("0.0");
        assertThat(run("stat", "--watch=1", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--watch needs the file of one engine");
        assertThat(out.toString()).isEmpty();
    }
}
