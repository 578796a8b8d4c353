// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.teff.executors.blocks.BatchOptions;
import io.teff.executors.blocks.BatchProvider;
import io.teff.executors.blocks.BatchSystems;
import io.teff.executors.blocks.BlockException;
import io.teff.executors.blocks.BlockJob;
import io.teff.executors.blocks.BlockProvider;
import io.teff.executors.blocks.BlockStatus;
import io.teff.executors.blocks.LocalProvider;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;

/** Blocks that cannot be had, cannot reach the interchange, or end in the midst of a task. */
@Timeout(240)
final class BlockTroubleTest {
    @TempDir Path dir;

    @Test
    void managersWithAnotherCurveKeyEndWithTheReason() throws Exception {
        HtexConfig config =
                Children.tuned(dir)
                        .workersPerNode(1)
                        .encrypted(true)
                        .heartbeatPeriod(Duration.ofMillis(500))
                        .heartbeatThreshold(Duration.ofSeconds(2))
                        .launcher((command, tasks, nodes) -> withAnotherKey(command))
                        .scaling(b -> b.errorWindow(1))
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            CompletableFuture<Integer> doomed = htex.submit(() -> 1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> doomed.get(90, SECONDS))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("exit code 4")
                    .withMessageContaining("the interchange at tcp://127.0.0.1:")
                    .withMessageContaining("did not answer the registration within 2000 ms")
                    .withMessageMatching(
                            "(?s).*its connections broke [1-9]\\d* times: .* curve keys.*");
            assertThat(htex.outstanding()).isZero();
        }
        Children.assertNoneLeft(dir);
    }

    /** The command with settings in which the server's key is another one. */
    private static String withAnotherKey(String command) {
        String file = command.substring(command.lastIndexOf(' ') + 1);
        try {
            Settings.read(Path.of(file))
                    .with("curve.server.public", ZMQ.Curve.generateKeyPair().publicKey)
                    .write(Path.of(file + ".changed"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return command + ".changed";
    }

    @Test
    void hangingSubmitFailsTheTasksWithItsCommand() throws Exception {
        Path commands = Files.createDirectories(dir.resolve("commands"));
        Path pids = dir.resolve("pids");
        Path sbatch = commands.resolve("sbatch");
        Files.writeString(sbatch, "#!/bin/sh\necho $$ >>" + pids + "\nexec sleep 300\n");
        assertThat(sbatch.toFile().setExecutable(true)).isTrue();
        BatchOptions options =
                BatchOptions.builder()
                        .commands(commands)
                        .commandTimeout(Duration.ofSeconds(1))
                        .build();
        HtexConfig config =
                Children.tuned(dir)
                        .provider(new BatchProvider(BatchSystems.slurm(), options))
                        .scaling(b -> b.errorWindow(2).period(Duration.ofMillis(50)))
                        .build();
        List<CompletableFuture<Integer>> doomed = new ArrayList<>();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            for (int i = 0; i < 10; i++) {
                int n = i;
                doomed.add(htex.submit(() -> n));
            }
            for (CompletableFuture<Integer> one : doomed) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> one.get(60, SECONDS))
                        .havingCause()
                        .isInstanceOf(ExecutorFailed.class)
                        .withMessageContaining("block 1: FAILED, sbatch ")
                        .withMessageContaining("no end within 1000 ms, so it was killed");
            }
            assertThat(htex.outstanding()).isZero();
        }
        for (String pid : Files.readAllLines(pids)) {
            assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
        Children.assertNoneLeft(dir);
    }

    /** Blocks of this machine, of which the first alone has a walltime. */
    private record FirstIsShort(LocalProvider local, Duration walltime) implements BlockProvider {
        @Override
        public String name() {
            return local.name();
        }

        @Override
        public String submit(BlockJob job) throws BlockException {
            boolean isFirst = job.name().endsWith("-0");
            return local.submit(
                    new BlockJob(
                            job.name(),
                            job.command(),
                            job.nodes(),
                            job.tasksPerNode(),
                            isFirst ? walltime : null,
                            job.directory()));
        }

        @Override
        public Map<String, BlockStatus> status(Collection<String> ids) {
            return local.status(ids);
        }

        @Override
        public void cancel(Collection<String> ids) throws InterruptedException {
            local.cancel(ids);
        }
    }

    /** In the first block it never ends. */
    private static String sleepInFirst(String folder) throws IOException, InterruptedException {
        Files.createTempFile(Path.of(folder), "began", "");
        if (System.getenv("TEFF_BLOCK_ID").equals("0")) {
            Thread.sleep(600_000);
        }
        return "block " + System.getenv("TEFF_BLOCK_ID");
    }

    private static int begun(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return (int) files.count();
        }
    }

    @Test
    void walltimeEndsTheTaskAndFlowRunsItAgain() throws Exception {
        for (int s = 3; ; s *= 2) { // until the tasks have begun before it is over
            Path begun = Files.createDirectories(dir.resolve("begun-" + s));
            String folder = begun.toString();
            HtexConfig config =
                    Children.tuned(dir)
                            .provider(new FirstIsShort(new LocalProvider(), Duration.ofSeconds(s)))
                            .build();
            try (HtexExecutor htex = new HtexExecutor(config);
                    Flow flow = Flow.on(htex)) {
                App1<String, String> app = flow.app("sleeps", BlockTroubleTest::sleepInFirst);
                AppFuture<String> again = app.with(o -> o.retries(1)).call(folder);
                CompletableFuture<String> once = htex.submit(() -> sleepInFirst(folder));
                Throwable failure = catchThrowable(() -> once.get(90, SECONDS));
                String end = again.get(90, SECONDS);
                if (begun(begun) < 3) {
                    assertThat(s).as("walltime in which two tasks do not begin").isLessThan(40);
                    continue;
                }
                assertThat(failure).isInstanceOf(ExecutionException.class);
                assertThat(failure.getCause()).isInstanceOf(TaskLost.class);
                assertThat(failure.getCause().getMessage()).matches("(?s).*\\(process \\d+.*");
                assertThat(end).isEqualTo("block 1");
                assertThat(htex.submit(() -> 7).get(60, SECONDS)).isEqualTo(7);
                assertThat(htex.outstanding()).isZero();
                break;
            }
        }
        Children.assertNoneLeft(dir);
    }
}
