// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real Parsl and Dask, which {@code scripts/teff peers} installs, and a false Python. */
class PythonPeerTest {
    @TempDir private Path folder;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Leftovers.folders()).isEmpty();
        assertThat(Leftovers.processes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "parsl-threads, double, 20, 380, 3",
        "parsl-threads.tuned, fibonacci, 5, 5, 2",
        "parsl-htex, increment, 10, 45, 1",
        "parsl-htex.tuned, latency, 10, 45, 3",
        "dask, fibonacci, 5, 5, 1",
        "dask.tuned, latency, 10, 45, 2",
    })
    void theRealOnesComputeWhatTheyShould(
            String name, String program, long size, long answer, int workers) throws Exception {
        PythonPeer peer = named(name, PythonHome.standard());
        String version = peer.version(); // its message says what to type if there is none
        PythonPeer.Result result = peer.run(program, size, workers);
        assertThat(result.answer()).isEqualTo(answer);
        assertThat(result.version()).isEqualTo(version).isNotBlank();
        assertThat(result.seconds()).isBetween(1e-6, 150.0);
        if (program.equals(PythonPeer.LATENCY)) {
            assertThat(result.percentilesUs()).containsOnlyKeys("50", "99", "99.9", "100");
            assertThat(result.percentilesUs().get("50"))
                    .isPositive()
                    .isLessThanOrEqualTo(result.percentilesUs().get("99"));
        } else {
            assertThat(result.percentilesUs()).isEmpty();
        }
    }

    /** HTEX starts an interchange and a manager that are no children of the process that ends. */
    @Test
    void aRealOneThatTakesTooLongLeavesNoProcess() {
        PythonPeer htex = named("parsl-htex", PythonHome.standard());
        PythonPeer hurried =
                new PythonPeer(
                        htex.name(),
                        htex.pack(),
                        htex.script(),
                        htex.form(),
                        htex.home(),
                        Duration.ofSeconds(5));
        assertThatThrownBy(() -> hurried.run("double", 10_000_000, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not done after 5 s; try a smaller --size");
    }

    @Test
    void anAbsentOneSaysWhatToType() throws Exception {
        assertThatThrownBy(() -> named("dask", new PythonHome(folder)).version())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no "
                                + folder.resolve("bin/python")
                                + "; type: scripts/teff peers");
        assertThatThrownBy(() -> named("dask", falsePython("echo broken >&2; exit 1")).version())
                .hasMessageContaining("holds no distributed that works (exit code 1: broken)")
                .hasMessageEndingWith("; type: scripts/teff peers --upgrade");
    }

    @Test
    void whatIsNoResultIsRefused() throws Exception {
        refuses("echo '{\"seconds\":1,\"version\":\"1\"}'", "printed no answer: ");
        refuses(
                "echo '{\"answer\":1,\"seconds\":0,\"version\":\"1\"}'",
                "printed no answer with its time: ");
        refuses(
                "echo '{\"answer\":\"x\",\"seconds\":1,\"version\":\"1\"}'",
                "printed no answer with its time: ");
        refuses("exit 0", "printed no answer: ");
    }

    @Test
    void aFalsePythonIsGivenTheProgramAndItsSize() throws Exception {
        PythonHome python =
                falsePython(
                        "test -f peer.py && printf"
                                + " '{\"answer\":%s,\"seconds\":0.5,\"version\":\"%s\"}' $4 $1-$2-$3-$5");
        PythonPeer.Result result = named("parsl-htex.tuned", python).run("double", 77, 3);
        assertThat(result.answer()).isEqualTo(77);
        assertThat(result.version()).isEqualTo("parsl_peer.py-htex.tuned-double-3");
    }

    private void refuses(String line, String message) throws Exception {
        PythonHome python = falsePython(line);
        assertThatThrownBy(() -> named("dask", python).run("double", 1, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private PythonHome falsePython(String line) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path python = Files.writeString(bin.resolve("python"), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
        return new PythonHome(folder);
    }

    private static PythonPeer named(String name, PythonHome home) {
        List<PythonPeer> all = PythonPeer.all(home);
        assertThat(all).hasSize(6);
        return all.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }
}
