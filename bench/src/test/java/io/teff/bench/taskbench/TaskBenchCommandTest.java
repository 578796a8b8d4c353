// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TaskBenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return TeffCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.split(" "));
    }

    @Test
    void headerAndTotalsAreThoseOfTheDefinition() {
        int code =
                run(
                        "taskbench -type stencil_1d -steps 9 -width 4 -kernel compute_bound -iter"
                                + " 1024 -nodes 4 -executor forkjoin --workers 2");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .startsWith(
                        "Running Task Benchmark",
                        "  Configuration:",
                        "    Task Graph 1:",
                        "      Time Steps: 9",
                        "      Max Width: 4",
                        "      Dependence Type: stencil_1d",
                        "      Radix: 3",
                        "      Period: 0",
                        "      Fraction Connected: 0.250000",
                        "      Kernel:",
                        "        Type: compute_bound",
                        "        Iterations: 1024",
                        "        Samples: 16",
                        "        Imbalance: 0.000000",
                        "      Output Bytes: 16",
                        "      Scratch Bytes: 0",
                        "Total Tasks 36",
                        "Total Dependencies 80",
                        "  Local Dependencies 32 (estimated)",
                        "  Nonlocal Dependencies 48 (estimated)",
                        "Total FLOPs 4720896",
                        "Total Bytes 0")
                .anyMatch(line -> line.matches("Elapsed Time \\d\\.\\d+e[-+]\\d\\d seconds"))
                .anyMatch(line -> line.matches("FLOP/s \\d\\.\\d+e[-+]\\d\\d"))
                .contains("  Local Bytes 512", "  Nonlocal Bytes 768");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void dependenciesAreShownWhenAskedFor() {
        assertThat(run("taskbench -type dom -steps 4 -width 3 -vv -executor sequential")).isZero();
        assertThat(out.toString().lines())
                .containsSubsequence(
                        "  Timestep 1 (offset 0, width 2):",
                        "    Last Offset: 0, Last Width: 1",
                        "    Points: 2",
                        "      Point 0:",
                        "        Dependencies: 0",
                        "        Reverse Dependencies: 1", // column 0 has no task in timestep 2
                        "      Point 1:",
                        "        Dependencies: 0",
                        "        Reverse Dependencies: 1 2");
        assertThat(out.toString()).contains("Unable to estimate local/nonlocal dependencies");
    }

    @Test
    void jsonIsOneObjectWithTheTotals() throws Exception {
        int code =
                run(
                        "taskbench -type tree -steps 9 -width 4 -kernel compute_bound -iter 1024"
                                + " -nodes 4 -and -type no_comm --json --executor engine.graph");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.get("bench").textValue()).isEqualTo("taskbench");
        JsonNode row = report.get("rows").get(0);
        assertThat(row.get("metric").textValue()).isEqualTo("s");
        assertThat(row.get("verified").booleanValue()).isTrue();
        assertThat(row.at("/params/tasks").intValue()).isEqualTo(31 + 16);
        assertThat(row.at("/params/dependencies").intValue()).isEqualTo(30 + 12);
        assertThat(row.at("/params/local").intValue()).isEqualTo(8 + 12);
        assertThat(row.at("/params/graph").textValue()).contains("-type tree", "-and -steps 4");
    }

    @Test
    void typosAreIgnoredButNotLost() {
        assertThat(run("taskbench -step 9 -type trivial -executor sequential")).isZero();
        assertThat(out.toString()).contains("Time Steps: 4");
        assertThat(err.toString())
                .contains("warning: ignored '-step'")
                .contains("warning: ignored '9'");
    }

    @Test
    void helpSaysWhoseItIs() {
        assertThat(run("taskbench --help")).isZero();
        assertThat(out.toString())
                .contains("An independent implementation of the metric and patterns of Task Bench")
                .contains("-steps", "-skip-graph-validation", "stencil_1d_periodic", "metg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-type warp | -type names no pattern: warp; there are trivial, no_comm",
                "-type random_spread | -type random_spread is declared by the definition",
                "-steps 0 | -steps must be 1 to 2^24: 0",
                "-width -3 | -width must be 1 to 2^20: -3",
                "-width many | -width needs a whole number: many",
                "-width 99999999999 | -width is out of range: 99999999999",
                "-width 1 -type fft | -type fft needs a -width of 2 or more: 1",
                "-steps 4000000 -width 100000 | more than 2^27 tasks",
                "-type all_to_all -width 100000 -steps 2 | more than 2^27 dependencies",
                "-output 200000000 -steps 100 | more than half of this JVM's heap",
                "-radix -1 -type nearest | -radix must be 0 to 2^20: -1",
                "-period 2 | -period is for spread and random_nearest, and must be 0 for trivial: 2",
                "-type spread | -width / -radix, rounded up, here 2: 3, the default",
                "-type random_nearest -fraction 1.5 | -fraction must be 0 to 1: 1.5",
                "-fraction x | -fraction needs a number: x",
                "-output 8 | -output must be 16 to 2^28 bytes: 8",
                "-kernel warp | -kernel names none: warp; there are empty, busy_wait",
                "-kernel io_bound | -kernel io_bound is declared by the definition",
                "-kernel compute_dgemm | -kernel compute_dgemm needs a BLAS",
                "-kernel memory_bound -iter 1 | -scratch is too small for memory_bound",
                "-kernel load_imbalance -imbalance 3 | -imbalance must be 0 to 2: 3.0",
                "-imbalance 1 | -imbalance is for -kernel load_imbalance, not for empty",
                "-iter -1 | -iter must be 0 to 2^40: -1",
                "-nodes 0 | -nodes must be 1 or more: 0",
                "-steps | -steps needs a value",
                "-executor warp | --executor names none of sequential, engine.graph",
                "--workers 0 | --workers must be between 1 and 1024: 0",
            })
    void badInputNamesTheValueAndExitsWithTwo(String options, String message) {
        assertThat(run("taskbench " + options.strip())).isEqualTo(2);
        assertThat(err.toString()).contains(message.strip());
        assertThat(out.toString()).doesNotContain("Total Tasks");
    }
}
