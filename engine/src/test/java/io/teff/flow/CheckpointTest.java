// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** When results are written to a checkpoint, and that the next run has them, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class CheckpointTest extends OnEachCheckpoint {
    CheckpointTest(On on) {
        super(on);
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
