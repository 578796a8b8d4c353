// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows whose bodies are sent: here through bytes to threads that share nothing with the caller. */
class RemoteExecutorTest {
    private static final AtomicInteger RUNS = new AtomicInteger(); // "there"
    private static final AtomicBoolean INTERRUPTED = new AtomicBoolean();

    private final Wire wire = new Wire();

    /** Copies what it is sent. */
    private static final class Wire implements RemoteExecutor, ResourceExecutor {
        final ExecutorService threads = Executors.newFixedThreadPool(2);
        final ConcurrentLinkedQueue<RemoteTask<?>> seen = new ConcurrentLinkedQueue<>();
        final AtomicInteger toLose = new AtomicInteger();

        @Override
        @SuppressWarnings("unchecked")
        public <R> CompletableFuture<R> send(RemoteTask<R> task) {
            seen.add(task);
            byte[] bytes = bytes(task.body());
            if (toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                return CompletableFuture.failedFuture(new IOException("lost with its process"));
            }
            CompletableFuture<R> answer = new CompletableFuture<>();
            Future<?> run =
                    threads.submit(
                            () -> {
                                try {
                                    Object value = ((Callable<Object>) object(bytes)).call();
                                    answer.complete((R) object(bytes(value)));
                                } catch (Throwable t) {
                                    answer.completeExceptionally(t);
                                }
                            });
            answer.whenComplete((value, error) -> run.cancel(true));
            return answer;
        }

        @Override
        public void execute(Runnable task) {
            throw new AssertionError("nothing of this process can run there: " + task);
        }

        @Override
        public void check(Map<String, Object> resources) {
            assertThat(resources).containsOnlyKeys("cores");
        }

        @Override
        public void execute(Runnable task, Map<String, Object> resources) {
            execute(task);
        }
    }

    private static byte[] bytes(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be sent: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private static Object object(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void begin() {
        RUNS.set(0);
        INTERRUPTED.set(false);
    }

    @AfterEach
    void close() throws InterruptedException {
        On.close(wire.threads);
    }

    @Test
    void appsOfEveryArityRunThere() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            assertThat(flow.app("0", () -> 0).call().get()).isZero();
            assertThat(flow.app("1", (Integer a) -> a).call(1).get()).isEqualTo(1);
            assertThat(flow.app("2", (Integer a, Integer b) -> a + b).call(1, 1).get())
                    .isEqualTo(2);
            assertThat(
                            flow.app("3", (Integer a, Integer b, Integer c) -> a + b + c)
                                    .call(1, 1, 1)
                                    .get())
                    .isEqualTo(3);
            assertThat(
                            flow.app(
                                            "4",
                                            (Integer a, Integer b, Integer c, Integer d) ->
                                                    a + b + c + d)
                                    .call(1, 1, 1, 1)
                                    .get())
                    .isEqualTo(4);
            assertThat(
                            flow.app(
                                            "5",
                                            (Integer a,
                                                    Integer b,
                                                    Integer c,
                                                    Integer d,
                                                    Integer e) -> a + b + c + d + e)
                                    .call(1, 1, 1, 1, 1)
                                    .get())
                    .isEqualTo(5);
            assertThat(
                            flow.listApp("list", (List<Integer> all) -> all.size())
                                    .call(List.of(7, 7, 7, 7, 7, 7))
                                    .get())
                    .isEqualTo(6);
            assertThat(wire.seen).hasSize(7);
        }
    }

