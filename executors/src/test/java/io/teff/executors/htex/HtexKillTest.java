// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.teff.engine.Overdue;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL to any of the processes, under load, in an order drawn from a printed seed. */
final class HtexKillTest {
    private static final int TASKS = 300;

    @TempDir Path dir;

    private final long seed = Long.getLong("teff.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    @Timeout(600)
    void everyTaskEndsWhoeverDies() throws Exception {
        rounds(8);
    }

    @Test
    @Tag("slow")
    @Timeout(3600)
    void everyTaskEndsWhoeverDiesManyTimes() throws Exception {
        rounds(100);
    }

    private void rounds(int rounds) throws Exception {
        System.out.println("HtexKillTest.rounds seed=" + seed);
        HtexConfig config =
                Children.tuned(dir)
                        .function("nap", a -> nap((int) a[0]))
                        .function("hold", a -> hold((String) a[0]))
                        .prefetch(64)
                        .build();
        int lost = 0;
        try (HtexExecutor htex = new HtexExecutor(config)) {
            for (int round = 0; round < rounds; round++) {
                assertThat(htex.call("nap", 0).get(60, SECONDS)).isEqualTo(0);
                List<CompletableFuture<Object>> futures = new ArrayList<>();
                Path held = dir.resolve("held-" + round);
                futures.add(htex.call("hold", held.toString()));
                await().until(() -> Files.exists(began(held)));
                for (int i = 0; i < TASKS; i++) {
                    futures.add(htex.call("nap", random.nextInt(3)));
                }
                Thread.sleep(random.nextInt(100));
                Class<?> victim = victim(round);
                if (victim == HtexKillMain.class) { // another executor, while this one is busy
                    killSubmittingProcess(Files.createDirectory(dir.resolve("submit-" + round)));
                    Files.createFile(held);
                    assertThat(lost(futures, "round " + round + ", seed " + seed)).isZero();
                    continue;
                }
                List<Long> processes =
                        victim == Interchange.class
                                ? List.of(htex.interchangePid())
                                : Children.of(dir, victim);
                assertThat(processes).as("processes of %s", victim).isNotEmpty();
                Children.kill(processes.get(random.nextInt(processes.size())));
                Files.createFile(held);
                lost += lost(futures, "round " + round + ", " + victim + ", seed " + seed);
            }
        }
        // The second and the third round end a manager and an interchange that hold a task.
        assertThat(lost).as("tasks lost, seed %d", seed).isBetween(2, rounds * (TASKS + 1));
        Children.assertNoneLeft(dir);
    }

    private Class<?> victim(int round) {
        Class<?>[] kinds = {WorkerMain.class, Manager.class, Interchange.class, HtexKillMain.class};
        return kinds[round < kinds.length ? round : random.nextInt(kinds.length)];
    }

    private static Object nap(int ms) throws InterruptedException {
        Thread.sleep(ms);
        return ms;
    }

    private static Path began(Path held) {
        return held.resolveSibling(held.getFileName() + ".began");
    }

    /** Runs until the file is there, and says by another file that it runs. */
    private static Object hold(String file) throws IOException, InterruptedException {
        Path held = Path.of(file);
        Files.createFile(began(held));
        while (Files.notExists(held)) {
            Thread.sleep(5);
        }
        return 0;
    }

    /** How many were lost; all others must have their value. */
    private static int lost(List<CompletableFuture<Object>> futures, String where)
            throws Exception {
        int lost = 0;
        for (CompletableFuture<Object> future : futures) {
            try {
                assertThat(future.get(60, SECONDS)).as(where).isInstanceOf(Integer.class);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).as(where).isInstanceOf(TaskLost.class);
                assertThat(e.getCause().getMessage()).startsWith("task ");
                lost++;
            }
        }
        return lost;
    }

    @Test
    void flowRunsLostTasksAgain() throws Exception {
        System.out.println("HtexKillTest.flowRunsLostTasksAgain seed=" + seed);
        HtexConfig config = Children.tuned(dir).prefetch(8).build();
        ExecutorService here = Executors.newFixedThreadPool(4);
        try (HtexExecutor htex = new HtexExecutor(config);
                Flow flow = Flow.builder().executor("here", here).retries(20).build()) {
            assertThat(htex.submit(() -> 1).get(60, SECONDS)).isEqualTo(1);
            App1<Integer, Integer> square =
                    flow.app(
                            "square",
                            (Integer n) ->
                                    htex.submit(
                                                    () -> {
                                                        Thread.sleep(5);
                                                        return n * n;
                                                    })
                                            .get());
            List<AppFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(square.call(i));
            }
            for (Class<?> victim : List.of(WorkerMain.class, Manager.class)) {
                Thread.sleep(150);
                await().until(() -> !Children.of(dir, victim).isEmpty());
                Children.kill(Children.of(dir, victim).get(0));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(futures.get(i).get(60, SECONDS)).isEqualTo(i * i);
            }
        } finally {
            here.shutdown();
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void nothingOutlivesTheSubmittingProcess() throws Exception {
        killSubmittingProcess(dir);
    }

    private static void killSubmittingProcess(Path dir) throws Exception {
        Process submit =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                HtexKillMain.class.getName(),
                                dir.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = submit.inputReader();
                Overdue overdue = new Overdue(submit, Duration.ofSeconds(60))) {
            assertThat(out.readLine()).isEqualTo("running");
            assertThat(overdue.hasKilled()).isFalse();
            // the one has run a task, the other may be on its way still
            await().untilAsserted(() -> assertThat(Children.of(dir, WorkerMain.class)).hasSize(2));
            assertThat(Children.of(dir, Manager.class)).isNotEmpty();
        } finally {
            submit.destroyForcibly();
        }
        Children.assertNoneLeft(dir);
    }
}
