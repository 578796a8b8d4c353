// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import io.teff.flow.InvalidResourceSpecification;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteRunnable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four workers on a node of four cores, 4000 MB and two accelerators, whatever is really there. */
final class HtexPackingTest {
    @TempDir static Path dir;

    private static HtexExecutor htex;

    @BeforeAll
    static void start() throws Exception {
        htex =
                new HtexExecutor(
                        Children.tuned(dir)
                                .workersPerNode(4)
                                .node(Resources.parse("cores=4,memory=4000"))
                                .accelerators("gpu-a", "gpu-b")
                                .patience(Duration.ofSeconds(1))
                                .build());
        assertThat(most("cores=1", 4, 4)).as("workers that are up").isEqualTo(4);
    }

    @AfterAll
    static void stop() {
        htex.close();
        Children.assertNoneLeft(dir);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(60, SECONDS);
    }

    private static <T> List<T> getAll(List<? extends Future<T>> futures) throws Exception {
        List<T> values = new ArrayList<>();
        for (Future<T> future : futures) {
            values.add(get(future));
        }
        return values;
    }

    /** How many ran at once at most, of tasks of which {@code together} wait for one another. */
    private static int most(String request, int tasks, int together) throws Exception {
        String folder = Files.createTempDirectory(dir, "begun").toString();
        List<CompletableFuture<Span>> futures = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            futures.add(
                    htex.submit(Resources.parse(request), () -> Span.meet(folder, together, 20)));
        }
        return Span.most(getAll(futures));
    }

    @Test
    void requestsBoundHowManyRunAtOnce() throws Exception {
        assertThat(most("cores=1", 16, 4)).isEqualTo(4);
        assertThat(most("cores=2", 8, 2)).isEqualTo(2);
        assertThat(most("cores=2.5", 4, 1)).isEqualTo(1);
        assertThat(most("memory=1300", 9, 3)).isEqualTo(3);
        assertThat(most("cores=0.1,memory=10", 16, 4)).as("a worker each").isEqualTo(4);
        assertThat(most("accelerators=1", 8, 2)).isEqualTo(2);
    }

    @Test
    void plainTasksCountBesideThoseWithRequests() throws Exception {
        String folder = Files.createTempDirectory(dir, "begun").toString();
        List<CompletableFuture<Span>> futures = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            futures.add(
                    i % 3 == 0
                            ? htex.submit(Resources.cores(3), () -> Span.meet(folder, 1, 20))
                            : htex.submit(() -> Span.meet(folder, 1, 20)));
        }
        List<Span> spans = getAll(futures);
        for (int i = 0; i < 30; i++) {
            assertThat(spans.get(i).mostAtItsTime(spans)).isBetween(1, i % 3 == 0 ? 2 : 4);
        }
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(htex.admin().managers().get(0).held())
                                        .isEqualTo(Resources.NOTHING));
        assertThat(htex.admin().managers().get(0).node())
                .satisfies(
                        node -> {
                            assertThat(node.cores()).isEqualTo(4);
                            assertThat(node.memoryMb()).isEqualTo(4000);
                            assertThat(node.diskMb()).isPositive();
                            assertThat(node.accelerators()).isEqualTo(2);
                        });
    }

    @Test
    void bigTaskIsNotStarvedBySmallOnes() throws Exception {
        List<CompletableFuture<Span>> small = new ArrayList<>();
        String folder = Files.createTempDirectory(dir, "begun").toString();
        // so that four rarely end at once
        RemoteCallable<Span> nap = () -> Span.meet(folder, 1, 100 + System.nanoTime() % 100);
        for (int i = 0; i < 3; i++) {
            small.add(htex.submit(Resources.cores(1), nap));
        }
        CompletableFuture<Span> big =
                htex.submit(Resources.cores(4), () -> Span.meet(folder, 1, 0));
        for (int i = 0; i < 80; i++) {
            small.add(htex.submit(Resources.cores(1), nap));
        }
        long bigNs = get(big).beginNs();
        long before = getAll(small).stream().filter(span -> span.beginNs() < bigNs).count();
        // Four at a time, each for 100 ms at least, as long as the big one is patient.
        assertThat(before)
                .as("small ones that have passed the big one, and not all")
                .isBetween(4L, 50L);
    }

    @Test
    void acceleratorsAreEachTasksOwn() throws Exception {
        String folder = Files.createTempDirectory(dir, "accelerators").toString();
        String begun = Files.createTempDirectory(dir, "begun").toString();
        List<CompletableFuture<WorkerContext>> futures = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            futures.add(
                    htex.submit(
                            Resources.parse("accelerators=1"),
                            () -> {
                                WorkerContext here = WorkerContext.current();
                                Path mine = Path.of(folder, here.accelerators().get(0));
                                Files.createFile(mine); // fails while another one has it
                                Span.meet(begun, 2, 20);
                                Files.delete(mine);
                                return here;
                            }));
        }
        Set<String> names = new HashSet<>();
        for (CompletableFuture<WorkerContext> future : futures) {
            WorkerContext context = get(future);
            assertThat(context.accelerators()).hasSize(1);
            names.addAll(context.accelerators());
            assertThat(context.count()).isEqualTo(4);
            assertThat(context.rank()).isBetween(0, 3);
            assertThat(context.poolId()).startsWith(htex.admin().managers().get(0).pid() + "@");
            assertThat(context.blockId()).isEqualTo(htex.admin().managers().get(0).block());
        }
        assertThat(names).containsExactlyInAnyOrder("gpu-a", "gpu-b");
        assertThat(
                        get(htex.submit(Resources.parse("accelerators=2"), WorkerContext::current))
                                .accelerators())
                .hasSize(2);
        for (int i = 0; i < 8; i++) {
            assertThat(get(htex.submit(() -> WorkerContext.current().accelerators()))).isEmpty();
        }
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(WorkerContext::current)
                .withMessageContaining("runs no task of an HtexExecutor");
    }

    @Test
    void roomOfALostOrCancelledTaskIsFreeAgain() throws Exception {
        CompletableFuture<Object> dies =
                htex.submit(
                        Resources.parse("cores=4,accelerators=2"),
                        () -> {
                            Runtime.getRuntime().halt(3);
                            return null;
                        });
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(dies))
                .withCauseInstanceOf(WorkerLost.class);
        CompletableFuture<Object> sleeps =
                htex.submit(
                        Resources.cores(4),
                        () -> {
                            Thread.sleep(60_000);
                            return null;
                        });
        CompletableFuture<Integer> waits = htex.submit(Resources.cores(4), () -> 1);
        CompletableFuture<Integer> next =
                htex.submit(
                        Resources.parse("cores=4,accelerators=2"),
                        () -> WorkerContext.current().accelerators().size());
        assertThat(waits.cancel(false)).isTrue();
        assertThat(sleeps.cancel(true)).isTrue();
        assertThat(get(next)).isEqualTo(2);
    }

    @Test
    void requestsThatNoNodeHoldsAreRefused() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.submit(Resources.cores(5), () -> 1))
                .withMessageContaining("asks for cores=5")
                .withMessageContaining("no more than cores=4,memory=4000,accelerators=2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.submit(Resources.parse("accelerators=3"), () -> 1))
                .withMessageContaining("asks for accelerators=3");
        Resources disk = Resources.parse("disk=1000000000"); // known to the manager only
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(htex.submit(disk, () -> 1)))
                .havingCause()
                .isInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("asks for disk=1000000000, but a node has no more than")
                .withMessageContaining("cores=4,memory=4000,disk=");
    }

    private static void writeAccelerators(String file) {
        try {
            Files.writeString(Path.of(file), "" + WorkerContext.current().accelerators());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void executeTakesRequestsToo() throws Exception {
        Path file = dir.resolve("executed-" + System.nanoTime());
        String name = file.toString();
        RemoteRunnable body = () -> writeAccelerators(name);
        htex.execute(body, Map.of("accelerators", 2));
        Awaitility.await().until(() -> Files.exists(file) && Files.size(file) > 0);
        assertThat(file).content().contains("gpu-a", "gpu-b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> htex.execute(body, Map.of("accelerators", 3)))
                .withMessageContaining("asks for accelerators=3");
    }

    @Test
    void threadsOfAManagerArePackedToo() throws Exception {
        Path here = Files.createTempDirectory(dir, "threads");
        HtexConfig config =
                Children.tuned(here)
                        .workersPerNode(4)
                        .threads(true)
                        .node(Resources.cores(4))
                        .build();
        try (HtexExecutor threads = new HtexExecutor(config)) {
            String folder = Files.createTempDirectory(dir, "begun").toString();
            List<CompletableFuture<Span>> futures = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                futures.add(
                        threads.submit(
                                Resources.cores(2),
                                () -> {
                                    assertThat(WorkerContext.current().rank()).isBetween(0, 3);
                                    return Span.meet(folder, 2, 20);
                                }));
            }
            assertThat(Span.most(getAll(futures))).isEqualTo(2);
        }
        Children.assertNoneLeft(here);
    }

    @Test
    void cpusThatAreNotThereAreAFailureWithAReason() throws Exception {
        Path here = Files.createTempDirectory(dir, "cpus");
        HtexConfig config = Children.tuned(here).workersPerNode(1).cpuAffinity("list:4095").build();
        try (HtexExecutor wrong = new HtexExecutor(config)) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> get(wrong.submit(() -> 1)))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("gives worker 0 the CPUs 4095");
        }
    }

    @Test
    void badOptionsAreRefusedByName() {
        assertRefused(c -> c.cpuAffinity("near"), "cpuAffinity must be one of");
        assertRefused(c -> c.accelerators("0", "0"), "accelerators must differ in name: [0, 0]");
        assertRefused(c -> c.accelerators(" "), "accelerators must have names");
        assertRefused(c -> c.pinAccelerators(true), "pinAccelerators needs accelerators(names)");
        assertRefused(c -> c.patience(Duration.ofMillis(-1)), "patience must not be negative");
        assertRefused(c -> c.threads(true).monitor(true), "need threads(false)");
        assertRefused(c -> c.threads(true).cpuAffinity("block"), "threads(false)");
        assertRefused(
                c -> c.node(Resources.parse("accelerators=1")),
                "accelerators of a node have names");
    }

    private static void assertRefused(UnaryOperator<HtexConfig.Builder> how, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> how.apply(HtexConfig.tuned()).build())
                .withMessageContaining(message);
    }

    @Test
    void appsOfFlowsAskToo() throws Exception {
        String folder = Files.createTempDirectory(dir, "begun").toString();
        try (Flow flow = Flow.on(htex)) {
            App1<String, Span> count =
                    flow.app("count", (String f) -> Span.meet(f, 2, 20))
                            .with(o -> o.resources(Map.of("cores", 2, "memory", 512)));
            List<AppFuture<Span>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(count.call(folder));
            }
            assertThat(Span.most(getAll(futures))).isEqualTo(2);
            App1<String, Integer> plain = flow.app("plain", (String f) -> 1);
            assertThatExceptionOfType(InvalidResourceSpecification.class)
                    .isThrownBy(() -> plain.with(o -> o.resources(Map.of("gpus", 1))).call(folder))
                    .withMessageContaining("no resource has the name gpus")
                    .withMessageContaining("accelerators");
            assertThatExceptionOfType(InvalidResourceSpecification.class)
                    .isThrownBy(() -> plain.with(o -> o.resources(Map.of("cores", 9))).call(folder))
                    .withMessageContaining("cores=9")
                    .withMessageContaining("cores=4");
        }
    }
}