    @Test
    void dataflowAndJoinAppsMixWithIt() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            App2<Integer, Integer, Integer> add = flow.app("add", (Integer a, Integer b) -> a + b);
            List<App1<Integer, Integer>> self = new ArrayList<>();
            self.add(
                    flow.joinApp(
                            "fib",
                            (Integer n) ->
                                    n < 2
                                            ? flow.value(n)
                                            : add.call(
                                                    self.get(0).call(n - 1),
                                                    self.get(0).call(n - 2))));
            assertThat(self.get(0).call(10).get(20, TimeUnit.SECONDS)).isEqualTo(55);
            AppFuture<Integer> last = flow.value(0);
            for (int i = 0; i < 1_000; i++) {
                last = add.call(last, 1);
            }
            assertThat(last.get(20, TimeUnit.SECONDS)).isEqualTo(1_000);
        }
    }

    @Test
    void namePriorityAndResourcesAreTold() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            App0<Integer> one =
                    flow.app("one", () -> 1)
                            .with(o -> o.name("mine").priority(3).resources(Map.of("cores", 2)));
            assertThat(one.call().get()).isEqualTo(1);
            RemoteTask<?> task = wire.seen.remove();
            assertThat(task.app()).isEqualTo("one");
            assertThat(task.name()).isEqualTo("mine");
            assertThat(task.priority()).isEqualTo(3);
            assertThat(task.resources()).isEqualTo(Map.of("cores", 2));
        }
    }

    @Test
    void lostTaskIsSentAgainWithinItsRetries() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            App0<Integer> one = flow.app("one", () -> 1);
            wire.toLose.set(2);
            assertThat(one.with(o -> o.retries(2)).call().get()).isEqualTo(1);
            assertThat(wire.seen).hasSize(3);
            wire.toLose.set(1);
            assertThatThrownBy(() -> one.call().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("lost with its process");
        }
    }

    @Test
    void bodyThatCapturesWhatCannotBeSentSaysSo() {
        try (Flow flow = Flow.on(wire)) {
            Object lock = new Object();
            assertThatThrownBy(() -> flow.app("captures", () -> lock.hashCode()).call().get())
                    .hasRootCauseInstanceOf(NotSerializableException.class);
            assertThat(flow.summary().inFlight()).isZero();
        }
    }

    @Test
    void cancelStopsWhatRunsThere() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            AppFuture<Integer> future = flow.app("sleeps", RemoteExecutorTest::sleep).call();
            await().until(() -> RUNS.get() == 1);
            assertThat(future.cancel(true)).isTrue();
            assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
            await().untilTrue(INTERRUPTED);
        }
    }

    private static Integer sleep() throws InterruptedException {
        RUNS.incrementAndGet();
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            INTERRUPTED.set(true);
            throw e;
        }
        return 1;
    }

    @Test
    void walltimeStopsIt() {
        try (Flow flow = Flow.on(wire)) {
            App0<Integer> sleeps =
                    flow.app("sleeps", RemoteExecutorTest::sleep)
                            .with(o -> o.walltime(Duration.ofSeconds(1)));
            // long enough for the body to begin
            assertThatThrownBy(() -> sleeps.call().get()).hasCauseInstanceOf(AppTimeout.class);
            await().untilTrue(INTERRUPTED);
        }
    }

    @Test
    void memoizedResultIsNotComputedAgain() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            App1<Integer, Integer> counts =
                    flow.app("counts", RemoteExecutorTest::count).with(o -> o.memoize(true));
            assertThat(counts.call(5).get()).isEqualTo(5);
            assertThat(counts.call(5).get()).isEqualTo(5);
            assertThat(RUNS).hasValue(1);
        }
    }

    private static Integer count(Integer x) {
        RUNS.incrementAndGet();
        return x;
    }

    @Test
    void commandsRunThere(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("deep/out.txt");
        try (Flow flow = Flow.on(wire)) {
            App1<String, Integer> echo =
                    flow.bashApp("echo", (String what) -> "echo " + what)
                            .with(o -> o.stdout(Redirect.to(out)));
            assertThat(echo.call("hello").get()).isZero();
            assertThat(out).hasContent("hello");
            assertThatThrownBy(
                            () -> flow.bashApp("fails", () -> "echo no >&2; exit 3").call().get())
                    .cause()
                    .isInstanceOf(BashExitFailure.class)
                    .hasMessageContaining("3")
                    .hasMessageContaining("no");
            assertThatThrownBy(() -> flow.bashApp("nothing", () -> " ").call().get())
                    .hasCauseInstanceOf(BashAppNoReturn.class);
        }
    }

    @Test
    void outputsAreStagedHere(@TempDir Path folder) throws Exception {
        Path zip = folder.resolve("all.zip");
        try (Flow flow = Flow.builder().executor("wire", wire).runDirectory(folder).build()) {
            DataFile member = DataFile.of("zip:" + zip + "/one.txt").at(folder.resolve("one.txt"));
            App0<Integer> writes =
                    flow.bashApp("writes", () -> "echo 1 > " + member.path())
                            .with(o -> o.outputs(member));
            AppFuture<Integer> future = writes.call();
            assertThat(future.outputs().get(0).get(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(Files.exists(zip)).isTrue();
        }
    }

    @Test
    void closeLeavesNoThreads() throws Exception {
        try (Flow flow = Flow.on(wire)) {
            assertThat(flow.joinApp("join", () -> flow.value(1)).call().get()).isEqualTo(1);
        }
        await().until(
                        () ->
                                Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(t -> t.getName().startsWith("teff-flow-local")));
    }
}
