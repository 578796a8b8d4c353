// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The printed batch script, run by a real Slurm on this machine; see scripts/slurm. */
class MpiSlurmTest {
    private static final Map<String, String> ENVIRONMENT = new TreeMap<>();
    private static Path slurm;

    @TempDir private Path folder;

    @BeforeAll
    static void start() throws Exception {
        slurm = Files.createTempDirectory("teff-mpi-slurm-");
        String pid = Long.toString(ProcessHandle.current().pid());
        String line = run(script(), "up", slurm.toString(), "--with", pid).strip();
        ENVIRONMENT.put("SLURM_CONF", line.substring(line.indexOf('=') + 1));
    }

    @AfterAll
    static void end() throws Exception {
        run(script(), "down", slurm.toString());
        run("rm", "-r", slurm.toString());
    }

    private static String script() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("scripts/slurm"))) {
            here = here.getParent();
        }
        return here.resolve("scripts/slurm").toString();
    }

    private static String run(String... command) throws Exception {
        Path output = Files.createTempFile("teff-mpi-slurm-", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().putAll(ENVIRONMENT);
            Process process = builder.start();
            boolean ended = process.waitFor(150, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(output);
            assertThat(ended).as(text).isTrue();
            assertThat(process.waitFor()).as(text).isZero();
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** The script that runs this on two ranks of one node. */
    private static String printed(CommandLine teff, String... args) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of("mpi", "--print-slurm", "-N", "1", "-n", "2"));
        all.addAll(List.of(args));
        int code = teff.setOut(new PrintWriter(out, true)).execute(all.toArray(String[]::new));
        assertThat(code).isZero();
        return out.toString();
    }

    @Test
    void printedScriptRunsAsItIs() throws Exception {
        String script =
                printed(
                        TeffCommand.commandLine(),
                        "--workers",
                        "1",
                        "--",
                        "compare",
                        "--quick",
                        "--rounds",
                        "1",
                        "--only",
                        "double,fibonacci",
                        "--executors",
                        "mpi",
                        "--out",
                        folder.resolve("it's out").toString());
        assertThat(script).contains("#SBATCH --nodes=1\n#SBATCH --ntasks=2\n");
        String output = submitted(script);
        for (String row : List.of("fibonacci  mpi ", "double     mpi ", "double     mpi.lane ")) {
            assertThat(output).containsPattern("(?m)^" + row + " .* yes$");
        }
        assertThat(folder.resolve("it's out/compare.json")).exists();
    }

    @Test
    void jobSearchesAnUnbalancedTreeOnTwoRanks() throws Exception {
        String script =
                printed(
                        TeffCommand.commandLine(),
                        "--workers",
                        "1",
                        "uts",
                        "--tree",
                        "T1",
                        "--rounds",
                        "1");
        assertThat(submitted(script))
                .contains("nodes 4,130,071, leaves 3,305,118 (80.03 %), depth 10")
                .containsPattern("(?m)^mpi +2 .* yes$");
    }

    @Test
    void jobRestartsALostRoot() throws Exception {
        String script = printed(SquaresMain.commandLine(), "squares", folder.toString(), "root");
        String output = submitted(script.replace("$Teff", "")); // the class that has a main method
        assertThat(output).contains("run 2 on 2 ranks: 285", "starting it again: 1 of 3");
    }

    @Test
    void jobSurvivesTheLossOfAnotherRank() throws Exception {
        String script = printed(SquaresMain.commandLine(), "squares", folder.toString(), "rank");
        String output = submitted(script.replace("$Teff", ""));
        assertThat(output).contains("run 1 on 2 ranks: 285").doesNotContain("again");
    }

    private String submitted(String script) throws Exception {
        Path file = folder.resolve("job.sh");
        Path output = folder.resolve("job.out");
        Files.writeString(file, script);
        String said = run("sbatch", "--output=" + output, file.toString());
        assertThat(said).contains("Submitted batch job");
        String id = said.replaceAll("(?s).*Submitted batch job (\\d+).*", "$1");
        // What sbatch --wait does too, but that looks after 2, 10 and 42 seconds.
        Awaitility.await()
                .atMost(Duration.ofSeconds(150))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> !state(id).matches("(?s).* JobState=(PENDING|RUNNING|COMPLETING) .*"));
        assertThat(state(id)).contains(" JobState=COMPLETED ", " ExitCode=0:0 ");
        return Files.readString(output);
    }

    private static String state(String job) throws Exception {
        return run("scontrol", "--oneliner", "show", "job", job);
    }
}
