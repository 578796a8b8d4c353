// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {
    /** Fails on anything after the object. */
    private static final ObjectReader ONE_OBJECT =
            new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    /** The smallest run of each benchmark, with the contenders it has on every JVM. */
    static Stream<Arguments> smallest() {
        return Stream.of(
                small("forkjoin", ForkJoinBench.CONTENDERS, "--n", "12"),
                small(
                        "submit",
                        SubmitBench.CONTENDERS,
                        "--tasks",
                        "5000",
                        "--producers",
                        "1,2",
                        "--workers",
                        workersForAll()),
                small("latency", LatencyBench.CONTENDERS, "--rate", "50000"),
                small("loop", LoopBench.CONTENDERS, "--size", "1,1003"),
                small("idle", IdleBench.CONTENDERS, "--seconds", "0.02"),
                small("graph", GraphBench.CONTENDERS, "--nodes", "300"),
                small("suite", List.of("plain", "engine", "forkjoin", "threads"), "--workers", "2"),
                small(
                        "native",
                        List.of(
                                "plain",
                                "engine",
                                "engine.execute",
                                "engine.submit",
                                "tbb",
                                "openmp-gnu"),
                        "--workers",
                        "2"),
                small(
                        "htex",
                        List.of("parsl-defaults", "tuned.by-name", "parsl-threads"),
                        "--calls",
                        "5"),
                small(
                        "htex",
                        List.of("pool", "tuned.threads"),
                        "--workers",
                        "1,3",
                        "--functions",
                        "7,20"));
    }

    /** Virtual threads have a fixed number of workers, so that one must be among them. */
    private static String workersForAll() {
        return VirtualThreads.workers() == 1 ? "1" : "1," + VirtualThreads.workers();
    }

    private static Arguments small(String bench, List<String> contenders, String... args) {
        return Arguments.of(bench, contenders, args);
    }

    @ParameterizedTest
    @MethodSource("smallest")
    void everyContenderIsCountedExactlyAndTheJsonIsWhole(
            String bench, List<String> contenders, String[] args) throws Exception {
        List<String> runnable = new ArrayList<>(contenders);
        if (!VirtualThreads.available()) {
            runnable.remove("virtual");
        }
        List<String> line = new ArrayList<>(List.of(bench, "--json", "--quick", "--rounds", "2"));
        line.addAll(List.of(args));
        line.addAll(List.of("--only", String.join(",", runnable)));

        assertThat(run(line.toArray(String[]::new))).as(out.toString()).isZero();

        JsonNode report = ONE_OBJECT.readTree(out.toString());
        assertThat(report.get("bench").textValue()).isEqualTo(bench);
        assertThat(report.get("clean").isBoolean()).isTrue();
        assertThat(report.get("env").get("jvm").textValue()).isNotBlank();
        assertThat(report.get("ruler").has("pingpong_rtt_ns")).isTrue();
        assertThat(report.get("rows").findValuesAsText("contender"))
                .containsOnly(runnable.toArray(String[]::new));
        for (JsonNode row : report.get("rows")) {
            String text = row.toString();
            assertThat(row.get("verified").booleanValue()).as(text).isTrue();
            assertThat(row.get("rounds").intValue()).as(text).isEqualTo(2);
            assertThat(row.get("raw").size()).as(text).isEqualTo(2);
            assertThat(row.get("workers").intValue()).as(text).isPositive();
            assertThat(row.get("median").isNumber()).as(text).isTrue();
            if (!bench.equals("idle")) { // a difference, which may be below nothing
                assertThat(row.get("median").doubleValue()).as(text).isNotNegative();
            }
        }
    }

    @Test
    void tableShowsRatiosToTheBaseline() {
        assertThat(run("forkjoin", "--quick", "--n", "10", "--only", "plain,forkjoin.lean"))
                .isZero();
        assertThat(out.toString())
                .contains("x plain", "forkjoin.lean", "yes", "quartiles", "all: n=10")
                .doesNotContain("{");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forkjoin --workers 0 | --workers must be between 1 and 1024: 0",
                "forkjoin --workers -2 | --workers must be between 1 and 1024: -2",
                "forkjoin --rounds 0 | --rounds must be 1 or more: 0",
                "forkjoin --rounds many | many",
                "forkjoin --n 51 | --n must be between 1 and 50: 51",
                "forkjoin --only tbb | tbb; there are plain",
                "submit --producers 0 | --producers must be between 1 and 256: 0",
                "submit --tasks 0 | --tasks must be between 1 and 2^40: 0",
                "latency --rate 0 | --rate must be between 1 and 100,000,000: 0",
                "latency --mode nearly | nearly",
                "loop --body triangle | triangle",
                "loop --size -1 | --size must be between 1 and 1000000000: -1",
                "idle --seconds 0 | --seconds must be between 0.01 and 3600: 0",
                "graph --nodes 0 | --nodes must be between 1 and 10000000: 0",
                "graph --workload ring | --workload must be one of [chain, wavefront, reduce, fan, joins]: ring",
                "htex --functions 3 | --functions needs --workers",
                "htex --out x | --out needs --workers",
                "htex --workers 2 --functions 0 | --functions must be 1 to 1000000: 0",
                "htex --workers 2 --only tuned --out /dev/null/x | --out: cannot write into /dev/null/x",
                "htex --workers 2 --only dask | --only: dask has no --workers here",
                "htex --only dask --calls 0 | --calls must be 1 to 1000000: 0",
                "htex --calls 0 | --calls must be 1 to 1000000: 0",
                "suite --full --quick | --full and --quick do not go together: type one",
                "suite --only floorplan | floorplan; there are plain, engine, forkjoin, threads, virtual, fib",
                "native --workload sort | --workload must be one of [fib, flat, chain, wavefront, loop, latency]: sort",
                "native --lace /dev/null/x | --lace must be a folder with the sources: /dev/null/x",
                "native --only lace | lace: its sources are needed: --lace DIR",
                "native --only libfork --libfork /dev | libfork: --libfork /dev holds no single_header/libfork.hpp",
                "jmh --forks 0 | --forks must be between 1 and 100: 0",
                "jmh ( | (",
                "jmh NoSuchBenchmark | NoSuchBenchmark",
                "warp | warp",
            })
    void badInputNamesTheValueAndExitsWithTwo(String line, String message) {
        assertThat(run(line.strip().split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message.strip());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theSuiteRunsWhatIsNamedAndSaysHowTheEngineCompares() {
        assertThat(
                        run(
                                "suite",
                                "--quick",
                                "--rounds",
                                "1",
                                "--workers",
                                "2",
                                "--only",
                                "nqueens,skynet"))
                .isZero();
        assertThat(out.toString())
                .contains("nqueens", "skynet", "x forkjoin", "plain", "engine", "forkjoin")
                .containsPattern(
                        "2 workers: engine takes [\\d.]+x the time of forkjoin, .* mean of 2; ")
                .doesNotContain("health");
    }

    @Test
    void theDistanceToEachPeerIsPrinted() {
        assertThat(
                        run(
                                "native",
                                "--quick",
                                "--rounds",
                                "1",
                                "--workers",
                                "2",
                                "--workload",
                                "fib",
                                "--only",
                                "engine,tbb,openmp-gnu"))
                .isZero();
        assertThat(out.toString())
                .containsPattern(
                        "fib, 2 workers: engine [\\d.]+ ns per activation; tbb [\\d.]+ \\(")
                .containsPattern(", openmp-gnu [\\d.]+ \\(");
    }

    @Test
    void numbersOfWorkersAreDrawn(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("made");
        String[] line = "htex --workers 1,2 --functions 5,9 --only pool --rounds 1".split(" ");
        List<String> words = new ArrayList<>(List.of(line));
        words.addAll(List.of("--out", out.toString()));
        assertThat(run(words.toArray(String[]::new))).as(err.toString()).isZero();
        JsonNode rows = ONE_OBJECT.readTree(Files.readString(out.resolve("htex.json"))).get("rows");
        assertThat(rows.findValuesAsText("functions")).containsExactly("5", "9", "5", "9");
        assertThat(Files.readString(out.resolve("htex.svg")))
                .contains("pool x1", "pool x2", "5 functions", "9 functions", "milliseconds");
        assertThat(out.resolve("htex.png")).isNotEmptyFile();
    }

    @Test
    void sizeThatFitsNoHeapIsRefused() {
        long doubles = Runtime.getRuntime().maxMemory() / 8;
        if (doubles > 1_000_000_000) {
            doubles = 1_000_000_000;
            assertThat(Runtime.getRuntime().maxMemory()).isGreaterThan(8_000_000_000L);
            return; // this heap holds the largest size there is
        }
        assertThat(run("loop", "--size", Long.toString(doubles))).isEqualTo(2);
        assertThat(err.toString()).contains("--size " + doubles, "-Xmx");
    }

    @Test
    void withoutSubcommandItSaysWhatThereIs() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .contains("forkjoin", "submit", "latency", "loop", "idle", "graph", "htex", "jmh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forkjoin",
                "submit",
                "latency",
                "loop",
                "idle",
                "graph",
                "suite",
                "native",
                "htex",
                "jmh"
            })
    void everyBenchmarkHasHelp(String bench) {
        assertThat(run(bench, "--help")).isZero();
        assertThat(out.toString()).contains("Usage:", "--json").doesNotContain("null");
    }

    @Test
    void jmhRunsAForkAndGivesRows() throws Exception {
        assertThat(run("jmh", "LoopJmh.plain", "--quick", "--json")).as(err.toString()).isZero();
        JsonNode rows = ONE_OBJECT.readTree(out.toString()).get("rows");
        assertThat(rows).hasSize(3); // one for each size
        for (JsonNode row : rows) {
            assertThat(row.get("workload").textValue()).isEqualTo("LoopJmh");
            assertThat(row.get("contender").textValue()).isEqualTo("plain");
            assertThat(row.get("metric").textValue()).isEqualTo("ns/op");
            assertThat(row.get("median").doubleValue()).isPositive();
            assertThat(row.get("params").get("n").textValue()).startsWith("1000");
        }
    }
}
