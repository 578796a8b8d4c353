// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.teff.flow.App0;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import io.teff.remote.RemoteCallable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What worker processes measure, and the requests that are made of it. */
final class HtexUsageTest {
    @TempDir Path dir;

    private HtexExecutor htex;

    private void start(HtexConfig.Builder builder) {
        htex = new HtexExecutor(builder.jvmOptions("-Xmx1g", "-XX:TieredStopAtLevel=1").build());
    }

    @AfterEach
    void stop() {
        htex.close();
        Children.assertNoneLeft(dir);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(60, SECONDS);
    }

    private static int allocate(int mb) {
        byte[][] all = new byte[mb][];
        for (int i = 0; i < mb; i++) {
            all[i] = new byte[(1 << 20) - 64]; // G1 gives a larger one two regions
            all[i][i] = 1; // pages that nobody has touched are not resident
        }
        return all.length;
    }

    private static long burn(long cpuMs) {
        var threads = java.lang.management.ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + cpuMs * 1_000_000;
        long rounds = 0;
        while (threads.getCurrentThreadCpuTime() < end) {
            rounds++;
        }
        return rounds;
    }

    @Test
    void tasksAreMeasuredByThemselves() throws Exception {
        start(Children.tuned(dir).workersPerNode(1).monitor(true));
        get(htex.submit(() -> 1)); // what a JVM does first
        CompletableFuture<Integer> big = htex.submit(() -> allocate(200));
        CompletableFuture<Long> hot = htex.submit(() -> burn(300));
        RemoteCallable<Object> nap =
                () -> {
                    Thread.sleep(200);
                    return null;
                };
        htex.submit(nap); // loading it takes CPU
        CompletableFuture<Object> idle = htex.submit(nap);
        CompletableFuture<Object> fails =
                htex.submit(
                        () -> {
                            throw new IllegalStateException("and is measured");
                        });
        assertThat(get(big)).isEqualTo(200);
        assertThat(htex.usage(big).orElseThrow().memoryMb()).isBetween(200L, 600L);
        assertThat(get(hot)).isPositive();
        Usage burnt = htex.usage(hot).orElseThrow();
        assertThat(burnt.cpu()).isBetween(Duration.ofMillis(295), Duration.ofMillis(1500));
        assertThat(burnt.wall()).isGreaterThan(Duration.ofMillis(280));
        get(idle);
        Usage idled = htex.usage(idle).orElseThrow();
        assertThat(idled.wall()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
        assertThat(idled.cpu()).isLessThan(Duration.ofMillis(150));
        assertThat(idled.cores()).isLessThan(0.75);
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> get(fails));
        assertThat(htex.usage(fails)).isPresent();
        assertThat(htex.admin().usage().keySet())
                .hasSize(5)
                .allMatch(
                        name -> name.contains("HtexUsageTest.lambda$tasksAreMeasuredByThemselves"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.usage(new CompletableFuture<>()))
                .withMessageContaining("no task of this executor");
    }

    @Test
    void commandsCountWithTheProcessesThatTheyStart() throws Exception {
        start(Children.tuned(dir).workersPerNode(1).monitor(true));
        try (Flow flow = Flow.on(htex)) {
            App0<Integer> loop =
                    flow.bashApp(
                            "loop", () -> "i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done");
            // tail must keep a line without end: 150 MB
            App0<Integer> hold =
                    flow.bashApp(
                            "hold",
                            () ->
                                    "(head -c 150000000 /dev/zero; sleep 1.5) | tail -n 1 >/dev/null");
            assertThat(loop.call().get(60, SECONDS)).isZero();
            assertThat(hold.call().get(60, SECONDS)).isZero();
        }
        AppUsage loop = htex.admin().usage().get("loop");
        AppUsage hold = htex.admin().usage().get("hold");
        assertThat(loop.most().cpu()).isGreaterThan(Duration.ofMillis(100));
        assertThat(hold.most().memoryMb()).isGreaterThan(loop.most().memoryMb() + 100);
    }

    @Test
    void summaryIsByApp() throws Exception {
        start(Children.tuned(dir).monitor(true));
        try (Flow flow = Flow.on(htex)) {
            App1<Integer, Integer> nap =
                    flow.app(
                            "nap",
                            (Integer ms) -> {
                                Thread.sleep(ms);
                                return ms;
                            });
            List<AppFuture<Integer>> futures = new ArrayList<>();
            for (int ms : new int[] {1, 1, 40, 40, 40, 1000}) {
                futures.add(nap.call(ms));
            }
            for (AppFuture<Integer> future : futures) {
                future.get(30, SECONDS);
            }
        }
        AppUsage nap = htex.admin().usage().get("nap");
        assertThat(nap.count()).isEqualTo(6);
        assertThat(nap.median().wall()).isBetween(Duration.ofMillis(40), Duration.ofMillis(999));
        assertThat(nap.most().wall()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(nap.median().memoryMb()).isBetween(10L, nap.most().memoryMb());
        assertThat(nap.label()).isNull();
        assertThat(nap.overruns()).isZero();
    }

    @Test
    void nothingIsMeasuredUnlessAskedFor() throws Exception {
        start(Children.tuned(dir).workersPerNode(1));
        CompletableFuture<Integer> task = htex.submit(() -> 1);
        get(task);
        assertThat(htex.usage(task)).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> htex.admin().usage())
                .withMessageContaining("monitor(true)");
        long threads =
                get(
                        htex.submit(
                                () ->
                                        Thread.getAllStackTraces().keySet().stream()
                                                .filter(t -> t.getName().equals("teff-htex-meter"))
                                                .count()));
        assertThat(threads).isZero();
    }

    @Test
    void firstTasksRunAloneAndOthersAskForWhatTheyUsed() throws Exception {
        start(
                Children.tuned(dir)
                        .workersPerNode(4)
                        .node(Resources.parse("cores=4,memory=4000"))
                        .autoLabel(true));
        String folder = Files.createDirectory(dir.resolve("begun")).toString();
        // the four after the first three wait for one another
        RemoteCallable<Span> body = () -> Span.meet(folder, begun -> begun <= 3 ? begun : 7, 60);
        List<CompletableFuture<Span>> futures = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            futures.add(htex.submit(body));
        }
        List<Span> spans = new ArrayList<>();
        for (CompletableFuture<Span> future : futures) {
            spans.add(get(future));
        }
        assertThat(spans.subList(0, 3))
                .as("first ones")
                .allMatch(span -> span.mostAtItsTime(spans) == 1);
        assertThat(Span.most(spans)).isEqualTo(4);
        AppUsage usage = htex.admin().usage().values().iterator().next();
        assertThat(usage.count()).isEqualTo(23);
        assertThat(usage.label().cores()).isEqualTo(1);
        assertThat(usage.label().memoryMb())
                .isBetween(usage.most().memoryMb() + 1, 2 * usage.most().memoryMb() + 16);
    }

