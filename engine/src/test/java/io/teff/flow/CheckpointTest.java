// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class CheckpointTest {
    private final Executor executor;
    private final AtomicInteger runs = new AtomicInteger();
    private Path file;

    @TempDir Path folder;

    CheckpointTest(On on) {
        executor = on.open();
    }

    @BeforeEach
    void name() {
        file = folder.resolve("new").resolve("run.ckpt");
    }

    @AfterEach
    void close() throws InterruptedException {
        On.close(executor);
        Thread[] threads = new Thread[1000];
        int n = Thread.enumerate(threads);
        assertThat(Arrays.copyOf(threads, n))
                .extracting(Thread::getName)
                .noneMatch(name -> name.equals("teff-flow-checkpoint"));
    }

    private FlowBuilder builder() {
        return Flow.builder().executor("x", executor);
    }

    private Flow open(CheckpointMode mode) {
        return builder().checkpoint(file, mode).build();
    }

    private App1<Integer, Integer> square(Flow flow) {
        return flow.app(
                        "square",
                        (Integer x) -> {
                            runs.incrementAndGet();
                            return x * x;
                        })
                .with(o -> o.memoize(true));
    }

    /** Of a file that may be in use. */
    private static int records(Path file) throws IOException {
        Path copy = Files.createTempFile(file.getParent(), "copy", "");
        try {
            Files.write(copy, Files.readAllBytes(file));
            AtomicInteger n = new AtomicInteger();
            CheckpointFile.read(copy, (key, result) -> n.incrementAndGet());
            return n.get();
        } finally {
            Files.delete(copy);
        }
    }

    @Test
    void resultsOutliveTheFlow() {
        for (CheckpointMode mode :
                List.of(
                        CheckpointMode.TASK_EXIT,
                        CheckpointMode.FLOW_EXIT,
                        CheckpointMode.periodic(Duration.ofHours(1)))) {
            file = folder.resolve(mode + ".ckpt");
            runs.set(0);
            for (int run = 1; run <= 3; run++) {
                try (Flow flow = open(mode)) {
                    App1<Integer, Integer> square = square(flow);
                    for (int i = 0; i < 10 * run; i++) {
                        assertThat(square.call(i).join()).isEqualTo(i * i);
                    }
                    assertThat(runs).hasValue(10 * run);
                    assertThat(square.call(0).state()).isEqualTo(TaskState.MEMO_DONE);
                    assertThat(flow.warnings()).isEmpty();
                }
            }
        }
    }

    @Test
    void aResultIsWrittenBeforeAnybodySeesIt() throws IOException {
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            App1<Integer, Integer> square = square(flow);
            for (int i = 1; i <= 50; i++) {
                square.call(i).join();
                assertThat(records(file)).isEqualTo(i);
            }
        }
    }

    @Test
    void manualCheckpointsAreWrittenWhenAsked() throws IOException {
        try (Flow flow = open(CheckpointMode.MANUAL)) {
            App1<Integer, Integer> square = square(flow);
            square.call(1).join();
            square.call(2).join();
            assertThat(records(file)).isZero();
            assertThat(flow.checkpoint()).isEqualTo(2);
            assertThat(flow.checkpoint()).isZero();
            assertThat(records(file)).isEqualTo(2);
            square.call(3).join();
        }
        assertThat(records(file)).isEqualTo(2);
        try (Flow flow = Flow.on(executor)) {
            assertThatThrownBy(flow::checkpoint)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("checkpoint(file, mode)");
        }
    }

    @Test
    void periodicCheckpointsAreWrittenMeanwhile() throws Exception {
        try (Flow flow = open(CheckpointMode.periodic(Duration.ofMillis(20)))) {
            square(flow).call(1).join();
            while (records(file) == 0) {
                Thread.sleep(5);
            }
            square(flow).call(2).join();
            while (records(file) == 1) {
                Thread.sleep(5);
            }
            assertThat(flow.warnings()).isEmpty();
        }
        assertThatThrownBy(() -> CheckpointMode.periodic(Duration.ZERO))
                .hasMessageContaining("must be positive: PT0S");
    }

    private record Pair(String left, Integer right) implements Serializable {}

    @Test
    void resultsOfAnyTypeComeBackAsTheyWere() {
        byte[] megabyte = new byte[1 << 20];
        new java.util.Random(1).nextBytes(megabyte);
        List<Object> results =
                Arrays.asList(
                        null,
                        true,
                        false,
                        (byte) -1,
                        (short) -1,
                        'x',
                        -1,
                        -1L,
                        1.5f,
                        -0.0,
                        "",
                        "l\u00e4tin",
                        "\u4e2d\ud800?",
                        "x".repeat(1 << 20),
                        megabyte,
                        new int[] {1, -2},
                        new long[] {1, -2},
                        new double[] {1, Double.NaN},
                        new char[] {'a'},
                        new String[][] {{"a"}, {}},
                        List.of(1, "two", List.of(3L)),
                        Map.of(1, 2),
                        new Pair("a", 1),
                        Duration.ofSeconds(1),
                        CheckpointTest.class);
        for (int run = 0; run < 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                App1<Integer, Object> app =
                        flow.<Integer, Object>app(
                                        "app",
                                        (Integer i) -> {
                                            runs.incrementAndGet();
                                            return results.get(i);
                                        })
                                .with(o -> o.memoize(true));
                for (int i = 0; i < results.size(); i++) {
                    Object result = app.call(i).join();
                    assertThat(result).isEqualTo(results.get(i));
                    if (result != null) {
                        assertThat(result).hasSameClassAs(results.get(i));
                    }
                }
                assertThat(flow.warnings()).isEmpty();
            }
        }
        assertThat(runs).hasValue(results.size());
    }

    private static final class Unwritable {}

    @Test
    void aResultThatCannotBeWrittenIsAWarningOnly() {
        for (int run = 1; run <= 2; run++) {
            List<Warning> told = new ArrayList<>();
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .onWarning(
                                    warning -> {
                                        synchronized (told) {
                                            told.add(warning);
                                        }
                                    })
                            .build()) {
                App1<Integer, Object> app =
                        flow.<Integer, Object>app(
                                        "app",
                                        (Integer x) -> {
                                            runs.incrementAndGet();
                                            return List.of(new Unwritable());
                                        })
                                .with(o -> o.memoize(true));
                assertThat(app.call(1).join()).isInstanceOf(List.class);
                assertThat(app.call(1).join()).isInstanceOf(List.class); // in memory it is
                assertThat(runs).hasValue(run);
                assertThat(flow.warnings()).hasSize(1);
            }
            synchronized (told) {
                assertThat(told).hasSize(1);
                assertThat(told.get(0).message()).contains("the result of app, a java.util.");
                assertThat(told.get(0).cause()).isInstanceOf(NotSerializableException.class);
            }
        }
    }

    private static final class Hostile implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(java.io.ObjectOutputStream out) {
            throw new StackOverflowError("hostile " + (out != null));
        }
    }

    @Test
    void aWarningHandlerThatThrowsHarmsNobody() {
        try (Flow flow =
                builder()
                        .checkpoint(file, CheckpointMode.TASK_EXIT)
                        .onWarning(
                                warning -> {
                                    throw new IllegalStateException("handler");
                                })
                        .build()) {
            App0<Object> app = flow.<Object>app("app", Hostile::new).with(o -> o.memoize(true));
            assertThat(app.call().join()).isInstanceOf(Hostile.class);
            assertThat(flow.warnings()).hasSize(2);
            assertThat(flow.warnings().get(1).cause()).hasMessage("handler");
        }
    }

    @Test
    void aFilterSaysWhatMayBeRead() {
        for (int run = 1; run <= 2; run++) {
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .checkpointFilter(
                                    ObjectInputFilter.Config.createFilter("!java.time.**"))
                            .build()) {
                App0<Duration> app =
                        flow.<Duration>app(
                                        "app",
                                        () -> {
                                            runs.incrementAndGet();
                                            return Duration.ofSeconds(7);
                                        })
                                .with(o -> o.memoize(true));
                assertThat(app.call().join()).isEqualTo(Duration.ofSeconds(7));
                assertThat(runs).hasValue(run);
                assertThat(flow.warnings()).hasSize(run - 1);
                if (run == 2) {
                    assertThat(flow.warnings().get(0).message()).contains("so it runs again");
                    assertThat(flow.warnings().get(0).cause())
                            .isInstanceOf(InvalidClassException.class);
                }
            }
        }
    }

    @Test
    void failuresAreNotWritten() throws IOException {
        for (int run = 1; run <= 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                App0<Integer> bad =
                        flow.<Integer>app(
                                        "bad",
                                        () -> {
                                            throw new IOException("run " + runs.incrementAndGet());
                                        })
                                .with(o -> o.memoize(true));
                assertThatThrownBy(bad.call()::get).hasRootCauseMessage("run " + run);
                assertThatThrownBy(bad.call()::get).hasRootCauseMessage("run " + run);
            }
        }
        assertThat(records(file)).isZero();
    }

    @Test
    @SuppressWarnings("try") // closed early, to be looked at
    void joinAppsAreWrittenWhenTheirInnerCallsHaveEnded() throws IOException {
        for (int run = 1; run <= 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                MemoTest.Fibonacci fibonacci = new MemoTest.Fibonacci(flow);
                assertThat(fibonacci.app.call(60).join()).isEqualTo(1548008755920L);
                flow.close();
                assertThat(flow.summary().count("fibonacci", TaskState.EXEC_DONE))
                        .isEqualTo(run == 1 ? 61 : 0);
            }
        }
        assertThat(records(file)).isEqualTo(61);
    }

    @Test
    void aDeepJoinNeedsNoDeepStack() {
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            List<App1<Integer, Integer>> self = new ArrayList<>();
            self.add(
                    flow.<Integer, Integer>joinApp(
                                    "down",
                                    (Integer n) -> n == 0 ? flow.value(0) : self.get(0).call(n - 1))
                            .with(o -> o.memoize(true)));
            assertThat(self.get(0).call(20_000).join()).isZero();
        }
    }

    @Test
    void oneFlowAtATime() {
        try (Flow first = open(CheckpointMode.TASK_EXIT)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> open(CheckpointMode.MANUAL))
                        .isInstanceOf(BadCheckpoint.class)
                        .hasMessageContaining("run.ckpt is in use by another flow")
                        .hasMessageContaining("close that one first");
            }
            assertThatThrownBy(() -> builder().loadCheckpoints(List.of(file)).build())
                    .isInstanceOf(BadCheckpoint.class);
            square(first).call(1).join();
        }
        try (Flow second = open(CheckpointMode.TASK_EXIT)) {
            assertThat(square(second).call(1).join()).isEqualTo(1);
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void aTornFileIsUsedAsFarAsItGoesAndTheUserIsTold() throws IOException {
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            for (int i = 0; i < 10; i++) {
                square(flow).call(i).join();
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            assertThat(flow.warnings()).hasSize(1);
            assertThat(flow.warnings().get(0).message())
                    .contains("run.ckpt: 9 results read")
                    .contains("unfinished record at its end cut off");
            for (int i = 0; i < 10; i++) {
                assertThat(square(flow).call(i).join()).isEqualTo(i * i);
            }
        }
        assertThat(runs).hasValue(11);
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            assertThat(flow.warnings()).isEmpty();
            for (int i = 0; i < 10; i++) {
                assertThat(square(flow).call(i).state()).isEqualTo(TaskState.MEMO_DONE);
            }
        }
    }

    @Test
    void earlierRunsAreLoadedAndCarriedOver() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            file = folder.resolve("run" + run).resolve("tasks.ckpt");
            try (Flow flow =
                    builder()
                            .loadCheckpoints(Checkpoints.getLast(folder))
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .build()) {
                assertThat(Checkpoints.getAll(folder)).isEqualTo(files); // not the one in use
                for (int i = 0; i <= run; i++) {
                    assertThat(square(flow).call(i).join()).isEqualTo(i * i);
                }
            }
            assertThat(records(file)).isEqualTo(run + 1);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * (run + 1)));
            files.add(file);
        }
        assertThat(runs).hasValue(3);
        Files.writeString(
                folder.resolve("run0").resolve("notes.txt"), "no checkpoint at all, this");
        assertThat(Checkpoints.getAll(folder)).isEqualTo(files);
        assertThat(Checkpoints.getLast(folder)).containsExactly(file);
        assertThat(Checkpoints.getAll(folder.resolve("none"))).isEmpty();
        byte[] before = Files.readAllBytes(file);
        try (Flow flow = builder().loadCheckpoints(files).build()) { // only reads
            assertThat(square(flow).call(2).join()).isEqualTo(4);
            assertThat(square(flow).call(20).join()).isEqualTo(400);
        }
        assertThat(file).hasBinaryContent(before);
        assertThat(runs).hasValue(4);
    }

    @Test
    void tasksSucceedWhenTheFileCanNoLongerBeWritten() throws IOException {
        for (boolean force : new boolean[] {false, true}) {
            file = folder.resolve("lost" + force);
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .checkpointForce(force)
                            .build()) {
                assertThat(square(flow).call(1).join()).isEqualTo(1);
                flow.memos().checkpoint.file.close(); // stands for a disk that is full
                assertThat(square(flow).call(2).join()).isEqualTo(4);
                assertThat(flow.warnings()).hasSize(1);
                assertThat(flow.warnings().get(0).message())
                        .contains("1 results could not be written to checkpoint " + file);
                assertThat(flow.checkpoint()).isZero();
            }
            assertThat(records(file)).isEqualTo(1);
        }
        try (Flow flow = open(CheckpointMode.MANUAL)) {
            square(flow).call(3).join();
            flow.memos().checkpoint.file.close();
            assertThatThrownBy(flow::checkpoint).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(flow::checkpoint).isInstanceOf(UncheckedIOException.class); // kept
        }
    }

    @Test
    void forcedToTheDisk() throws IOException {
        try (Flow flow =
                builder()
                        .checkpoint(file, CheckpointMode.TASK_EXIT)
                        .checkpointForce(true)
                        .build()) {
            App1<Integer, Integer> square = square(flow);
            List<AppFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                futures.add(square.call(square.call(i % 40)));
            }
            futures.forEach(AppFuture::join);
            assertThat(flow.warnings()).isEmpty();
        }
        assertThat(records(file)).isEqualTo(runs.get());
        assertThatThrownBy(() -> builder().checkpointForce(true).build())
                .hasMessage("checkpointForce needs checkpoint(file, mode)");
    }

    @Test
    void aFunctionOfAResultMayWaitForAnother() {
        for (boolean force : new boolean[] {true, false}) {
            file = folder.resolve("blocking" + force);
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .checkpointForce(force)
                            .build()) {
                App1<Integer, Integer> square = square(flow);
                for (int i = 0; i < 30; i++) {
                    int n = i;
                    AppFuture<Integer> outer =
                            square.call(1_000 + i).map(x -> square.call(2_000 + n).join());
                    assertThat(outer.join()).isEqualTo((2_000 + n) * (2_000 + n));
                }
            }
        }
    }

    @Test
    void aBodyThatLeavesItsThreadInterruptedDoesNoHarm() throws IOException {
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            App1<Integer, Integer> app =
                    flow.app(
                                    "app",
                                    (Integer x) -> {
                                        Thread.currentThread().interrupt();
                                        return x;
                                    })
                            .with(o -> o.memoize(true));
            for (int i = 0; i < 100; i++) {
                assertThat(app.call(i).toCompletableFuture().join()).isEqualTo(i);
            }
            Thread.interrupted(); // ours, with a direct executor
            assertThat(flow.warnings()).isEmpty();
        }
        assertThat(records(file)).isEqualTo(100);
    }

    @Test
    void aFlowThatIsLeftCanBeClosedLater() throws IOException {
        Flow flow = open(CheckpointMode.FLOW_EXIT);
        try {
            square(flow).call(1).join();
            flow.close(Exit.SKIP);
            assertThat(records(file)).isEqualTo(1);
            assertThatThrownBy(() -> open(CheckpointMode.FLOW_EXIT))
                    .isInstanceOf(BadCheckpoint.class);
        } finally {
            flow.close();
        }
        open(CheckpointMode.FLOW_EXIT).close();
    }

    @Test
    @SuppressWarnings("try") // closed early, to be looked at
    void manyResults() throws IOException {
        int n = 30_000;
        for (int run = 1; run <= 2; run++) {
            try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
                App1<Integer, Integer> square = square(flow);
                for (int i = 0; i < n; i++) {
                    square.call(i);
                }
                flow.close();
                TaskState state = run == 1 ? TaskState.EXEC_DONE : TaskState.MEMO_DONE;
                assertThat(flow.summary().count("square", state)).isEqualTo(n);
            }
        }
        assertThat(records(file)).isEqualTo(n);
        assertThat(runs).hasValue(n);
    }

    /** Several threads call and cancel; what has run is in the file, once. */
    @Test
    @SuppressWarnings("try") // closed early, to be looked at
    void everyResultIsInTheFileWhateverIsCancelled() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("CheckpointTest seed " + seed);
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Map<Integer, Integer> seen = new HashMap<>();
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            App1<Integer, Integer> plain =
                    flow.app(
                            "plain",
                            (Integer x) -> {
                                if (Thread.interrupted()) {
                                    wasInterrupted.set(true); // meant for another task
                                }
                                return x;
                            });
            App1<Integer, Integer> square = square(flow);
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                SplittableRandom random = new SplittableRandom(seed + t);
                Thread caller =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < 5_000; i++) {
                                        int x = random.nextInt(3_000);
                                        AppFuture<Integer> future = square.call(x);
                                        plain.call(i);
                                        if (random.nextInt(4) == 0) {
                                            future.cancel(true);
                                        } else if (random.nextInt(4) == 0) {
                                            try {
                                                future.get();
                                            } catch (Exception e) {
                                                throw new AssertionError(e);
                                            }
                                            synchronized (seen) {
                                                seen.put(x, x * x);
                                            }
                                        }
                                    }
                                });
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            flow.close();
            assertThat(flow.summary().tasks()).isEqualTo(30_000);
            assertThat(flow.summary().inFlight()).isZero();
            assertThat(flow.summary().count("plain", TaskState.EXEC_DONE)).isEqualTo(15_000);
            assertThat(flow.warnings()).isEmpty();
        }
        assertThat(wasInterrupted).as("a stray interrupt, seed " + seed).isFalse();
        int before = runs.get();
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            App1<Integer, Integer> square = square(flow);
            for (Map.Entry<Integer, Integer> e : seen.entrySet()) {
                assertThat(square.call(e.getKey()).join()).isEqualTo(e.getValue());
            }
        }
        assertThat(seen).as("seed " + seed).hasSizeGreaterThan(100);
        assertThat(runs).as("seed " + seed).hasValue(before);
    }
}
