// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class MetgTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return TeffCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.split(" "));
    }

    private static Metg.Point point(long iterations, double us, double efficiency) {
        return new Metg.Point(iterations, List.of(us), List.of(efficiency));
    }

    @Test
    void metgIsInterpolatedBetweenTheTwoPointsAroundHalf() {
        List<Metg.Point> points =
                List.of(point(8, 8, 0.9), point(4, 4, 0.7), point(2, 3, 0.3), point(1, 2.5, 0.1));
        assertThat(Metg.metgUs(points).orElseThrow()).isCloseTo(3.5, within(1e-12));
        assertThat(Metg.doubt(points)).isEmpty();
    }

    @Test
    void smallestGrainAboveHalfCountsEvenAfterADip() {
        List<Metg.Point> points =
                List.of(point(8, 8, 0.9), point(4, 5, 0.45), point(2, 3, 0.5), point(1, 2, 0.25));
        assertThat(Metg.metgUs(points).orElseThrow()).isCloseTo(3, within(1e-12));
    }

    @Test
    void noInterpolationTowardsASizeThatTookLonger() {
        List<Metg.Point> points = List.of(point(8, 8, 0.9), point(4, 4, 0.6), point(2, 5, 0.25));
        assertThat(Metg.metgUs(points).orElseThrow()).isEqualTo(4);
    }

    @Test
    void thereIsNoneWithoutAPointOnEitherSide() {
        assertThat(Metg.metgUs(List.of(point(8, 8, 0.9), point(4, 4, 0.6)))).isEmpty();
        assertThat(Metg.metgUs(List.of(point(8, 8, 0.4), point(4, 4, 0.2)))).isEmpty();
        assertThat(Metg.metgUs(List.of())).isEmpty();
    }

    @Test
    void moreThanTheMachineHasIsDoubted() {
        assertThat(Metg.doubt(List.of(point(8, 8, 1.5)))).contains("150 %", "8 iterations");
    }

    @Test
    void granularityAndEfficiencyAreThoseOfTheDefinition() {
        Metg metg = new Metg(2);
        Totals totals = Totals.of(PatternTest.graphs("-kernel compute_bound -iter 1000"), 0);
        metg.add(1000, totals, 16e-6, 4e11);
        metg.add(1000, totals, 8e-6, 4e11);
        metg.add(1000, totals, 8e-6, 4e11);
        Metg.Point point = metg.points().get(0);
        assertThat(point.medianUs()).isCloseTo(1, within(1e-9)); // 8 us, 2 workers, 16 tasks
        double flops = 16 * (128 * 1000 + 64);
        assertThat(point.medianEfficiency()).isCloseTo(flops / 8e-6 / 4e11, within(1e-9));
    }

    @Test
    void runIsHeldAgainstThePeakAroundIt() {
        Metg metg = new Metg(1);
        Totals totals = Totals.of(PatternTest.graphs("-kernel compute_bound -iter 1000"), 0);
        metg.add(1000, totals, 1e-3, 8e9);
        metg.add(1000, totals, 2e-3, 4e9); // the machine was half as fast, and so was the run
        double flops = 16 * (128 * 1000 + 64);
        assertThat(metg.points().get(0).efficiency())
                .containsExactly(flops / 1e-3 / 8e9, flops / 2e-3 / 4e9);
        assertThat(metg.efficiency(1000)).isCloseTo(flops / 8e6, within(1e-9));
    }

    @Test
    void sweepHasRowsOfAllSystemsAndCharts() throws Exception {
        int code =
                run(
                        "taskbench metg --quick --steps 20 --types stencil_1d --executors"
                                + " engine.graph,forkjoin --workers 2 --json --out "
                                + folder);
        assertThat(code).as(err + out.toString()).isBetween(0, 1);
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(out.toString().lines()).hasSize(1);
        List<String> figures = new ArrayList<>();
        for (JsonNode row : report.get("rows")) {
            if (!row.get("verified").booleanValue()) { // on a busy machine the peak may be missed
                assertThat(code).isEqualTo(1);
                assertThat(row.at("/params/error").textValue()).contains("150 %");
                continue;
            }
            assertThat(row.get("median").doubleValue()).as(row.toString()).isPositive();
            figures.add(
                    row.get("contender").textValue() + " " + row.at("/params/figure").textValue());
        }
        assertThat(figures)
                .contains(
                        "kernel flops",
                        "engine.graph granularity",
                        "engine.graph efficiency",
                        "forkjoin granularity",
                        "forkjoin efficiency");
        assertThat(Files.readString(folder.resolve("metg.json"))).isEqualTo(out.toString());
        assertThat(Files.readString(folder.resolve("efficiency-stencil_1d.svg")))
                .startsWith("<svg")
                .contains("engine.graph", "forkjoin", "polyline", "percent of the peak rate")
                .endsWith("</svg>\n");
        for (String name : List.of("metg", "efficiency-stencil_1d")) {
            byte[] png = Files.readAllBytes(folder.resolve(name + ".png"));
            assertThat(png).startsWith((byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G');
        }
    }

    @Test
    void tableSaysWhatItIs() {
        int code =
                run(
                        "taskbench metg --quick --steps 10 --types no_comm --executors sequential"
                                + " --workers 1");
        assertThat(code).as(err.toString()).isBetween(0, 1); // 1 if the peak was missed
        assertThat(out.toString())
                .contains("An independent implementation of the metric and patterns of Task Bench.")
                .contains("Peak of compute_bound", "GFLOP/s", "METG(50%), us")
                .contains("no_comm, 10 steps, 1 columns", "sequential", "ping-pong");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--types dom | --types names no pattern whose rows are full, as METG needs: dom",
                "--types warp | --types names no pattern",
                "--executors warp | --executors names none of sequential, engine.graph",
                "--workers 0 | --workers must be between 1 and 1024: 0",
                "--steps 0 | -steps must be 1 to 2^24: 0",
                "--width 1 --types fft | -type fft needs a -width of 2 or more: 1",
                "--radix -1 | -radix must be 0 to 2^20: -1",
                "--out /proc/none | --out: cannot write into '/proc/none'",
                "--stops 3 | unknown option '--stops'",
            })
    void badInputNamesTheValueAndExitsWithTwo(String options, String message) {
        assertThat(run("taskbench metg --quick " + options.strip())).isEqualTo(2);
        assertThat(err.toString()).contains(message.strip());
        assertThat(out.toString()).isEmpty();
    }
}
