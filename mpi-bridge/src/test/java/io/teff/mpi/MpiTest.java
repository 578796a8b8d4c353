// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The binding on real ranks, of both libraries. */
class MpiTest {
    private static final String WAY = Runtime.version().feature() >= 22 ? "foreign" : "jna";

    @ParameterizedTest
    @CsvSource({
        "MPICH, 2, ring",
        "MPICH, 3, requests",
        "MPICH, 2, collectives",
        "MPICH, 2, errors",
        "MPICH, 3, shared",
        "MPICH, 3, manyRequests",
        "OPEN_MPI, 2, ring",
        "OPEN_MPI, 3, requests",
        "OPEN_MPI, 2, collectives",
        "OPEN_MPI, 2, errors",
        "OPEN_MPI, 3, shared",
        "OPEN_MPI, 3, manyRequests"
    })
    void ranksTalk(Ranks.Launcher launcher, int ranks, String what) throws Exception {
        Ranks.End end = Ranks.run(launcher, ranks, Map.of(), RanksMain.class, what);
        assertThat(end.exitCode()).as(end.output()).isZero();
        String abi = launcher == Ranks.Launcher.MPICH ? "MPICH" : "Open MPI";
        for (int i = 0; i < ranks; i++) {
            assertThat(end.output())
                    .contains(
                            what
                                    + " went well on rank "
                                    + i
                                    + " of "
                                    + ranks
                                    + " of "
                                    + abi
                                    + " by "
                                    + WAY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void jnaServesOnEveryJvm(Ranks.Launcher launcher) throws Exception {
        Ranks.End end =
                Ranks.run(
                        launcher,
                        2,
                        Map.of("JDK_JAVA_OPTIONS", "-Dteff.mpi.jna=true"),
                        RanksMain.class,
                        "ring");
        assertThat(end.exitCode()).as(end.output()).isZero();
        assertThat(end.output()).contains("by jna");
    }

    @Test
    void processWithoutLauncherIsOneRank() throws Exception {
        for (String library : List.of("libmpich.so.12", "libmpi.so.40")) {
            Ranks.End end =
                    Ranks.alone(
                            Map.of(MpiLibrary.VARIABLE, library), RanksMain.class, "collectives");
            assertThat(end.exitCode()).as(end.output()).isZero();
            assertThat(end.output()).contains("collectives went well on rank 0 of 1");
        }
    }

    @Test
    void wrongLibraryForTheLauncherIsRefused() throws Exception {
        Ranks.End end =
                Ranks.run(
                        Ranks.Launcher.MPICH,
                        2,
                        Map.of(MpiLibrary.VARIABLE, "libmpi.so.40"),
                        RanksMain.class,
                        "hello");
        assertThat(end.exitCode()).isNotZero();
        assertThat(end.output())
                .contains("has started 2 ranks, but Open MPI")
                .contains("sees 1")
                .contains(MpiLibrary.VARIABLE);
    }

    @Test
    void missingLibrarySaysWhatToInstall() throws Exception {
        Ranks.End end =
                Ranks.alone(Map.of(MpiLibrary.VARIABLE, "libnone.so.1"), RanksMain.class, "hello");
        assertThat(end.exitCode()).isNotZero();
        assertThat(end.output())
                .contains("no MPI library: tried libnone.so.1")
                .contains("apt-get install mpich");
    }
}
