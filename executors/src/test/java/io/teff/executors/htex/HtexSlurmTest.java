// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.executors.blocks.BatchProvider;
import io.teff.executors.blocks.BatchSystems;
import io.teff.executors.blocks.BlocksConfig.Strategy;
import io.teff.executors.blocks.Launchers;
import io.teff.executors.blocks.MiniBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The executor with managers in blocks of a real Slurm of two nodes; see scripts/slurm. */
@Timeout(600)
final class HtexSlurmTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static MiniBatch slurm;
    @TempDir Path dir;

    @RegisterExtension final LogsOfFailure logs = new LogsOfFailure(() -> dir);

    @BeforeAll
    static void start() throws Exception {
        slurm = MiniBatch.slurm();
    }

    @AfterAll
    static void end() throws Exception {
        slurm.down();
    }

    /** Nothing of any test is left: no job in the queue, no process of a job. */
    @AfterEach
    void allGone() throws Exception {
        assertThat(queue()).isEmpty();
        String mine = dir.toString();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                ProcessHandle.allProcesses()
                                                        .map(p -> p.info().commandLine().orElse(""))
                                                        .filter(line -> line.contains(mine)))
                                        .isEmpty());
    }

    private HtexConfig.Builder config() {
        return HtexConfig.tuned()
                .directory(dir)
                .workersPerNode(1)
                .provider(
                        new BatchProvider(
                                BatchSystems.slurm(),
                                slurm.options().value("exclusive", null).build()))
                .jvmOptions("-Xmx64m", "-XX:TieredStopAtLevel=1");
    }

    /** The names of the jobs that wait or run, and their ids. */
    private static Map<String, String> queue() throws Exception {
        return queue("PENDING,RUNNING");
    }

    private static Map<String, String> queue(String states) throws Exception {
        Map<String, String> jobs = new TreeMap<>();
        for (String line :
                slurm.command("squeue", "--noheader", "--states=" + states, "--format=%j %A")) {
            int space = line.indexOf(' ');
            jobs.put(line.substring(0, space), line.substring(space + 1));
        }
        return jobs;
    }

    private static void runTasks(HtexExecutor htex, int count) throws Exception {
        List<CompletableFuture<Integer>> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int n = i;
            all.add(htex.submit(() -> n * 2));
        }
        for (int i = 0; i < count; i++) {
            assertThat(all.get(i).get(120, TimeUnit.SECONDS)).isEqualTo(i * 2);
        }
    }

    @Test
    void tenThousandTasksRunInABlock() throws Exception {
        try (HtexExecutor htex = new HtexExecutor(config().build())) {
            runTasks(htex, 10_000);
            assertThat(queue("RUNNING")).containsOnlyKeys("teff-block-0");
            assertThat(htex.load().connected()).containsExactly("0");
        }
    }

    @Test
    @Tag("slow")
    void hundredThousandTasksRunInABlock() throws Exception {
        try (HtexExecutor htex = new HtexExecutor(config().jvmOptions("-Xmx512m").build())) {
            runTasks(htex, 100_000);
        }
    }

    @Test
    void srunStartsAManagerOnEachNode() throws Exception {
        HtexConfig config = config().nodesPerBlock(2).launcher(Launchers.srun()).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            htex.start();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    htex.load().connected().contains("0")
                                            && htex.admin().managers().size() == 2);
            Set<String> nodes = new TreeSet<>();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                List<CompletableFuture<String>> some = new ArrayList<>();
                                for (int i = 0; i < 20; i++) {
                                    some.add(htex.submit(() -> System.getenv("SLURMD_NODENAME")));
                                }
                                for (CompletableFuture<String> one : some) {
                                    nodes.add(one.get(120, TimeUnit.SECONDS));
                                }
                                return nodes.equals(Set.of("n1", "n2"));
                            });
            runTasks(htex, 1000);
            try (Stream<Path> files = Files.walk(dir)) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .as("each manager's worker writes to its own file")
                        .filteredOn(f -> f.matches("block-0-manager-.*-worker-0\\.out"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void blocksComeAndGoWithTheWork() throws Exception {
        HtexConfig config =
                config().scaling(
                                b ->
                                        b.initBlocks(1)
                                                .minBlocks(0)
                                                .maxBlocks(3)
                                                .strategy(Strategy.AUTO)
                                                .period(Duration.ofMillis(500))
                                                .maxIdle(Duration.ofSeconds(2)))
                        .prefetch(0)
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            List<CompletableFuture<String>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                all.add(
                        htex.submit(
                                () -> {
                                    Thread.sleep(1500);
                                    return System.getenv("TEFF_BLOCK_ID");
                                }));
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    queue().keySet()
                                            .equals(
                                                    Set.of(
                                                            "teff-block-0",
                                                            "teff-block-1",
                                                            "teff-block-2")));
            Set<String> blocks = new TreeSet<>();
            for (CompletableFuture<String> one : all) {
                blocks.add(one.get(120, TimeUnit.SECONDS));
            }
            assertThat(blocks).isSubsetOf("0", "1", "2").contains("0");
            Awaitility.await().atMost(PATIENCE).until(() -> queue().isEmpty());
            // and again, from nothing
            assertThat(htex.submit(() -> System.getenv("TEFF_BLOCK_ID")).get(120, TimeUnit.SECONDS))
                    .isEqualTo("3");
        }
    }

    @Test
    void scancelFailsTheTaskAndAnotherBlockTakesOver() throws Exception {
        HtexConfig config = config().scaling(b -> b.period(Duration.ofSeconds(1))).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            runTasks(htex, 1);
            CompletableFuture<String> doomed = htex.submit(HtexSlurmTest::sleep);
            Awaitility.await().until(() -> htex.load().idle().isEmpty());
            slurm.command("scancel", queue().get("teff-block-0"));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> doomed.get(120, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(ManagerLost.class);
            runTasks(htex, 100);
            assertThat(queue()).containsOnlyKeys("teff-block-1");
        }
    }

    private static String sleep() throws InterruptedException {
        Thread.sleep(600_000);
        return "slept";
    }

    @Test
    void walltimeThatEndsABlockFailsItsTaskWithManagerLost() throws Exception {
        HtexConfig config =
                config().walltime(Duration.ofMinutes(1))
                        .scaling(b -> b.period(Duration.ofSeconds(1)))
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            runTasks(htex, 1);
            CompletableFuture<String> doomed = htex.submit(HtexSlurmTest::sleep);
            String job = queue().get("teff-block-0");
            // as if it had been started a minute ago; Slurm looks every 30 s
            slurm.command("scontrol", "update", "JobId=" + job, "EndTime=now+1");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> doomed.get(90, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(ManagerLost.class);
            assertThat(
                            slurm.command(
                                    "squeue",
                                    "--noheader",
                                    "--states=all",
                                    "--format=%T",
                                    "--jobs=" + job))
                    .allMatch(state -> state.equals("TIMEOUT") || state.equals("COMPLETING"));
            runTasks(htex, 100); // in another block
        }
    }

    @Test
    void blocksThatCannotStartFailAllTasksWithTheReason() {
        HtexConfig config =
                config().scaling(
                                b ->
                                        b.workerInit("echo no such module >&2; exit 9")
                                                .period(Duration.ofMillis(500)))
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            CompletableFuture<Integer> doomed = htex.submit(() -> 1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> doomed.get(120, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("FAILED, exit code 9")
                    .withMessageContaining("no such module");
        }
    }
}
