// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.measure.Env;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Ruler;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuiteScoreTest {
    private static Row row(String program, String contender, int workers, Double... us) {
        return Row.of(program, contender, workers, Map.of(), "us", List.of(us), true);
    }

    private static List<String> score(Row... rows) {
        return SuiteScore.of(
                new Report("suite", true, Env.capture(), Ruler.of(100, 100), List.of(rows)));
    }

    @Test
    void itIsTheGeometricMeanAndNamesTheLosses() {
        assertThat(
                        score(
                                row("fib", "plain", 1, 1.0),
                                row("fib", "engine", 1, 2.0),
                                row("fib", "forkjoin", 1, 8.0),
                                row("health", "engine", 1, 4.0),
                                row("health", "forkjoin", 1, 1.0),
                                row("fib", "engine", 2, 1.0),
                                row("fib", "forkjoin", 2, 4.0),
                                row("health", "engine", 2, 3.0),
                                row("health", "forkjoin", 2, 3.0)))
                .containsExactly(
                        "1 worker: engine takes 1.00x the time of forkjoin, geometric mean of 2;"
                                + " losses: health 4.00x",
                        "2 workers: engine takes 0.50x the time of forkjoin, geometric mean of 2; no"
                                + " losses");
    }

    @Test
    void thoseWithoutCutOffHaveAMeanOfTheirOwn() {
        assertThat(
                        score(
                                row("fib", "engine", 2, 1.0),
                                row("fib", "forkjoin", 2, 4.0),
                                coarse("engine", 2.0),
                                coarse("forkjoin", 2.0)))
                .containsExactly(
                        "2 workers: engine takes 0.50x the time of forkjoin, geometric mean of 2"
                                + " (0.25x, of the 1 without cut-off); no losses");
    }

    private static Row coarse(String contender, Double us) {
        return Row.of(
                "matmul", contender, 2, Map.of("n", 64, "cut_off", 32), "us", List.of(us), true);
    }

    @Test
    void withoutBothThereIsNoScore() {
        assertThat(score(row("fib", "engine", 1, 2.0), row("fib", "forkjoin", 2, 8.0))).isEmpty();
        assertThat(score(row("fib", "engine", 1), row("fib", "forkjoin", 1, 8.0))).isEmpty();
    }
}
