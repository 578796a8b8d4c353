// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command on several ranks, under both launchers. */
@Timeout(240)
class TaskBenchOnRanksTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String launcher, int ranks, String line) {
        String all =
                "mpi -n " + ranks + " --launcher " + launcher + " --workers 1 -- taskbench " + line;
        return TeffCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.split(" "));
    }

    /** All patterns in one run, since ranks take long to start. */
    @ParameterizedTest
    @CsvSource({"mpiexec.mpich, 2", "mpiexec.openmpi, 3"})
    void ranksRunAllPatternsTogether(String launcher, int ranks) {
        String size = " -steps 9 -width 4 -kernel compute_bound -iter 1024";
        StringBuilder line = new StringBuilder("-nodes 4");
        for (Pattern pattern : Pattern.values()) {
            line.append(line.length() > 8 ? " -and" : "").append(" -type ").append(pattern);
            line.append(pattern == Pattern.SPREAD ? " -period 2" : "").append(size);
        }
        assertThat(run(launcher, ranks, line.toString())).as(err.toString()).isZero();
        int tasks = 9 * 36 + 24 + 31;
        int random = 40; // of the last graph, whose draws depend on its number
        int dependencies = 32 + 80 + 96 + 38 + 30 + 72 + 128 + 80 + 96 + random;
        assertThat(out.toString().lines())
                .contains("Total Tasks " + tasks, "Total Dependencies " + dependencies)
                .contains("Total FLOPs " + 131136L * tasks);
    }

    @Test
    void sweepRunsOnRanks() {
        String line = "metg --quick --steps 20 --types stencil_1d --executors mpi";
        assertThat(run("mpiexec.mpich", 2, line)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("stencil_1d, 20 steps, 2 columns", "mpi");
    }

    @Test
    void badInputIsNamedOnce() {
        assertThat(run("mpiexec.mpich", 2, "-type fft -width 1")).isEqualTo(2);
        assertThat(err.toString()).contains("-type fft needs a -width of 2 or more: 1");
        assertThat(List.of(err.toString().split("needs a -width", -1))).hasSize(2);
    }
}
