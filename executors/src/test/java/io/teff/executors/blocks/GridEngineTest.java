// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.teff.executors.blocks.BlockStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Grid Engine of one node; see scripts/gridengine. */
final class GridEngineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static MiniBatch gridEngine;
    private static BatchProvider provider;
    @TempDir Path dir;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.exists(Path.of("/etc/debian_version"))
                        && System.getProperty("user.name").equals("root"),
                "scripts/gridengine is for root of Debian and its like");
        gridEngine = MiniBatch.gridEngine();
        provider =
                new BatchProvider(
                        BatchSystems.gridEngine(),
                        gridEngine.options().queue("all.q").value("pe", null).build());
    }

    @AfterAll
    static void end() throws Exception {
        if (gridEngine != null) {
            gridEngine.down();
        }
    }

    private static BlockStatus await(String id, State state) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> provider.status(List.of(id)).get(id),
                        status -> status.state() == state);
    }

    private BlockJob job(String name, String command, Duration walltime) {
        return new BlockJob(name, command, 1, 1, walltime, dir);
    }

    @Test
    void blocksEndInEachOfTheirWays() throws Exception {
        String fine = provider.submit(job("fine", "echo \"it's\" $PWD", null));
        String bad = provider.submit(job("bad", "exit 7", null));
        String late = provider.submit(job("late", "exec sleep 600", Duration.ofSeconds(3)));
        String ended = provider.submit(job("ended", "exec sleep 600", null));
        assertThat(await(fine, State.COMPLETED).exitCode()).isEqualTo(0);
        assertThat(dir.resolve("fine.out")).hasContent("it's " + dir);
        assertThat(await(bad, State.FAILED).exitCode()).isEqualTo(7);
        await(ended, State.RUNNING);
        provider.cancel(List.of(ended, "999999", fine)); // never there, and over: no error
        await(ended, State.CANCELLED);
        assertThat(await(late, State.TIMEOUT).message()).contains("h_rt");
    }

    @Test
    void heldAndUnknownBlocksAreToldApart() throws Exception {
        BatchProvider holding =
                new BatchProvider(
                        BatchSystems.gridEngine(), gridEngine.options().line("#$ -h").build());
        String held = holding.submit(job("held", "true", null));
        await(held, State.HELD);
        Map<String, BlockStatus> both = provider.status(List.of("424242", held));
        assertThat(both.get("424242").state()).isEqualTo(State.MISSING);
        assertThat(both.get(held).state()).isEqualTo(State.HELD);
        provider.cancel(List.of(held));
        await(held, State.CANCELLED);
    }

    @Test
    void twoSlotsNeedAParallelEnvironment() throws Exception {
        BlockJob two = new BlockJob("two", "echo $NSLOTS", 2, 1, null, dir);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> provider.submit(two))
                .withMessageContaining("gridengine needs the option pe");
        BatchProvider wide =
                new BatchProvider(
                        BatchSystems.gridEngine(),
                        gridEngine.options().value("pe", "teff").build());
        String id = wide.submit(two);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> wide.status(List.of(id)).get(id).state() == State.COMPLETED);
        assertThat(dir.resolve("two.out")).hasContent("2");
    }

    @Test
    void unknownParallelEnvironmentIsRefusedInItsWords() {
        BatchProvider nowhere =
                new BatchProvider(
                        BatchSystems.gridEngine(),
                        gridEngine.options().value("pe", "nowhere").build());
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> nowhere.submit(job("lost", "true", null)))
                .withMessageContaining("qsub -terse")
                .withMessageContaining("nowhere\" does not exist");
    }
}
