// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.executors.blocks.BlockStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Slurm of two nodes; see scripts/slurm. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SlurmTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static MiniBatch slurm;
    private static BatchProvider provider;
    private static String overdue;
    @TempDir static Path overdueDir;
    @TempDir Path dir;

    @BeforeAll
    static void start() throws Exception {
        slurm = MiniBatch.slurm();
        // nodes are shared, so that tests need not wait for one another's jobs
        provider =
                new BatchProvider(
                        BatchSystems.slurm(),
                        slurm.options().value("exclusive", null).queue("main").build());
        // Slurm looks for jobs past their limit every 30 s: begun now, looked at in the last test
        BlockJob job =
                new BlockJob("overdue", "sleep 600", 1, 1, Duration.ofMinutes(1), overdueDir);
        overdue = provider.submit(job);
        await(overdue, State.RUNNING);
        // as if it had been started a minute ago
        slurm.command("scontrol", "update", "JobId=" + overdue, "EndTime=now+2");
    }

    @AfterAll
    static void end() throws Exception {
        if (slurm != null) {
            slurm.down();
        }
    }

    private static BlockStatus status(String id) throws Exception {
        return provider.status(List.of(id)).get(id);
    }

    private static BlockStatus await(String id, State state) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> status(id), status -> status.state() == state);
    }

    private BlockJob job(String name, String command, int nodes) {
        return new BlockJob(name, command, nodes, 1, null, dir);
    }

    @Test
    @Order(1)
    void blockCompletesInItsDirectory() throws Exception {
        String id = provider.submit(job("fine", "echo \"it's\" $PWD; echo e >&2", 1));
        assertThat(id).matches("\\d+");
        assertThat(await(id, State.COMPLETED).exitCode()).isEqualTo(0);
        assertThat(dir.resolve("fine.out")).hasContent("it's " + dir);
        assertThat(dir.resolve("fine.err")).hasContent("e");
    }

    @Test
    @Order(1)
    void failedBlockHasItsExitCode() throws Exception {
        String id = provider.submit(job("bad", "exit 7", 1));
        BlockStatus status = await(id, State.FAILED);
        assertThat(status).isEqualTo(new BlockStatus(State.FAILED, 7, "NonZeroExitCode"));
    }

    @Test
    @Order(1)
    void cancelledBlockIsGone() throws Exception {
        String id = provider.submit(job("long", "echo $$ > pid; sleep 600", 1));
        await(id, State.RUNNING);
        Path pid = dir.resolve("pid");
        Awaitility.await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
        provider.cancel(List.of(id));
        await(id, State.CANCELLED);
        long process = Long.parseLong(Files.readString(pid).strip());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
        provider.cancel(List.of(id, "999999")); // ended, and never there: no error
    }

    @Test
    @Order(1)
    void waitingAndHeldBlocksAreToldApart() throws Exception {
        BatchProvider holding =
                new BatchProvider(
                        BatchSystems.slurm(), slurm.options().line("#SBATCH --hold").build());
        BatchProvider later =
                new BatchProvider(
                        BatchSystems.slurm(),
                        slurm.options().line("#SBATCH --begin=now+1hour").build());
        String held = holding.submit(job("held", "true", 1));
        String pending = later.submit(job("later", "true", 1));
        assertThat(await(held, State.HELD).message()).isEqualTo("JobHeldUser");
        assertThat(await(pending, State.PENDING).message()).isNotEmpty();
        provider.cancel(List.of(held, pending));
        await(held, State.CANCELLED);
        await(pending, State.CANCELLED);
    }

    @Test
    @Order(1)
    void srunReachesBothNodes() throws Exception {
        String command = Launchers.srun().wrap("echo \"node $SLURMD_NODENAME\"", 2, 2);
        String id = provider.submit(new BlockJob("wide", command, 2, 2, null, dir));
        await(id, State.COMPLETED);
        assertThat(Files.readAllLines(dir.resolve("wide.out")))
                .containsExactlyInAnyOrder("node n1", "node n1", "node n2", "node n2");
    }

    @Test
    @Order(1)
    void srunMpiMakesAStepForEachTask() throws Exception {
        String command = Launchers.srunMpi().wrap("echo $SLURM_STEP_ID $SLURM_NTASKS", 1, 2);
        String id = provider.submit(new BlockJob("steps", command, 2, 1, null, dir));
        await(id, State.COMPLETED);
        assertThat(Files.readAllLines(dir.resolve("steps.out")))
                .containsExactlyInAnyOrder("0 1", "1 1");
    }

    @Test
    @Order(1)
    void unknownJobIsMissing() throws Exception {
        assertThat(status("424242").state()).isEqualTo(State.MISSING);
        String id = provider.submit(job("known", "true", 1));
        await(id, State.COMPLETED);
        Map<String, BlockStatus> both = provider.status(List.of("424242", id));
        assertThat(both.get("424242").state()).isEqualTo(State.MISSING);
        assertThat(both.get(id).state()).isEqualTo(State.COMPLETED);
    }

    @Test
    @Order(1)
    void unknownQueueIsRefusedWithSlurmsWords() {
        BatchProvider nowhere =
                new BatchProvider(BatchSystems.slurm(), slurm.options().queue("nowhere").build());
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> nowhere.submit(job("lost", "true", 1)))
                .withMessageContaining("sbatch --parsable")
                .withMessageContaining("exit code 1")
                .withMessageContaining("invalid partition specified: nowhere");
    }

    @Test
    @Order(1)
    void controllerThatIsAwayIsAFailureAndNoMissingBlock() throws Exception {
        Path conf = dir.resolve("slurm.conf");
        Files.writeString(
                conf,
                Files.readString(Path.of(slurm.environment().get("SLURM_CONF")))
                        .replaceAll("SlurmctldPort=\\d+", "SlurmctldPort=1"));
        BatchProvider away =
                new BatchProvider(
                        BatchSystems.slurm(),
                        BatchOptions.builder()
                                .environment("SLURM_CONF", conf.toString())
                                .commandTimeout(Duration.ofSeconds(2))
                                .build());
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> away.status(List.of("1")))
                .withMessageContaining("squeue")
                .withMessageContaining("exit code");
    }

    /** Block names in the queue that wait or run. */
    private static Set<String> queued(String prefix) throws Exception {
        Set<String> names = new TreeSet<>();
        for (String line :
                slurm.command("squeue", "--noheader", "--states=PENDING,RUNNING", "--format=%j")) {
            if (line.startsWith(prefix)) {
                names.add(line);
            }
        }
        return names;
    }

    @Test
    @Order(1)
    void blocksComeAndGoWithTheWork() throws Exception {
        FakeLoad load = new FakeLoad(2);
        BlocksConfig config =
                BlocksConfig.builder(dir)
                        .name("elastic")
                        .initBlocks(1)
                        .maxBlocks(3)
                        .strategy(BlocksConfig.Strategy.AUTO)
                        .period(Duration.ofMillis(300))
                        .maxIdle(Duration.ofMillis(500))
                        .build();
        try (Blocks blocks =
                new Blocks(
                        config,
                        provider,
                        Launchers.simple(),
                        id -> "echo $TEFF_BLOCK_ID " + id + "; exec sleep 600",
                        load)) {
            blocks.start();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> queued("elastic-").equals(Set.of("elastic-block-0")));
            load.tasks = 100; // 50 blocks' worth, 3 may be
            Awaitility.await().atMost(PATIENCE).until(() -> queued("elastic-").size() == 3);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    blocks.states().values().stream()
                                            .allMatch(s -> s.state() == State.RUNNING));
            load.busy("0", "1", "2");
            load.tasks = 2; // one block's worth
            load.idle("0", Duration.ofSeconds(9));
            load.idle("2", Duration.ofSeconds(9));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> queued("elastic-").equals(Set.of("elastic-block-1")));
            assertThat(load.held).containsExactlyInAnyOrder("0", "2");
            load.tasks = 0;
            load.idle("1", Duration.ofSeconds(9));
            Awaitility.await().atMost(PATIENCE).until(() -> queued("elastic-").isEmpty());
            load.tasks = 1;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> queued("elastic-").equals(Set.of("elastic-block-3")));
        }
        assertThat(queued("elastic-")).isEmpty();
        assertThat(dir.resolve("elastic-block-2.out")).hasContent("2 2");
        assertThat(load.failure).isNull();
    }

    @Test
    @Order(2)
    void walltimeEndsABlock() {
        BlockStatus status = await(overdue, State.TIMEOUT);
        assertThat(status.message()).isEqualTo("TimeLimit");
    }
}
