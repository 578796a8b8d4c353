// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportTest {
    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = TeffCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private ResultFile file(String bench, String surroundings, String... rows) throws Exception {
        String text =
                "{\"bench\":\""
                        + bench
                        + "\","
                        + surroundings
                        + ",\"rows\":["
                        + String.join(",", rows)
                        + "]}";
        Path path = Files.writeString(folder.resolve("r.json"), text);
        return ResultFile.read(List.of(path), new ArrayList<>()).get(0);
    }

    private static String row(
            String workload,
            String contender,
            int workers,
            String params,
            String metric,
            double... raw) {
        return String.format(
                Locale.ROOT,
                "{\"workload\":\"%s\",\"contender\":\"%s\",\"workers\":%d,\"params\":{%s},\"metric\":\"%s\","
                        + "\"median\":1,\"verified\":true,\"raw\":%s}",
                workload,
                contender,
                workers,
                params,
                metric,
                Arrays.toString(raw));
    }

    private static final String QUIET =
            "\"clean\":true,\"env\":{\"foreign_load_percent\":1.0,\"command\":\"teff.jar bench x --json\"},"
                    + "\"ruler\":{\"before_ns\":100,\"after_ns\":110}";

    @Test
    void doubtsNameTheReason() throws Exception {
        assertThat(file("x", QUIET).doubts()).isEmpty();
        assertThat(file("x", QUIET).command()).isEqualTo("scripts/teff bench x --json");
        assertThat(file("x", QUIET.replace("1.0", "31.5")).doubts())
                .singleElement()
                .asString()
                .contains("busy", "31.5 %", "limit 5 %");
        assertThat(file("x", QUIET.replace("110", "340")).doubts())
                .singleElement()
                .asString()
                .contains("100.0 ns before and 340.0 ns");
        assertThat(file("x", QUIET + ",\"partial\":true").doubts())
                .singleElement()
                .asString()
                .contains("interrupted");
        assertThat(file("x", QUIET + ",\"profiles\":[\"x.jfr\"]").doubts())
                .singleElement()
                .asString()
                .contains("profiled");
        assertThat(file("x", QUIET.replace("true", "false")).doubts()).hasSize(1);
    }

    @Test
    void ratiosAreGeometricMeansOverSharedCases() throws Exception {
        ResultFile file =
                file(
                        "x",
                        QUIET,
                        row("a", "plain", 1, "\"n\":10", "ns/op", 0.1),
                        row("a", "engine", 1, "\"n\":10", "ns/op", 1),
                        row("a", "slow", 1, "\"n\":10", "ns/op", 4),
                        row("a", "engine", 1, "\"n\":20", "ns/op", 9),
                        row("a", "slow", 1, "\"n\":20", "ns/op", 1),
                        row("a", "slow", 2, "\"n\":20", "ns/op", 1), // alone in its case
                        row("b", "engine", 1, "\"batch\":1", "ops/s", 5),
                        row("b", "engine", 1, "\"batch\":16", "ops/s", 10),
                        row("b", "slow", 1, "", "ops/s", 2));
        List<Ratios.Standing> standings = Ratios.of(file);
        assertThat(standings)
                .extracting(Ratios.Standing::contender)
                .containsExactly("engine", "slow");
        Ratios.Standing engine = standings.get(0);
        assertThat(engine.ratio()).isCloseTo(Math.cbrt(9), offset(1e-9));
        assertThat(engine.worst()).isEqualTo(9);
        assertThat(engine.cases()).isEqualTo(3);
        assertThat(engine.best()).isEqualTo(2);
        assertThat(standings.get(1).ratio()).isCloseTo(Math.cbrt(20), offset(1e-9));
    }

    @Test
    void aParameterOfManyNumbersBecomesAnAxis() throws Exception {
        List<String> rows = new ArrayList<>();
        for (int workers : new int[] {24, 48, 96}) {
            for (int functions : new int[] {10, 100, 1000}) {
                String params = "\"functions\":" + functions + ",\"mode\":\"threads\"";
                rows.add(
                        row(
                                "double",
                                "pool",
                                workers,
                                params,
                                "us",
                                functions,
                                2.0 * functions,
                                3));
            }
        }
        List<Figure> figures = Plots.of(file("htex", QUIET, rows.toArray(String[]::new)));
        // One for each number of workers, and one of all of them as Parsl's reports have it.
        assertThat(figures).hasSize(4).allMatch(figure -> !figure.bars());
        assertThat(figures.get(3).series())
                .extracting(Figure.Series::name)
                .containsExactly("24 workers", "48 workers", "96 workers");
        Figure.Point point = figures.get(0).series().get(0).points().get(1);
        assertThat(point.x()).isEqualTo(100);
        assertThat(point.y()).isEqualTo(100);
        assertThat(point.low()).isBetween(3.0, 100.0);
        assertThat(point.high()).isBetween(100.0, 200.0);
        assertThat(point.raw()).containsExactly(100.0, 200.0, 3.0);
        assertThat(Plots.of(file("htex", QUIET, rows.toArray(String[]::new)))).isEqualTo(figures);
    }

    @Test
    void unlikeSizesAreComparedByTheTask() throws Exception {
        ResultFile file =
                file(
                        "compare",
                        QUIET,
                        row("fib", "engine", 2, "\"n\":25,\"tasks\":1000", "s", 1e-3),
                        row(
                                "fib",
                                "dask",
                                2,
                                "\"n\":10,\"tasks\":10,\"own_size\":\"true\"",
                                "s",
                                1));
        Figure figure = Plots.of(file).get(0);
        assertThat(figure.series().get(0).points().get(0).y()).isEqualTo(1e3);
        assertThat(figure.series().get(1).points().get(0).y()).isEqualTo(1e8);
    }

    @Test
    void speedUpIsOverTheFewestWorkers() throws Exception {
        ResultFile file =
                file(
                        "x",
                        QUIET,
                        row("a", "engine", 1, "", "ns/op", 10),
                        row("a", "engine", 2, "", "ns/op", 5),
                        row("a", "plain", 1, "", "ns/op", 10));
        Figure figure = Speedups.of(file).get(0);
        assertThat(figure.series()).hasSize(1); // what ran with one number of workers has none
        assertThat(figure.series().get(0).points())
                .extracting(Figure.Point::y)
                .containsExactly(1.0, 2.0);
    }

    @Test
    void metgIsATable() throws Exception {
        ResultFile file =
                file(
                        "taskbench",
                        QUIET,
                        row("metg", "engine", 2, "\"type\":\"fft\"", "ns/op", 800),
                        row("metg", "threads", 2, "\"type\":\"fft\"", "us", 40));
        assertThat(Metg.table(file).orElseThrow().rows())
                .containsExactly(List.of("fft", "800.0 ns", "40.00 us"));
    }

    @Test
    void aSweepBecomesEfficiencyAndRateAgainstGrain() throws Exception {
        List<String> rows = new ArrayList<>();
        for (int iterations : new int[] {1, 2, 4, 8}) {
            String params = "\"iterations\":" + iterations + ",\"figure\":";
            rows.add(row("fft", "engine", 2, params + "\"granularity\"", "us", iterations + 1));
            double percent = 100.0 * iterations / (iterations + 1);
            rows.add(row("fft", "engine", 2, params + "\"efficiency\"", "percent", percent));
        }
        List<Figure> figures = Grains.of(file("taskbench", QUIET, rows.toArray(String[]::new)));
        assertThat(figures).extracting(Figure::facet).containsExactly("fft", "fft");
        Figure.Point first = figures.get(0).series().get(0).points().get(0);
        assertThat(first.x()).isEqualTo(2);
        assertThat(first.y()).isEqualTo(50);
        Figure.Point rate = figures.get(1).series().get(0).points().get(0);
        assertThat(rate.x()).isEqualTo(1);
        assertThat(rate.y()).isEqualTo(1e6);
    }

    @Test
    void theCommandWritesThePageAndFigures() throws Exception {
        Path results = Files.createDirectory(folder.resolve("in"));
        Files.writeString(results.resolve("no-record.json"), "[1, 2]");
        Files.writeString(
                results.resolve("x.json"),
                "{\"bench\":\"forkjoin\","
                        + QUIET
                        + ",\"rows\":["
                        + row("fib", "engine", 1, "\"n\":5", "ns/op", 1, 2, 3)
                        + ","
                        + row("fib", "threads", 1, "\"n\":5", "ns/op", 100, 120)
                        + "]}");
        Path to = folder.resolve("out");
        assertThat(run("report", results.toString(), "--out", to.toString())).isZero();
        assertThat(out.toString())
                .contains(
                        "1 records, 1 of them clean",
                        "absent: Latency; made by scripts/results latency");
        assertThat(err.toString()).contains("no-record.json");
        assertThat(Files.readString(to.resolve("index.html")))
                .contains("\"raw\":[100.0,120.0]")
                .doesNotContain("http://www.w3.org/1999");
        Path svg = to.resolve("figures/x-fib-ns-op.svg");
        assertThat(Files.readString(svg))
                .contains("scripts/teff bench x --json", "threads", "110.0");
        assertThat(ImageIO.read(to.resolve("figures/x-fib-ns-op.png").toFile()).getWidth())
                .isEqualTo(1800);
    }

    @Test
    void badInputIsNamed() throws Exception {
        for (Map.Entry<String, String> bad :
                Map.of(
                                folder.resolve("none").toString(),
                                "there is no",
                                Files.writeString(folder.resolve("x.json"), "{").toString(),
                                "holds no result record",
                                Files.createDirectory(folder.resolve("empty")).toString(),
                                "no result records in")
                        .entrySet()) {
            assertThat(run("report", bad.getKey(), "--out", folder.resolve("o").toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains(bad.getValue());
        }
        assertThat(run("report", "--out", "/proc/none")).isEqualTo(2);
    }
}
