// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One tuned executor with two worker processes, used by all tests. */
final class HtexExecutorTest {
    @TempDir static Path dir;

    private static HtexExecutor htex;

    @BeforeAll
    static void start() {
        htex =
                new HtexExecutor(
                        Children.tuned(dir)
                                .function("add", a -> (int) a[0] + (int) a[1])
                                .function(
                                        "boom",
                                        a -> {
                                            throw new IllegalStateException("boom " + a[0]);
                                        })
                                .build());
    }

    @AfterAll
    static void stop() {
        htex.close();
        assertThat(htex.isTerminated()).isTrue();
        Children.assertNoneLeft(dir);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(60, SECONDS);
    }

    @Test
    void lambdasRunInOtherProcesses() throws Exception {
        int six = 6;
        assertThat(get(htex.submit(() -> six * 7))).isEqualTo(42);
        long pid = get(htex.submit(() -> ProcessHandle.current().pid()));
        assertThat(pid).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(Children.of(dir, WorkerMain.class)).contains(pid);
    }

    @Test
    void namedFunctionsTakeArguments() throws Exception {
        assertThat(get(htex.<Integer>call("add", 2, 3))).isEqualTo(5);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(htex.call("boom", "now")))
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessage("boom now");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.call("none"))
                .withMessageContaining("no function has the name none")
                .withMessageContaining("[add, boom]");
    }

    @Test
    void manyTasksEachGiveTheirOwnValue() throws Exception {
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int n = i;
            futures.add(htex.submit(() -> n));
            futures.add(htex.call("add", n, 1));
        }
        for (int i = 0; i < 5_000; i++) {
            assertThat(get(futures.get(2 * i))).isEqualTo(i);
            assertThat(get(futures.get(2 * i + 1))).isEqualTo(i + 1);
        }
        assertThat(htex.outstanding()).isZero();
    }

    @Test
    void bothWorkersHaveNumbersAndAFileForOutput() throws Exception {
        CompletableFuture<String> rank =
                htex.submit(
                        () -> {
                            System.out.println("printed by a task");
                            System.err.println("and to the other stream");
                            return System.getenv("TEFF_WORKER_RANK")
                                    + " of "
                                    + System.getenv("TEFF_WORKER_COUNT")
                                    + " in block "
                                    + System.getenv("TEFF_BLOCK_ID");
                        });
        assertThat(get(rank)).matches("[01] of 2 in block \\d+");
        String worker = get(rank).substring(0, 1);
        try (var files = Files.walk(dir)) {
            Path output =
                    files.filter(
                                    f ->
                                            f.getFileName()
                                                    .toString()
                                                    .endsWith("worker-" + worker + ".out"))
                            .findFirst()
                            .orElseThrow();
            assertThat(Files.readString(output))
                    .contains("printed by a task", "and to the other stream");
        }
    }

    @Test
    void processesStartedByATaskDoNotDisturbThePipes() throws Exception {
        int code =
                get(
                        htex.submit(
                                () ->
                                        new ProcessBuilder("/bin/echo", "inherited")
                                                .inheritIO()
                                                .start()
                                                .waitFor()));
        assertThat(code).isZero();
        assertThat(get(htex.submit(() -> 1))).isEqualTo(1);
    }

    @Test
    void failureOfATaskIsItsOwn() throws Exception {
        CompletableFuture<Object> overflow = htex.submit(() -> overflow(0));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(overflow))
                .havingCause()
                .isInstanceOf(StackOverflowError.class);
        assertThat(get(htex.submit(() -> 2))).isEqualTo(2);
    }

    private static Object overflow(int n) {
        return n < 0 ? n : (Object) ((int) overflow(n + 1) + 1);
    }

    @Test
    void cancelInterruptsWhatRunsAndOnlyThat() throws Exception {
        Path began = Files.createTempFile(dir, "began", "");
        Files.delete(began);
        String file = began.toString();
        CompletableFuture<Object> sleeper =
                htex.submit(
                        () -> {
                            Files.createFile(Path.of(file));
                            try {
                                Thread.sleep(60_000);
                            } finally {
                                Files.createFile(Path.of(file + ".over"));
                            }
                            return null;
                        });
        Awaitility.await().until(() -> Files.exists(began));
        assertThat(sleeper.cancel(true)).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> get(sleeper));
        Awaitility.await().until(() -> Files.exists(Path.of(file + ".over")));
        for (int i = 0; i < 20; i++) {
            assertThat(get(htex.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
        }
    }

    /** A task that runs until the file is there. */
    private static CompletableFuture<Object> blocker(Path go) {
        String file = go.toString();
        return htex.submit(
                () -> {
                    while (!Files.exists(Path.of(file))) {
                        Thread.sleep(5);
                    }
                    return "gone on";
                });
    }

    @Test
    void nothingIsStuckBehindALongTask() throws Exception {
        Path go = dir.resolve("go-" + System.nanoTime());
        CompletableFuture<Object> longTask = blocker(go);
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(htex.call("add", i, 0));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(get(futures.get(i))).isEqualTo(i);
        }
        assertThat(longTask.isDone()).isFalse();
        Files.createFile(go);
        assertThat(get(longTask)).isEqualTo("gone on");
    }

    @Test
    void waitsKeepTheirTime() throws Exception {
        Path go = dir.resolve("go-" + System.nanoTime());
        CompletableFuture<Object> blocked = blocker(go);
        long begin = System.nanoTime();
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> blocked.get(20, MILLISECONDS));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(20));
        Files.createFile(go);
        assertThat(get(blocked)).isEqualTo("gone on");
    }

    @Test
    void operatorsSeeManagersAndPackages() throws Exception {
        assertThat(get(htex.submit(() -> 3))).isEqualTo(3);
        List<HtexAdmin.ManagerInfo> managers = htex.admin().managers();
        assertThat(managers).hasSize(1);
        HtexAdmin.ManagerInfo manager = managers.get(0);
        assertThat(manager.workers()).isEqualTo(2);
        assertThat(manager.capacity()).isEqualTo(2 + 2048);
        assertThat(Children.of(dir, Manager.class)).contains(manager.pid());
        assertThat(manager.id()).matches("[0-9a-f]{12}");
        assertThat(htex.admin().packages(manager.id())).containsEntry("jeromq", "0.6.0");
        assertThat(htex.admin().blocks()).containsOnlyKeys(manager.block());
        assertThat(htex.load().connected()).containsExactly(manager.block());
        assertThat(htex.load().workersPerNode()).isEqualTo(2);
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(htex.load().idle().get(manager.block()))
                                        .isGreaterThan(Duration.ZERO));
    }

    @Test
    void flowJoinsRemoteFuturesAndRunsLostTasksAgain() throws Exception {
        Path first = dir.resolve("first-" + System.nanoTime());
        String file = first.toString();
        var here = Executors.newFixedThreadPool(1);
        try (Flow flow = Flow.builder().executor("here", here).retries(2).build()) {
            App1<Integer, Integer> fragile =
                    flow.app(
                            "fragile",
                            (Integer n) ->
                                    htex.submit(
                                                    () -> {
                                                        if (Files.notExists(Path.of(file))) {
                                                            Files.createFile(Path.of(file));
                                                            Runtime.getRuntime().halt(7);
                                                        }
                                                        return n + 1;
                                                    })
                                            .get());
            AppFuture<Integer> future = fragile.call(41);
            assertThat(get(future)).isEqualTo(42);
            App1<Integer, Integer> remote =
                    flow.joinApp("remote", (Integer n) -> htex.<Integer>call("add", n, n));
            assertThat(get(remote.call(4))).isEqualTo(8);
        } finally {
            here.shutdown();
        }
        assertThat(first).exists();
    }
}
