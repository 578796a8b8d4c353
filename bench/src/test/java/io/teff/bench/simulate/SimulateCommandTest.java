// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private static final String COSTS =
            "{\"bench\":\"mpi\",\"rows\":["
                    + "{\"workload\":\"round-trip\",\"contender\":\"raw\",\"median\":1000},"
                    + "{\"workload\":\"round-trip\",\"contender\":\"mpi.call\",\"median\":1400},"
                    + "{\"workload\":\"tasks\",\"contender\":\"mpi.lane\",\"median\":4e7}]}";

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path costs;

    @BeforeEach
    void write() throws Exception {
        costs = Files.writeString(folder.resolve("mpi.json"), COSTS);
    }

    private int run(String... args) {
        CommandLine line = TeffCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void costsComeFromTheRecord() {
        Costs read = MeasuredCosts.read(costs, 2, 12.5, 17);
        assertThat(read.frameNs()).isEqualTo(200);
        assertThat(read.latencyNs()).isEqualTo(500);
        assertThat(read.dealNs()).isEqualTo(25 - 400 / 256.0);
        assertThat(read.scanNs()).isEqualTo(2);
    }

    @Test
    void jsonIsTheSameEachTimeAndNothingElse() throws Exception {
        String[] args = {
            "simulate",
            "--costs",
            costs.toString(),
            "--nodes",
            "1,8",
            "--workers",
            "4",
            "--workloads",
            "deal,steal,tree",
            "--depth",
            "6",
            "--task-us",
            "1,100",
            "--json"
        };
        assertThat(run(args)).isZero();
        JsonNode first = new ObjectMapper().readTree(out.toString());
        out.getBuffer().setLength(0);
        assertThat(run(args)).isZero();
        JsonNode second = new ObjectMapper().readTree(out.toString());
        assertThat(first.get("bench").asText()).isEqualTo("simulate");
        assertThat(first.get("rows")).isEqualTo(second.get("rows"));
        assertThat(first.get("rows")).hasSize(3 * 2 * 2 * 2 + 2 * 2);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theTableSaysWhatLimits() {
        assertThat(
                        run(
                                "simulate",
                                "--costs",
                                costs.toString(),
                                "--nodes",
                                "64",
                                "--workers",
                                "8",
                                "--task-us",
                                "0"))
                .isZero();
        assertThat(out.toString()).contains("deal").contains("root's thread").contains("METG");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--nodes 0; --nodes must be between 1 and 2^20: 0",
                "--nodes 1048576 --workers 1024; at most 2^27",
                "--workloads none; none of deal, steal, tree: none",
                "--batch 32 --window 16; --window must be between --batch and 2^20: 16",
                "--gbit 0; --gbit must be above 0",
                "--task-us -1; --task-us must be between 0 and 10^9: -1",
                "--validate; start it by scripts/teff",
            })
    void badInputIsNamed(String args, String message) {
        String[] words = ("simulate --costs " + costs + " " + args).split(" ", -1);
        assertThat(run(words)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aFileThatIsNoRecordIsNamed() throws Exception {
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        assertThat(run("simulate", "--costs", other.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("other.json").contains("no row round-trip of raw");
        assertThat(run("simulate", "--costs", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read");
    }
}
