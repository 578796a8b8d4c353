// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.mpi.Ranks;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The executor on real ranks of both libraries. */
class MpiRanksTest {
    private static void run(Ranks.Launcher launcher, int ranks, String... args) throws Exception {
        Ranks.End end = Ranks.run(launcher, ranks, Map.of(), MpiRanksMain.class, args);
        assertThat(end.exitCode()).as(end.output()).isZero();
        assertThat(end.output()).contains(args[0] + " went well on " + ranks + " ranks");
    }

    @ParameterizedTest
    @CsvSource({"MPICH, 1", "MPICH, 2", "MPICH, 3", "OPEN_MPI, 1", "OPEN_MPI, 2", "OPEN_MPI, 4"})
    void tasksOfAllKindsRunOnAllRanks(Ranks.Launcher launcher, int ranks) throws Exception {
        run(launcher, ranks, "calls");
    }

    @Test
    void messagesServeWhereMemoryIsNotShared() throws Exception {
        for (Ranks.Launcher launcher : Ranks.Launcher.values()) {
            Ranks.End end =
                    Ranks.run(
                            launcher,
                            2,
                            Map.of("JDK_JAVA_OPTIONS", "-Dteff.mpi.rings=false"),
                            MpiRanksMain.class,
                            "calls");
            assertThat(end.exitCode()).as(end.output()).isZero();
            assertThat(end.output())
                    .contains("calls went well on 2 ranks")
                    .contains("over messages");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ranksOfDifferentVersionsAreRefused(Ranks.Launcher launcher) throws Exception {
        Ranks.End end = Ranks.run(launcher, 3, Map.of(), MpiRanksMain.class, "mixed");
        assertThat(end.exitCode()).as(end.output()).isNotZero();
        assertThat(end.output())
                .contains("the ranks run different versions of the program")
                .contains("rank 0 has the functions [square, slow, pid, fib, relay, hop]")
                .contains("rank 1 has the functions [square]");
    }

    @ParameterizedTest
    @CsvSource({"MPICH, 2", "MPICH, 3", "OPEN_MPI, 3"})
    void servedTasksCallOnAfterTheirRankHasClosed(Ranks.Launcher launcher, int ranks)
            throws Exception {
        Ranks.End end = Ranks.run(launcher, ranks, Map.of(), MpiRanksMain.class, "relay");
        assertThat(end.exitCode()).as(end.output()).isZero();
        assertThat(end.output()).contains("relay went well on " + ranks + " ranks");
        long hops =
                end.output()
                        .lines()
                        .filter(line -> line.startsWith("hops "))
                        .mapToLong(line -> Long.parseLong(line.substring("hops ".length())))
                        .sum();
        assertThat(hops).as(end.output()).isEqualTo(5001);
    }

    @Test
    void slowRankHoldsABoundedNumberOfCalls() throws Exception {
        run(Ranks.Launcher.MPICH, 3, "slow", "500000");
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void hundredMillionCallsFitIntoSmallHeaps() throws Exception {
        Ranks.End end =
                Ranks.run(
                        Ranks.Launcher.MPICH,
                        3,
                        600,
                        "-XX:TieredStopAtLevel=4",
                        MpiRanksMain.class,
                        "slow",
                        "100000000");
        assertThat(end.exitCode()).as(end.output()).isZero();
        assertThat(end.output()).contains("slow went well on 3 ranks");
    }

    @ParameterizedTest
    @EnumSource
    void flowRunsOnAllRanks(Ranks.Launcher launcher, @TempDir Path folder) throws Exception {
        run(launcher, 3, "flow", folder.toString());
    }

    @Test
    void killedRankCostsNoResult() throws Exception {
        killSome(3);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void killedRanksCostNoResult() throws Exception {
        killSome(50);
    }

    private static void killSome(int rounds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        for (int i = 0; i < rounds; i++) {
            Ranks.End end =
                    Ranks.runOn(Map.of(), 3, MpiRanksMain.class, "kill", Long.toString(seed + i));
            assertThat(end.output())
                    .as("round " + i + " of seed " + seed)
                    .contains("kill went well on 3 ranks");
        }
    }
}
