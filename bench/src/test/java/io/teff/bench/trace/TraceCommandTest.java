// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.monitor.EventKind;
import io.teff.monitor.MonitorEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code teff trace}, with Chrome's format, on runs whose events are known. */
class TraceCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = TeffCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("trace"));
        all.addAll(List.of(args));
        return command.execute(all.toArray(String[]::new));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    /** Events of a phase in the trace. */
    private List<JsonNode> events(Path trace, String phase) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode event : JSON.readTree(trace.toFile()).get("traceEvents")) {
            if (event.get("ph").asText().equals(phase)) {
                found.add(event);
            }
        }
        return found;
    }

    @Test
    void tilesOfCallersAreInARowOfTheirOwn() throws Exception {
        Path path = file("run.teffmon");
        try (WrittenRun run = new WrittenRun(path, "grain", 2, 64, -1)) {
            run.board(0, "blur");
            run.event(1, EventKind.TILE, 1_500, 1_900, 0, 1, MonitorEvent.tileArg(0, 3, 2));
            run.callersTile(1_600, 1_800, MonitorEvent.tileArg(0, 3, 1));
        }
        Path trace = file("trace.json");
        assertThat(run("--chrome", "--out", trace.toString(), path.toString())).isZero();
        Map<Integer, String> names = new TreeMap<>();
        for (JsonNode event : events(trace, "M")) {
            if (event.get("name").asText().equals("thread_name")) {
                names.put(event.get("tid").asInt(), event.get("args").get("name").asText());
            }
        }
        Map<String, Integer> tiles = new TreeMap<>();
        for (JsonNode event : events(trace, "X")) {
            tiles.put(names.get(event.get("tid").asInt()), event.get("args").get("tile").asInt());
        }
        assertThat(tiles).isEqualTo(Map.of("worker 1", 2, "callers", 1));
    }

    @Test
    void eachEventOfAnEngineIsInItsTrace() throws Exception {
        Path path = file("run.teffmon");
        try (WrittenRun run = new WrittenRun(path, "grain", 2, 64, -1)) {
            int fib = run.name("fib \"<quoted>\"");
            run.board(0, "blur");
            run.event(0, EventKind.TILE, 1_500, 1_900, 0, 1, MonitorEvent.tileArg(0, 3, 2));
            run.event(0, EventKind.ROOT, 1_000, 4_001_007, fib, 1, 0);
            run.event(0, EventKind.SPIN, 4_001_007, 4_500_000, 0, 1, 0);
            run.event(1, EventKind.FORK, 2_000, 3_000, 0, 1, 0);
            run.event(1, EventKind.SAMPLE, 3_100, 3_900, fib, 1, 12_345);
            run.event(1, EventKind.TASKS, 3_000, 4_000, fib, 17, 0);
            run.event(1, EventKind.PARK, 3_990, 9_000, 0, 1, 0); // overlaps by a look at the clock
            run.counts(0, 17, 1);
        }
        Path trace = file("trace.json");
        assertThat(run("--chrome", "--out", trace.toString(), path.toString())).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).contains("grain").contains("ui.perfetto.dev");

        Map<String, JsonNode> byKind = new TreeMap<>();
        events(trace, "X").forEach(event -> byKind.put(event.get("cat").asText(), event));
        assertThat(byKind.keySet())
                .containsExactlyInAnyOrder(
                        "tile", "root", "spin", "fork", "sample", "tasks", "park");
        JsonNode root = byKind.get("root");
        assertThat(root.get("name").asText()).isEqualTo("fib \"<quoted>\"");
        assertThat(root.get("dur").decimalValue().toPlainString()).isEqualTo("4000.007");
        assertThat(root.get("tid").asInt()).isEqualTo(1);
        assertThat(byKind.get("tile").get("args").toString())
                .isEqualTo("{\"board\":\"blur\",\"iteration\":3,\"tile\":2}");
        assertThat(byKind.get("fork").get("args").get("victim").asInt()).isZero();
        assertThat(byKind.get("sample").get("args").get("waited_us").asDouble()).isEqualTo(12.345);
        assertThat(byKind.get("tasks").get("args").get("count").asInt()).isEqualTo(17);
        JsonNode park = byKind.get("park");
        assertThat(park.get("ts").asDouble() - byKind.get("tasks").get("ts").asDouble())
                .as("begins when the tasks end")
                .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(park.get("dur").asDouble()).isEqualTo(5);

        List<String> names = new ArrayList<>();
        for (JsonNode event : events(trace, "M")) {
            if (event.get("name").asText().equals("thread_name")) {
                names.add(event.get("args").get("name").asText());
            }
        }
        assertThat(names).containsExactly("worker 0", "worker 1", "samples of worker 1");
        assertThat(
                        events(trace, "C").stream()
                                .filter(event -> event.get("name").asText().equals("tasks"))
                                .map(event -> event.get("args").get("value").asInt()))
                .containsExactly(0, 17);
    }

    @Test
    void overrunRingsSaySo() throws Exception {
        Path path = file("run.teffmon");
        try (WrittenRun run = new WrittenRun(path, "fast", 2, 8, -1)) {
            for (int i = 0; i < 100; i++) {
                run.event(1, EventKind.TASKS, 10L * i, 10L * i + 5, 0, 1, 0);
            }
        }
        Path trace = file("trace.json");
        assertThat(run("--json", "--chrome", "--out", trace.toString(), path.toString())).isZero();
        JsonNode record = JSON.readTree(out.toString()).get("runs").get(0);
        int events = events(trace, "X").size();
        assertThat(record.get("events").asInt()).isEqualTo(events).isPositive();
        assertThat(record.get("overwritten").asInt()).isEqualTo(100 - events);
        assertThat(JSON.readTree(trace.toFile()).get("runs").get(0).get("overwritten").asInt())
                .isEqualTo(100 - events);
        assertThat(run("--chrome", "--out", trace.toString(), path.toString())).isZero();
        assertThat(out.toString()).contains((100 - events) + " earlier events were overwritten");
    }

    @Test
    void ranksAreProcessesOfOneTrace() throws Exception {
        List<String> args = new ArrayList<>(List.of("--chrome", "--out", folder.toString()));
        for (int rank = 0; rank < 3; rank++) {
            Path path = file("rank" + rank + ".teffmon");
            args.add(path.toString());
            try (WrittenRun run = new WrittenRun(path, "ranks", 1, 8, rank)) {
                run.event(0, EventKind.ROOT, 0, 1_000_000, run.name("part " + rank), 1, 0);
            }
        }
        assertThat(run(args.toArray(String[]::new))).isZero();
        Path trace = file("trace-ranks-" + ProcessHandle.current().pid() + ".json");
        List<JsonNode> parts = events(trace, "X");
        assertThat(parts).extracting(part -> part.get("pid").asInt()).containsExactly(1, 2, 3);
        assertThat(parts)
                .extracting(part -> part.get("name").asText())
                .containsExactly("part 0", "part 1", "part 2");
        assertThat(parts)
                .as("on one clock")
                .extracting(part -> part.get("ts").asDouble())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** Rings of eight events: what is there at the end is not what was there before. */
    @Test
    void followedEngineIsRecordedForLongerThanItsRingsHold() throws Exception {
        Path path = file("live.teffmon");
        Path trace = file("trace.json");
        CountDownLatch isRead = new CountDownLatch(1);
        int rounds = 20;
        Thread reader;
        int[] code = {-1};
        try (WrittenRun run = new WrittenRun(path, "live", 1, 64, -1)) {
            run.event(0, EventKind.TASKS, 0, 1, 0, 1, 0);
            String[] args = {
                "--chrome", "--follow", "120", "--out", trace.toString(), path.toString()
            };
            reader =
                    new Thread(
                            () -> {
                                code[0] = run(args);
                                isRead.countDown();
                            });
            reader.start();
            Path fresh = file("trace.json.new");
            while (!Files.exists(fresh)) { // it is reading
                assertThat(isRead.await(5, TimeUnit.MILLISECONDS)).isFalse();
            }
            for (int i = 1; i <= rounds; i++) {
                for (int k = 0; k < 10; k++) {
                    int at = 1000 * i + 10 * k;
                    run.event(0, EventKind.TASKS, at, at + 1, 0, 1, 0);
                }
                assertThat(isRead.await(60, TimeUnit.MILLISECONDS)).isFalse();
            }
        }
        assertThat(isRead.await(60, TimeUnit.SECONDS)).as("ends with the engine").isTrue();
        reader.join();
        assertThat(code[0]).isZero();
        assertThat(events(trace, "X")).hasSizeGreaterThan(64); // a slow machine may miss some
        JsonNode record = JSON.readTree(trace.toFile()).get("runs").get(0);
        assertThat(record.get("events").asInt() + record.get("overwritten").asInt())
                .isEqualTo(1 + 10 * rounds);
    }

    @Test
    void realEngineNests() throws Exception {
        Path path = file("real.teffmon");
        EngineConfig config =
                EngineConfig.builder()
                        .workers(2)
                        .name("real")
                        .monitor(path)
                        .monitorTimeline(1 << 14)
                        .monitorSampling(3)
                        .build();
        try (Engine engine = Engine.start(config)) {
            CountDownLatch done = new CountDownLatch(5000);
            for (int i = 0; i < 5000; i++) {
                engine.execute(done::countDown);
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            long sum = engine.tiles(64, 64, 8).sumLong((a, b, c, d) -> (long) (c - a) * (d - b));
            assertThat(sum).isEqualTo(4096);
        }
        Path trace = file("trace.json");
        assertThat(run("--chrome", "--out", trace.toString(), path.toString())).isZero();
        List<JsonNode> all = events(trace, "X");
        assertThat(all).anyMatch(event -> event.get("cat").asText().equals("tile"));
        int counted = 0;
        for (JsonNode event : all) {
            counted += event.get("args").path("count").asInt(0);
        }
        assertThat(counted).as("tasks in stretches").isLessThanOrEqualTo(5064).isPositive();
        Map<Integer, List<JsonNode>> rows = new TreeMap<>();
        all.forEach(e -> rows.computeIfAbsent(e.get("tid").asInt(), t -> new ArrayList<>()).add(e));
        rows.values().forEach(TraceCommandTest::assertNested);
    }

    private static void assertNested(List<JsonNode> row) {
        row.sort(
                Comparator.comparingDouble((JsonNode e) -> e.get("ts").asDouble())
                        .thenComparingDouble(e -> -e.get("dur").asDouble()));
        List<Double> open = new ArrayList<>();
        for (JsonNode event : row) {
            double begin = event.get("ts").asDouble();
            double end = begin + event.get("dur").asDouble();
            while (!open.isEmpty() && open.get(open.size() - 1) <= begin + 1e-3) {
                open.remove(open.size() - 1);
            }
            if (!open.isEmpty()) {
                assertThat(end).isLessThanOrEqualTo(open.get(open.size() - 1) + 2e-3);
            }
            open.add(end);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.teffmon | no such file",
                "text.txt | is no monitor file",
                "--follow 0 text.txt | --follow must be more than 0",
                "--out nowhere/trace.html whole.teffmon | there is no folder",
                "--html --chrome --out text.txt whole.teffmon | --out must be a folder",
                "quiet.teffmon | has no timeline",
                "flow.jsonl | it takes --sqlite",
                "--sqlite a.db --html flow.jsonl | goes with none of",
                "--sqlite a.db whole.teffmon | line 1",
                "--sqlite a.db text.txt | line 1: no JSON",
                "--sqlite a.db cut.jsonl | it is cut: it has 0 tasks",
                "--sqlite text.txt flow.jsonl | cannot be written as a database",
                "--sqlite a.db newer.jsonl | it has version 9",
            })
    void badInputIsNamedAndNothingIsLeft(String args, String message) throws Exception {
        new WrittenRun(file("whole.teffmon"), "whole", 1, 8, -1).close();
        new WrittenRun(file("quiet.teffmon"), "quiet", 1, 0, -1).close();
        Files.writeString(
                file("text.txt"), "a text, and no short one, of the user's own\n".repeat(50));
        String head =
                "{\"teff\": \"flow\", \"version\": 1, \"run\": \"r\", \"begun_ms\": 0, \"now_ns\": 1,"
                        + " \"pid\": 1, \"host\": \"h\", \"user\": \"u\", \"folder\": \"f\", \"threads\": 0,"
                        + " \"tasks\": ";
        Files.writeString(file("flow.jsonl"), head + "0}\n");
        Files.writeString(file("cut.jsonl"), head + "2}\n");
        Files.writeString(file("newer.jsonl"), head.replace("1, \"run", "9, \"run") + "0}\n");
        List<Path> before = files();
        String[] all = args.split(" ");
        for (int i = 0; i < all.length; i++) {
            boolean isPlace = !all[i].startsWith("-") && all[i].contains(".");
            all[i] = isPlace ? file(all[i]).toString() : all[i];
        }
        assertThat(run(all)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
        List<Path> after = files();
        after.remove(file("a.db")); // an empty database, which was asked for
        assertThat(after).isEqualTo(before);
        assertThat(file("text.txt")).content().startsWith("a text");
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(folder)) {
            return new ArrayList<>(all.sorted().toList());
        }
    }
}