    @Test
    void taskFarAboveItsLabelRunsOnceMoreWithAllOfTheNode() throws Exception {
        start(
                Children.tuned(dir)
                        .workersPerNode(2)
                        .node(Resources.parse("cores=2,memory=4000"))
                        .autoLabel(true));
        Path runs = Files.createDirectory(dir.resolve("runs"));
        String folder = runs.toString();
        try (Flow flow = Flow.on(htex)) {
            App1<Integer, Integer> app =
                    flow.app(
                            "grows",
                            (Integer mb) -> {
                                Files.createTempFile(Path.of(folder), "run-" + mb + "-", "");
                                int n = allocate(mb);
                                // the first run of the large one is to be stopped
                                Thread.sleep(count(folder, "run-500-") == 1 ? 60_000 : 300);
                                return n;
                            });
            for (int i = 0; i < 3; i++) {
                assertThat(app.call(1).get(60, SECONDS)).isEqualTo(1);
            }
            long labelMb = htex.admin().usage().get("grows").label().memoryMb();
            assertThat(labelMb).isBetween(20L, 250L);
            assertThat(app.call(500).get(50, SECONDS)).isEqualTo(500);
            AppUsage after = htex.admin().usage().get("grows");
            assertThat(after.overruns()).isEqualTo(1);
            assertThat(after.label().memoryMb()).isGreaterThan(500);
            assertThat(app.call(500).get(50, SECONDS)).as("by its new label").isEqualTo(500);
            assertThat(htex.admin().usage().get("grows").overruns()).isEqualTo(1);
        }
        assertThat(count(folder, "run-500-")).isEqualTo(3);
    }

    private static long count(String folder, String prefix) throws IOException {
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            return all.filter(f -> f.getFileName().toString().startsWith(prefix)).count();
        }
    }

    @Test
    void tasksThatWaitForALabelCanBeTakenBack() throws Exception {
        start(Children.tuned(dir).workersPerNode(2).autoLabel(true));
        RemoteCallable<Object> body =
                () -> {
                    Thread.sleep(60_000);
                    return null;
                };
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            futures.add(htex.submit(body));
        }
        assertThat(futures.get(7).cancel(true)).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(futures.get(i).cancel(true)).isTrue(); // others become the first
        }
        int back = htex.shutdownNow().size();
        assertThat(back).isBetween(3, 4);
        assertThat(htex.awaitTermination(60, SECONDS)).isTrue();
    }

    @Test
    void workersKeepToTheirCpusAndAccelerators() throws Exception {
        start(
                Children.tuned(dir)
                        .workersPerNode(3)
                        .cpuAffinity("block")
                        .accelerators("3", "5")
                        .pinAccelerators(true));
        String first = String.valueOf(io.teff.affinity.Topology.read().allowed().first());
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            futures.add(
                    htex.submit(
                            () -> {
                                Thread.sleep(5);
                                WorkerContext here = WorkerContext.current();
                                String mask =
                                        Files.readString(Path.of("/proc/self/status"))
                                                .replaceAll(
                                                        "(?s).*Cpus_allowed_list:\\s+(\\S+).*",
                                                        "$1");
                                return here.rank()
                                        + " of "
                                        + here.count()
                                        + " has "
                                        + here.accelerators()
                                        + System.getenv("CUDA_VISIBLE_DEVICES")
                                        + System.getenv("ZE_AFFINITY_MASK")
                                        + (here.rank() == 0
                                                ? " on " + mask.split("[-,]", 2)[0]
                                                : "");
                            }));
        }
        for (CompletableFuture<String> future : futures) {
            assertThat(get(future)).isIn("0 of 2 has [3]33 on " + first, "1 of 2 has [5]55");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.submit(Resources.parse("accelerators=2"), () -> 1))
                .withMessageContaining("each worker is pinned to one accelerator");
    }
}
