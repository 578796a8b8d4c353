// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every system on every pattern, with all inputs checked, again and again. */
@Timeout(120)
class RunnerTest {
    private static final int RUNS = 20;

    static Stream<Arguments> all() {
        return Stream.of(SystemKind.values())
                .filter(system -> system != SystemKind.MPI)
                .flatMap(system -> Stream.of(Pattern.values()).map(p -> Arguments.of(system, p)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyTaskFindsItsInputs(SystemKind system, Pattern pattern) throws Exception {
        for (String size :
                List.of("-steps 9 -width 4", "-steps 40 -width 13", "-steps 5 -width 2")) {
            int period = pattern == Pattern.SPREAD ? 1 : 0;
            String line =
                    "-type "
                            + pattern
                            + " -period "
                            + period
                            + " -kernel busy_wait -iter 10 "
                            + size;
            try (Trial trial = new Trial(system, PatternTest.graphs(line), 2, true)) {
                for (int run = 0; run < RUNS; run++) {
                    assertThat(trial.run()).isPositive();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("systems")
    void severalGraphsRunAtOnce(SystemKind system) throws Exception {
        String line =
                "-type stencil_1d -steps 20 -width 5 -output 100 -and -type fft -steps 30 -width 8"
                        + " -kernel compute_bound -iter 10 -and -type tree -steps 7 -width 20";
        try (Trial trial = new Trial(system, PatternTest.graphs(line), 3, true)) {
            for (int run = 0; run < RUNS; run++) {
                assertThat(trial.run()).isPositive();
            }
        }
    }

    static Stream<SystemKind> systems() {
        return Stream.of(SystemKind.values()).filter(system -> system != SystemKind.MPI);
    }

    @Test
    void inputsOfAnEarlierRunOrOfNoTaskAreFound() {
        Points points = new Points(PatternTest.graphs("-type no_comm").get(0), true);
        points.nextRun();
        points.runTask(0, 1);
        points.runTask(1, 1);
        assertThatThrownBy(() -> points.runTask(1, 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "graph 0, task (1, 2): input 0 holds (0, 0) of run 0 and not (0, 2) of run 1");
        points.nextRun();
        assertThatThrownBy(() -> points.runTask(1, 1))
                .hasMessage(
                        "graph 0, task (1, 1): input 0 holds (0, 1) of run 1 and not (0, 1) of run 2");
        assertThat(points.missing()).isEqualTo(16);
    }

    @Test
    void inputsThatAreMissingTooManyShortOrSwappedAreFound() {
        TaskGraph graph = PatternTest.graphs("-type stencil_1d -width 3").get(0);
        Points points = new Points(graph, true);
        points.nextRun();
        List<long[]> row = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            row.add(points.runTask(graph.number(0, i), new long[0][]));
        }
        int middle = graph.number(1, 1);
        long[] left = row.get(0);
        long[] own = row.get(1);
        long[] right = row.get(2);
        assertThat(points.runTask(middle, new long[][] {left, own, right})).hasSize(2);
        assertThatThrownBy(() -> points.runTask(middle, new long[][] {left, own}))
                .hasMessage("graph 0, task (1, 1): there are 2 inputs and not 3");
        assertThatThrownBy(() -> points.runTask(middle, new long[][] {left, own, right, right}))
                .hasMessage("graph 0, task (1, 1): there are 4 inputs and not 3");
        assertThatThrownBy(() -> points.runTask(middle, new long[][] {left, right, own}))
                .hasMessageContaining("input 1 holds (0, 2) of run 1 and not (0, 1)");
        assertThatThrownBy(() -> points.runTask(middle, new long[][] {left, new long[4], right}))
                .hasMessageContaining("input 1 has 4 words and not 2");
    }

    /** A task that throws must end the run on every system, whatever still waits for it. */
    @ParameterizedTest
    @MethodSource("systems")
    void failureOfATaskEndsTheRunAndIsReported(SystemKind system) {
        TaskGraph graph = PatternTest.graphs("-type stencil_1d -steps 50").get(0);
        List<Points> points = List.of(new Points(graph, true, 77));
        try (Runner runner = system.open(points, 2)) {
            points.get(0).nextRun();
            assertThatThrownBy(runner::run)
                    .satisfies(
                            error ->
                                    assertThat(Trial.root(error))
                                            .hasMessageContaining("task (27, 1): planned"));
            assertThat(points.get(0).missing()).isPositive();
        }
    }
}
