// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators do while tasks run: hold, drain, priorities, ports, several blocks. The workers are
 * threads of the manager, so that few processes are started.
 */
final class HtexOperateTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final AtomicInteger STARTED = new AtomicInteger(); // of the manager's process

    @TempDir Path dir;

    private HtexConfig.Builder config() {
        return Children.tuned(dir).threads(true).workersPerNode(1).prefetch(0);
    }

    @AfterEach
    void noProcessIsLeft() {
        Children.assertNoneLeft(dir);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(60, SECONDS);
    }

    private static String block() {
        return System.getenv("TEFF_BLOCK_ID");
    }

    /** A task that runs until the file is there; returns when it has begun. */
    private CompletableFuture<String> blocker(HtexExecutor htex, String name) {
        String began = dir.resolve(name + ".began").toString();
        String go = dir.resolve(name).toString();
        CompletableFuture<String> blocker =
                htex.submit(
                        () -> {
                            Files.createFile(Path.of(began));
                            while (!Files.exists(Path.of(go))) {
                                Thread.sleep(5);
                            }
                            return block();
                        });
        Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(Path.of(began)));
        return blocker;
    }

    private static Set<String> blocksOf(HtexExecutor htex, int tasks) throws Exception {
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(htex.submit(HtexOperateTest::block));
        }
        Set<String> blocks = new HashSet<>();
        for (CompletableFuture<String> one : all) {
            blocks.add(get(one));
        }
        return blocks;
    }

    @Test
    void heldBlocksGetNothingAndDrainedOnesEndWithTheirLastTask() throws Exception {
        try (HtexExecutor htex = new HtexExecutor(config().blocks(2).build()).start()) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> htex.load().connected().equals(Set.of("0", "1")));
            HtexAdmin admin = htex.admin();
            assertThat(admin.hold("0")).hasSize(1);
            assertThat(admin.blocks().get("0").get(0).isHeld()).isTrue();
            assertThat(admin.blocks().get("1").get(0).isHeld()).isFalse();
            assertThat(blocksOf(htex, 20)).containsExactly("1");

            CompletableFuture<String> last = blocker(htex, "go");
            assertThat(admin.drain("1")).hasSize(1);
            assertThat(admin.blocks().get("1").get(0).isDraining()).isTrue();
            CompletableFuture<String> next = htex.submit(HtexOperateTest::block);
            assertThat(last).isNotDone();
            Files.createFile(dir.resolve("go"));
            assertThat(get(last)).isEqualTo("1");
            assertThat(get(next)).as("a block that took the place of 1").isEqualTo("2");
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(htex.load().connected())
                                            .containsExactlyInAnyOrder("0", "2"));
            assertThat(admin.hold("none such")).isEmpty();
        }
    }

    @Test
    void drainPeriodReplacesManagersWithoutLoss() throws Exception {
        HtexConfig config = config().drainPeriod(Duration.ofMillis(200)).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            Set<Long> managers = new HashSet<>();
            int tasks = 0;
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (managers.size() < 3 && System.nanoTime() < end) {
                managers.add(
                        get(
                                htex.submit(
                                        () -> {
                                            Thread.sleep(10);
                                            return ProcessHandle.current().pid();
                                        })));
                tasks++;
            }
            assertThat(managers).as("after %d tasks", tasks).hasSize(3);
        }
    }

    @Test
    void tasksOfLowerPriorityNumbersBeginFirst() throws Exception {
        try (HtexExecutor htex = new HtexExecutor(config().build())) {
            CompletableFuture<String> blocker = blocker(htex, "go");
            int[] priorities = {5, 1, 3, 1, -2, 5};
            List<CompletableFuture<Integer>> turns = new ArrayList<>();
            for (int priority : priorities) {
                turns.add(htex.submit(priority, () -> STARTED.getAndIncrement()));
            }
            Awaitility.await()
                    .until(() -> htex.admin().counters().get("pending") == priorities.length);
            Files.createFile(dir.resolve("go"));
            get(blocker);
            List<Integer> order = new ArrayList<>();
            for (CompletableFuture<Integer> turn : turns) {
                order.add(get(turn));
            }
            assertThat(order).containsExactly(4, 1, 3, 2, 0, 5);
        }
    }

    @Test
    void portsAreTakenFromTheRange() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int from = taken.getLocalPort();
            int to = Math.min(65_535, from + 50);
            try (HtexExecutor htex = new HtexExecutor(config().ports(from, to).build())) {
                assertThat(get(htex.submit(() -> 1))).isEqualTo(1);
                try (Stream<Path> files = Files.walk(dir)) {
                    Path file =
                            files.filter(f -> f.toString().endsWith(".settings"))
                                    .findFirst()
                                    .orElseThrow();
                    String endpoint = Settings.read(file).text("endpoint.workers");
                    assertThat(URI.create(endpoint).getPort()).isBetween(from + 1, to);
                }
            }
            try (HtexExecutor htex = new HtexExecutor(config().ports(from, from).build())) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> get(htex.submit(() -> 2)))
                        .havingCause()
                        .isInstanceOf(ExecutorFailed.class)
                        .withMessageContaining("the executor cannot start")
                        .withMessageContaining(dir.toString());
            }
            assertThat(logs()).contains("all ports of tcp://127.0.0.1:" + from + " to " + from);
        }
    }

    private String logs() throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path log : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                all.append(Files.readString(log));
            }
        }
        return all.toString();
    }

    @Test
    void workersAreAsManyAsCoresAllow() throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        HtexConfig config = config().workersPerNode(0).coresPerWorker(0.5).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertThat(get(htex.submit(() -> 1))).isEqualTo(1);
            assertThat(htex.admin().managers().get(0).workers()).isEqualTo(2 * cores);
            assertThat(htex.load().workersPerNode()).isEqualTo(2 * cores);
        }
        HtexConfig wide = config().workersPerNode(0).coresPerWorker(1000).build();
        try (HtexExecutor htex = new HtexExecutor(wide)) {
            assertThat(get(htex.submit(() -> 2))).isEqualTo(2);
            assertThat(htex.admin().managers().get(0).workers()).isEqualTo(1);
        }
    }
}
