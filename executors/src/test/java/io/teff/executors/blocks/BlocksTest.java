// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.teff.executors.blocks.BlockStatus.State;
import io.teff.executors.blocks.BlocksConfig.ErrorHandler;
import io.teff.executors.blocks.BlocksConfig.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlocksTest {
    @TempDir Path dir;
    private final FakeProvider provider = new FakeProvider();
    private final FakeLoad load = new FakeLoad(4);

    /** Decides every 20 ms. */
    private BlocksConfig.Builder config() {
        return BlocksConfig.builder(dir)
                .period(Duration.ofMillis(20))
                .maxIdle(Duration.ofMillis(100))
                .closeTimeout(Duration.ofMinutes(1));
    }

    private Blocks blocks(BlocksConfig config) {
        return new Blocks(config, provider, Launchers.simple(), id -> "manager " + id, load);
    }

    private static void eventually(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().until(condition);
    }

    @Test
    void firstBlocksStartAtOnceWithAllThatTheyNeed() {
        BlocksConfig config =
                config().period(Duration.ofMinutes(10))
                        .name("run")
                        .initBlocks(2)
                        .maxBlocks(4)
                        .nodesPerBlock(3)
                        .walltime(Duration.ofMinutes(5))
                        .workerInit("module load jdk")
                        .build();
        Blocks blocks = new Blocks(config, provider, Launchers.srun(), id -> "manager " + id, load);
        load.tasks = 30; // 3 blocks' worth: the first decision is not after the first period
        try (blocks) {
            blocks.start();
            eventually(() -> blocks.states().size() == 3);
        }
        String srun = "srun --nodes=3 --ntasks=3 --ntasks-per-node=1 --kill-on-bad-exit=0 ";
        assertThat(provider.submitted.get(1))
                .isEqualTo(
                        new BlockJob(
                                "run-block-1",
                                "export TEFF_BLOCK_ID=1\nmodule load jdk\n"
                                        + srun
                                        + "/bin/sh -c 'manager 1'",
                                3,
                                1,
                                Duration.ofMinutes(5),
                                dir));
        assertThat(provider.cancelled).containsExactlyInAnyOrder("j0", "j1", "j2");
        assertThat(provider.callers).containsExactly("teff-blocks");
        assertThat(blocks.states().values())
                .allSatisfy(status -> assertThat(status.state()).isEqualTo(State.CANCELLED));
        assertThat(load.failure).isNull();
    }

    @Test
    void wakeEndsTheWaitOfAnEmptyPool() {
        BlocksConfig config = config().period(Duration.ofMinutes(10)).initBlocks(0).build();
        try (Blocks blocks = blocks(config)) {
            blocks.start();
            load.tasks = 1;
            eventually(
                    () -> {
                        blocks.wake();
                        return provider.submits.get() == 1;
                    });
            for (int i = 0; i < 1000; i++) {
                blocks.wake();
            }
        }
        assertThat(provider.submits).hasValue(1);
    }

    @Test
    void nobodyIsAskedOnceAllBlocksHaveManagers() throws Exception {
        load.tasks = 1;
        try (Blocks blocks = blocks(config().initBlocks(2).minBlocks(2).build())) {
            blocks.start();
            eventually(() -> load.asks.get() > 1);
            load.busy("0", "1");
            eventually( // at most one question more was on its way
                    () -> {
                        int asks = load.asks.get();
                        Thread.sleep(100);
                        return load.asks.get() == asks;
                    });
        }
    }

    @Test
    void idlePoolGoesInToTheLeastAndComesBack() {
        load.tasks = 100;
        try (Blocks blocks = blocks(config().minBlocks(1).maxBlocks(5).build())) {
            blocks.start();
            eventually(() -> provider.submits.get() == 5);
            for (int i = 0; i < 5; i++) {
                load.idle(Integer.toString(i), Duration.ofMillis(i));
            }
            load.tasks = 0;
            eventually(() -> provider.cancelled.size() == 4);
            // the longest idle go first
            assertThat(provider.cancelled).containsExactlyInAnyOrder("j1", "j2", "j3", "j4");
            assertThat(load.held).containsExactly("4", "3", "2", "1");
            load.tasks = 8;
            eventually(() -> provider.submits.get() == 6);
        }
    }

    @Test
    void blockThatGotATaskWhileItWasToGoFinishesIt() throws Exception {
        load.tasks = 8;
        try (Blocks blocks = blocks(config().strategy(Strategy.NONE).initBlocks(2).build())) {
            blocks.start();
            eventually(() -> blocks.states().size() == 2);
            load.busy("0", "1");
            assertThat(blocks.scaleIn(1)).hasSize(1);
            String leaving = load.held.get(0);
            Thread.sleep(300);
            assertThat(provider.cancelled).isEmpty();
            load.idle(leaving, Duration.ZERO);
            eventually(() -> provider.cancelled.equals(List.of("j" + leaving)));
        }
    }

    @Test
    void autoLetsOnlyThoseGoThatWereIdleLongEnough() throws Exception {
        load.tasks = 12;
        try (Blocks blocks = blocks(config().strategy(Strategy.AUTO).maxBlocks(3).build())) {
            blocks.start();
            eventually(() -> provider.submits.get() == 3);
            load.busy("0");
            load.idle("1", Duration.ofMillis(50)); // not long enough
            load.idle("2", Duration.ofMillis(100));
            load.tasks = 1;
            eventually(() -> provider.cancelled.equals(List.of("j2")));
            Thread.sleep(200);
            assertThat(provider.cancelled).containsExactly("j2");
        }
    }

    @Test
    void scalingByHandIgnoresStrategyAndMost() throws Exception {
        try (Blocks blocks = blocks(config().strategy(Strategy.NONE).build())) {
            blocks.start();
            assertThat(blocks.scaleOut(2)).containsExactly("1", "2");
            assertThat(blocks.states()).containsOnlyKeys("0", "1", "2");
            load.busy("0");
            // those without a manager first, the youngest first
            assertThat(blocks.scaleIn(2)).containsExactly("2", "1");
            assertThat(provider.cancelled).containsExactlyInAnyOrder("j1", "j2");
            assertThat(blocks.scaleIn(0)).isEmpty();
            provider.submitFailure = "no more nodes";
            assertThatExceptionOfType(BlockException.class)
                    .isThrownBy(() -> blocks.scaleOut(1))
                    .withMessage("no more nodes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> blocks.scaleOut(-1))
                    .withMessageContaining("-1");
        }
    }

    @Test
    void blocksThatEndAreReplacedWhileThereIsWork() {
        load.tasks = 4;
        load.busy("0");
        try (Blocks blocks = blocks(config().build())) {
            blocks.start();
            eventually(() -> provider.submits.get() == 1);
            provider.become("j0", new BlockStatus(State.TIMEOUT, null, "TimeLimit"));
            eventually(() -> provider.submits.get() == 2);
            assertThat(blocks.states().get("0").state()).isEqualTo(State.TIMEOUT);
        }
        assertThat(load.failure).isNull();
    }

    @Test
    void firstBlocksThatAllFailEndTheExecutorWithTheirReasons() throws Exception {
        Files.writeString(dir.resolve("teff-block-1.err"), "java: not found\n");
        load.tasks = 4;
        try (Blocks blocks = blocks(config().initBlocks(2).maxBlocks(2).build())) {
            blocks.start();
            eventually(() -> provider.submits.get() == 2);
            provider.become("j0", new BlockStatus(State.COMPLETED, 0, ""));
            provider.become("j1", new BlockStatus(State.FAILED, 127, "NonZeroExitCode"));
            eventually(() -> load.failure != null);
            int submits = provider.submits.get();
            Thread.sleep(200);
            assertThat(provider.submits).hasValue(submits);
        }
        assertThat(load.failure)
                .isInstanceOf(BlockException.class)
                .hasMessageContaining("blocks of fake failed")
                .hasMessageContaining(
                        "block 0 (job j0): COMPLETED, exit code 0, no manager of it ever registered")
                .hasMessageContaining(
                        "block 1 (job j1): FAILED, exit code 127, NonZeroExitCode, no manager of it"
                                + " ever registered; its last words: java: not found");
    }

    @Test
    void providerThatRefusesAllEndsTheExecutor() {
        provider.submitFailure = "sbatch: exit code 1: invalid account";
        load.tasks = 4;
        try (Blocks blocks = blocks(config().build())) {
            blocks.start();
            eventually(() -> load.failure != null);
            assertThat(blocks.problem()).hasMessage("sbatch: exit code 1: invalid account");
        }
        assertThat(load.failure)
                .hasMessageContaining("block 0: FAILED, sbatch: exit code 1: invalid account");
    }

    @Test
    void oneGoodBlockIsEnoughForSimpleButNotForWindowed() throws Exception {
        load.tasks = 4;
        load.busy("0");
        BlocksConfig.Builder config = config().errorWindow(2);
        try (Blocks blocks = blocks(config.build())) {
            blocks.start();
            eventually(() -> provider.submits.get() == 1);
            provider.first = new BlockStatus(State.FAILED, 1, "");
            provider.become("j0", new BlockStatus(State.COMPLETED, 0, ""));
            eventually(() -> provider.submits.get() >= 5);
        }
        assertThat(load.failure).isNull();
        try (Blocks blocks = blocks(config.errorHandler(ErrorHandler.WINDOWED).build())) {
            blocks.start();
            eventually(() -> load.failure != null);
            assertThat(blocks.states().values().stream().map(BlockStatus::state).toList())
                    .endsWith(State.FAILED, State.FAILED);
        }
        assertThat(load.failure).hasMessageContaining("the last 2 blocks of fake failed");
    }

    @Test
    void handlerOffGoesOnForever() {
        provider.submitFailure = "full";
        load.tasks = 1;
        try (Blocks blocks = blocks(config().errorHandler(ErrorHandler.OFF).build())) {
            blocks.start();
            eventually(() -> provider.submits.get() > 5);
            provider.submitFailure = null;
            eventually(() -> provider.submitted.size() == 1);
        }
        assertThat(load.failure).isNull();
    }

    @Test
    void queueThatDoesNotAnswerForAWhileHarmsNothing() throws Exception {
        load.tasks = 4;
        load.busy("0");
        try (Blocks blocks = blocks(config().build())) {
            blocks.start();
            eventually(() -> blocks.states().get("0") != null);
            provider.statusFailure = "squeue: socket timed out";
            eventually(() -> blocks.problem() != null);
            Thread.sleep(200);
            assertThat(provider.submits).hasValue(1);
            provider.statusFailure = null;
            eventually(() -> blocks.states().get("0").state() == State.RUNNING);
        }
        assertThat(load.failure).isNull();
    }

    @Test
    void blockThatIsMissingForAMomentIsNotLost() throws Exception {
        load.tasks = 4;
        load.busy("0");
        BlocksConfig config = config().errorHandler(ErrorHandler.OFF).build();
        try (Blocks blocks = blocks(config)) {
            blocks.start();
            eventually(() -> provider.submits.get() == 1);
            provider.miss("j0", 2); // the third time in a row it would be lost
            eventually(() -> provider.isBack("j0"));
            provider.miss("j0", 2);
            eventually(() -> provider.isBack("j0"));
            Thread.sleep(200);
            assertThat(provider.submits).hasValue(1);
            provider.become("j0", BlockStatus.of(State.MISSING));
            eventually(() -> provider.submits.get() == 2);
            assertThat(blocks.states().get("0").state()).isEqualTo(State.MISSING);
        }
    }

    @Test
    void cancelThatFailsIsTriedAgain() {
        load.tasks = 0;
        try (Blocks blocks = blocks(config().build())) {
            provider.cancelFailure = "scancel: exit code 1";
            blocks.start();
            eventually(() -> blocks.problem() != null);
            provider.cancelFailure = null;
            eventually(() -> provider.cancelled.equals(List.of("j0")));
        }
    }

    @Test
    void closeSaysWhichJobsItCouldNotEnd() {
        Blocks blocks = blocks(config().closeTimeout(Duration.ofSeconds(1)).build());
        provider.cancelIsIgnored = true;
        blocks.start();
        eventually(() -> provider.submits.get() == 1);
        assertThatIllegalStateException()
                .isThrownBy(blocks::close)
                .withMessage("not gone after PT1S: jobs [j0] of fake");
        assertThat(provider.cancelled).hasSizeGreaterThan(1); // it tried again
        assertThatIllegalStateException()
                .isThrownBy(() -> blocks.scaleOut(1))
                .withMessage("these blocks are closed");
        assertThatIllegalStateException().isThrownBy(blocks::start);
    }

    @Test
    void closedBeforeItStartedDoesNothing() {
        Blocks blocks = blocks(config().build());
        assertThatIllegalStateException()
                .isThrownBy(() -> blocks.scaleOut(1))
                .withMessage("these blocks are not started");
        blocks.close();
        assertThatIllegalStateException().isThrownBy(blocks::start);
        assertThat(provider.submits).hasValue(0);
    }

    @Test
    void launcherThatCannotIsRefusedAtOnce() {
        BlocksConfig two = config().nodesPerBlock(2).build();
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Blocks(two, provider, Launchers.singleNode(), id -> "m", load))
                .withMessageContaining("singleNode has one node, not 2");
    }

    @Test
    void brokenExecutorIsToldSo() {
        FakeLoad broken = load;
        BlockLoad throwing =
                new BlockLoad() {
                    @Override
                    public int outstanding() {
                        throw new IllegalArgumentException("broken");
                    }

                    @Override
                    public int workersPerNode() {
                        return 1;
                    }

                    @Override
                    public java.util.Map<String, Duration> idle() {
                        return broken.idle();
                    }

                    @Override
                    public java.util.Set<String> connected() {
                        return broken.connected();
                    }

                    @Override
                    public void hold(String blockId) {
                        broken.hold(blockId);
                    }

                    @Override
                    public void failAll(Throwable reason) {
                        broken.failAll(reason);
                    }
                };
        try (Blocks blocks =
                new Blocks(config().build(), provider, Launchers.simple(), id -> "m", throwing)) {
            blocks.start();
            eventually(() -> broken.failure != null);
            eventually(() -> provider.cancelled.equals(List.of("j0")));
        }
        assertThat(broken.failure).hasRootCauseMessage("broken");
    }

    @Test
    void localBlocksAreGoneAfterClose() {
        BlocksConfig config = config().initBlocks(2).maxBlocks(2).build();
        load.tasks = 8;
        String command = "sleep 300 & echo $$ > pid-$TEFF_BLOCK_ID; wait";
        Blocks blocks =
                new Blocks(
                        config, new LocalProvider(), Launchers.singleNode(), id -> command, load);
        try (blocks) {
            blocks.start();
            eventually(
                    () ->
                            Files.exists(dir.resolve("pid-0"))
                                    && Files.exists(dir.resolve("pid-1"))
                                    && blocks.states().get("1") != null
                                    && blocks.states().get("1").state() == State.RUNNING);
        }
        assertThat(
                        ProcessHandle.current()
                                .descendants()
                                .filter(p -> p.info().command().orElse("").endsWith("sleep")))
                .isEmpty();
        assertThat(blocks.states().get("0").state()).isEqualTo(State.CANCELLED);
    }
}
