// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As Parsl ships it, but for shorter heartbeats: CurveZMQ, a log in files, one by one. */
final class HtexParslTest {
    @TempDir static Path dir;

    @Test
    void parslDefaultsRunTasksLogThemAndSeeLossesByHeartbeat() throws Exception {
        HtexConfig config =
                Children.parsl(dir)
                        .heartbeatPeriod(Duration.ofMillis(200))
                        // a busy machine is no loss
                        .heartbeatThreshold(Duration.ofSeconds(5))
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                int n = i;
                futures.add(htex.submit(() -> n));
            }
            for (int i = 0; i < 3_000; i++) {
                assertThat(futures.get(i).get(60, SECONDS)).isEqualTo(i);
            }
            assertThat(htex.admin().managers().get(0).capacity()).as("no prefetch").isEqualTo(2);

            assertLoss(htex, WorkerMain.class, WorkerLost.class);
            assertLoss(htex, Manager.class, ManagerLost.class);
            assertLoss(htex, Interchange.class, InterchangeLost.class);
            assertThat(htex.submit(() -> 5).get(60, SECONDS)).isEqualTo(5);
        }
        Children.assertNoneLeft(dir);
        try (var files = Files.walk(dir)) {
            List<Path> logs = files.filter(f -> f.toString().endsWith(".log")).toList();
            assertThat(logs).extracting(f -> f.getFileName().toString()).contains("submit.log");
            for (Path log : logs) {
                if (log.endsWith("submit.log") || log.endsWith("interchange.log")) {
                    assertThat(Files.readString(log)).contains("DEBUG task").contains(" 2999 ");
                }
            }
        }
    }

    private static void assertLoss(HtexExecutor htex, Class<?> victim, Class<?> loss)
            throws Exception {
        assertThat(htex.submit(() -> 1).get(60, SECONDS)).isEqualTo(1);
        Path began = dir.resolve(victim.getSimpleName());
        String file = began.toString();
        CompletableFuture<Long> future =
                htex.submit(
                        () -> {
                            Files.writeString(Path.of(file), "" + ProcessHandle.current().pid());
                            Thread.sleep(60_000);
                            return 0L;
                        });
        Awaitility.await().until(() -> Files.exists(began) && Files.size(began) > 0);
        long worker = Long.parseLong(Files.readString(began));
        long pid =
                victim == WorkerMain.class
                        ? worker
                        : victim == Interchange.class
                                ? htex.interchangePid()
                                : htex.admin().managers().get(0).pid();
        Children.kill(pid);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> future.get(60, SECONDS))
                .havingCause()
                .isInstanceOf(loss)
                .withMessageMatching("(?s)task \\d+ is lost: .*");
    }
}
