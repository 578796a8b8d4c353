// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Those that {@code scripts/test} sees to: OpenMP of GNU and oneTBB; and what is not there. */
@Timeout(240)
class NativePeerTest {
    @TempDir private Path folder;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Leftovers.folders()).isEmpty();
        assertThat(Leftovers.processes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "tbb, fib, 15, 610, 2",
        "tbb, flat, 20000, 20000, 1",
        "tbb, chain, 4, 31810, 2",
        "tbb, wavefront, 2, 2946, 2",
        "tbb, loop, 1025, 523776, 2",
        "tbb, latency, 10, 55, 1",
        "openmp-gnu, fib, 15, 610, 1",
        "openmp-gnu, flat, 20000, 20000, 2",
        "openmp-gnu, chain, 4, 31810, 2",
        "openmp-gnu, wavefront, 2, 2946, 1",
        "openmp-gnu, loop, 1025, 523776, 2",
    })
    void theRealOnesComputeWhatTheyShould(
            String name, String workload, long size, long answer, int workers) throws Exception {
        NativePeer.Built built = named(name).build(); // its message says what to type
        NativePeer.Result result = built.run(workload, size, workers);
        assertThat(built.version()).contains(name.equals("tbb") ? "oneTBB" : "OpenMP");
        assertThat(named(name).workloads()).contains(workload);
        assertThat(result.answer()).isEqualTo(answer);
        if (Double.isNaN(result.ns())) { // OpenMP has no graph that stays
            assertThat(result.buildNs()).isPositive();
        } else {
            assertThat(result.ns()).isPositive();
        }
        if (workload.equals(NativePeer.LATENCY)) {
            assertThat(result.percentilesNs()).containsOnlyKeys("50.0", "99.0", "99.9");
        } else {
            assertThat(result.percentilesNs()).isEmpty();
        }
    }

    @Test
    void whatHasBeenCompiledIsNotCompiledAgain() throws Exception {
        Path executable = named("openmp-gnu").build().executable();
        Object before = Files.getAttribute(executable, "unix:ino");
        assertThat(named("openmp-gnu").build().executable()).isEqualTo(executable);
        assertThat(Files.getAttribute(executable, "unix:ino")).isEqualTo(before);
    }

    @Test
    void whatItDoesNotKnowFails() throws Exception {
        NativePeer.Built built = named("openmp-gnu").build();
        assertThatThrownBy(() -> built.run("sort", 10, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exit code 2");
        assertThatThrownBy(() -> built.run("fib", 10, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("size and workers must be 1 or more: 10 0");
    }

    @Test
    void aMissingCompilerIsNamedWithWhatToType() {
        NativePeer none = peer("no-such-compiler", List.of());
        assertThatThrownBy(none::build)
                .isInstanceOf(NativePeer.Missing.class)
                .hasMessage(
                        "mine: there is no no-such-compiler; on Debian, type: apt-get install -y"
                                + " mine-dev");
    }

    @Test
    void aMissingHeaderOrLibraryIsNamedWithWhatToType() {
        for (List<String> lacking :
                List.of(List.of("-include", "no/such.hpp"), List.of("-lno-such"))) {
            assertThatThrownBy(peer("g++", lacking)::build)
                    .isInstanceOf(NativePeer.Missing.class)
                    .hasMessageContaining("apt-get install -y mine-dev");
        }
    }

    @Test
    void whatDoesNotCompileSaysWhy() {
        assertThatThrownBy(peer("g++", List.of("--no-such-option"))::build)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mine was not built: g++: ")
                .hasMessageContaining("no-such-option");
    }

    @Test
    void sourcesAreAskedForAndLookedAt() {
        List<NativePeer> unknown = NativePeer.all(null, null, null);
        List<NativePeer> wrong = NativePeer.all(folder, folder, folder);
        for (int i = 0; i < unknown.size(); i++) {
            NativePeer peer = unknown.get(i);
            if (peer.sources() != null) {
                String option = peer.sources().option();
                assertThatThrownBy(peer::build)
                        .isInstanceOf(NativePeer.Missing.class)
                        .hasMessage(peer.name() + ": its sources are needed: " + option + " DIR");
                assertThatThrownBy(wrong.get(i)::build)
                        .isInstanceOf(NativePeer.Missing.class)
                        .hasMessageContaining(option + " " + folder + " holds no ");
            }
        }
    }

    private static NativePeer peer(String compiler, List<String> arguments) {
        return new NativePeer(
                "mine",
                List.of(NativePeer.FIB),
                "mine-dev",
                List.of(compiler),
                "openmp_peer.cpp",
                arguments,
                null);
    }

    private static NativePeer named(String name) {
        return NativePeer.all(null, null, null).stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
