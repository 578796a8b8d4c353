// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LaunchersTest {
    @TempDir Path dir;

    private static String line(Launcher launcher) {
        return launcher.wrap("java -jar 'a b.jar'", 2, 3);
    }

    @Test
    void linesAreAsTheirProgramsWantThem() {
        String command = "/bin/sh -c 'java -jar '\\''a b.jar'\\'''";
        assertThat(line(Launchers.simple())).isEqualTo("java -jar 'a b.jar'");
        assertThat(line(Launchers.srun()))
                .isEqualTo(
                        "srun --nodes=3 --ntasks=6 --ntasks-per-node=2 --kill-on-bad-exit=0 "
                                + command);
        assertThat(line(Launchers.srun("--cpu-bind=none", "-c 4")))
                .contains(" --kill-on-bad-exit=0 --cpu-bind=none -c 4 /bin/sh ");
        assertThat(line(Launchers.aprun())).isEqualTo("aprun -n 6 -N 2 " + command);
        assertThat(line(Launchers.mpiExec("-ppn 2")))
                .isEqualTo("mpiexec --bind-to none -n 6 -ppn 2 " + command);
        assertThat(line(Launchers.mpiRun())).isEqualTo("mpirun --bind-to none -np 6 " + command);
        assertThat(line(Launchers.jsrun("-c ALL_CPUS")))
                .isEqualTo("jsrun -n 6 -r 2 -c ALL_CPUS " + command);
        assertThat(Launchers.gnuParallel().wrap("x", 2, 2))
                .isEqualTo(
                        "printf '%s\\0' '/bin/sh -c x' '/bin/sh -c x' '/bin/sh -c x'"
                                + " '/bin/sh -c x' | parallel --will-cite --null --jobs 2"
                                + " --sshloginfile \"$PBS_NODEFILE\" --env TEFF_BLOCK_ID --workdir"
                                + " \"$PWD\"");
        assertThat(Launchers.gnuParallel("--sshloginfile f").wrap("x", 1, 2))
                .doesNotContain("PBS_NODEFILE");
        assertThat(Launchers.gnuParallel().wrap("x", 1, 1)).doesNotContain("sshloginfile");
    }

    @Test
    void srunMpiHasOneStepForEachTask() {
        String all = Launchers.srunMpi("--mpi=pmix").wrap("x", 2, 2);
        assertThat(all.split("srun --nodes=1 --ntasks=1 --exact --mpi=pmix /bin/sh -c x\n"))
                .hasSize(5);
    }

    @Test
    void wrappedPutsThePrefixWhereItIsAskedTo() {
        assertThat(line(Launchers.wrapped("nice -n 5", Launchers.simple())))
                .isEqualTo("nice -n 5 java -jar 'a b.jar'");
        assertThat(
                        line(
                                Launchers.wrapped(
                                        "apptainer exec i.sif {command} >log", Launchers.simple())))
                .isEqualTo("apptainer exec i.sif java -jar 'a b.jar' >log");
        assertThat(line(Launchers.wrapped("ssh host {quoted}", Launchers.simple())))
                .isEqualTo("ssh host 'java -jar '\\''a b.jar'\\'''");
        assertThat(Launchers.wrapped("a {command}", Launchers.simple()).wrap("{quoted}", 1, 1))
                .isEqualTo("a {quoted}");
        assertThat(Launchers.wrapped("time", Launchers.srun()).wrap("x", 1, 2))
                .endsWith(" /bin/sh -c 'time x'");
    }

    @Test
    void badNumbersAndPrefixesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launchers.singleNode().wrap("x", 1, 2))
                .withMessageContaining("the launcher singleNode has one node, not 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launchers.srun().wrap("x", 0, 2))
                .withMessageContaining("0, 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launchers.wrapped(" ", Launchers.simple()));
    }

    private int run(String command) throws Exception {
        Process process =
                new ProcessBuilder("/bin/sh", "-c", command)
                        .directory(dir.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("out").toFile())
                        .start();
        process.getOutputStream()
                .write("input\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void anyCommandArrivesUnchanged() throws Exception {
        // plays srun: the last arguments are the command
        Path srun = Files.writeString(dir.resolve("srun"), "#!/bin/sh\nshift 4; exec \"$@\"\n");
        assertThat(srun.toFile().setExecutable(true)).isTrue();
        // its line in one write, for two of it have one output
        String nasty =
                "all=$(printf '%s|' \"it's\" '$HOME' \"\\\\\" 'a\"b' {} '{.}' '*' '!')"
                        + "; printf '%s\\n' \"$all\" # end\n:";
        String expected = "it's|$HOME|\\|a\"b|{}|{.}|*|!|";
        String path = "PATH=" + dir + ":$PATH; ";
        assertThat(run(path + Launchers.srun().wrap(nasty, 1, 1))).isZero();
        assertThat(dir.resolve("out")).hasContent(expected);
        assertThat(
                        run(
                                path
                                        + Launchers.wrapped("sh -c {quoted}", Launchers.srun())
                                                .wrap(nasty, 1, 1)))
                .isZero();
        assertThat(dir.resolve("out")).hasContent(expected);
        assertThat(run(Launchers.singleNode().wrap(nasty, 2, 1))).isZero();
        assertThat(dir.resolve("out")).hasContent(expected + "\n" + expected);
    }

    @Test
    void singleNodeWaitsForAllAndTellsOfAFailure() throws Exception {
        String command = "mkdir a 2>/dev/null && exit 3; mkdir b && sleep 0.3; touch done";
        assertThat(run(Launchers.singleNode().wrap(command, 2, 1) + "; code=$?; ls; exit $code"))
                .isEqualTo(3);
        assertThat(Files.readString(dir.resolve("out"))).contains("done");
    }

    @Test
    void singleNodeLeavesTheInputOpen() throws Exception {
        assertThat(run(Launchers.singleNode().wrap("sleep 0.1; cat", 2, 1))).isZero();
        assertThat(dir.resolve("out")).hasContent("input");
    }
}
