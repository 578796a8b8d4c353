// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.teff.bench.chart.Bars;
import io.teff.bench.measure.Env;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Ruler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandingsTest {
    private static final Standings STANDINGS =
            new Standings(
                    new Report(
                            "compare",
                            true,
                            Env.capture(),
                            Ruler.of(100, 102),
                            List.of(
                                    row("toy", "sequential", 1, 0.002, true),
                                    row("toy", "engine", 1, 0.001, true),
                                    row("toy", "engine", 2, 0.0005, true),
                                    row("toy", "engine.lane", 2, 0.0004, true),
                                    row("toy", "threads", 1, 0.008, true),
                                    row("toy", "threads", 2, 0.004, true),
                                    row("toy", "forkjoin", 2, 0.0001, false),
                                    row("big", "sequential", 1, 20, true),
                                    row("big", "engine", 2, 10, true))));

    @Test
    void speedupIsOverThreadsWithTheSameWorkers() {
        assertThat(line("toy", "engine", 1).speedup()).isCloseTo(8, within(1e-9));
        assertThat(line("toy", "engine", 2).speedup()).isCloseTo(8, within(1e-9));
        assertThat(line("toy", "threads", 2).speedup()).isEqualTo(1);
        assertThat(line("big", "engine", 2).speedup()).isNaN();
    }

    @Test
    void sequentialIsHeldAgainstThreadsWithTheMostWorkers() {
        assertThat(line("toy", "sequential", 1).speedup()).isCloseTo(2, within(1e-9));
    }

    @Test
    void atAnotherSizeRatesAreCompared() {
        Row threads = row("toy", "threads", 2, 0.004, true); // 250,000 tasks/s
        Row slow =
                new Row(
                        "toy",
                        "abroad",
                        2,
                        Map.of("n", 1L, "tasks", 10L, "own_size", true),
                        "s",
                        0.002, // a shorter run, and 5,000 tasks/s
                        0.002,
                        0.002,
                        1,
                        true,
                        List.of(0.002));
        Standings standings =
                new Standings(
                        new Report(
                                "compare",
                                true,
                                Env.capture(),
                                Ruler.of(100, 102),
                                List.of(slow, threads)),
                        List.of(new Standings.Missing("toy", "overseas")));
        assertThat(standings.lines().get(0).speedup()).isCloseTo(0.02, within(1e-9));
        assertThat(standings.fastestPools()).containsExactly(Map.entry("toy", "threads"));
        assertThat(standings.table())
                .contains("Where sizes differ, speeds are compared by tasks/s.")
                .containsPattern("(?m)^toy +abroad +2 +n=1 +10 .* 1 +5,000 +0.020 +yes$")
                .containsPattern("(?m)^toy +overseas +absent$");
    }

    @Test
    void taskTimeCountsAllWorkers() {
        assertThat(line("toy", "sequential", 1).taskNs()).isCloseTo(2000, within(1e-6));
        assertThat(line("toy", "threads", 2).taskNs()).isCloseTo(8000, within(1e-6));
        assertThat(line("toy", "threads", 2).tasksPerS()).isCloseTo(250_000, within(1e-6));
    }

    @Test
    void smallTasksAreJudgedByTheTaskAlone() {
        assertThat(STANDINGS.smallTaskPrograms()).containsExactly("toy");
    }

    @Test
    void fastestPoolIsAVerifiedOneAndNotTheCaller() {
        assertThat(STANDINGS.fastestPools())
                .containsExactly(Map.entry("toy", "engine.lane"), Map.entry("big", "engine"));
        assertThat(STANDINGS.table()).contains("Fastest pool engine: toy (lane), big.");
    }

    @Test
    void csvHasOneLineARow() {
        assertThat(CsvTable.of(STANDINGS).lines().toList())
                .hasSize(10)
                .contains("toy,threads,2,n=7,1000,8000,0.004,0.003,0.005,3,250000,1,true")
                .contains("big,engine,2,n=7,1000,20000000,10,9.999,10.001,3,100,,true");
    }

    @Test
    void chartHasABarForEachUsualWayAndAllOfThemHaveALength() {
        Bars bars = StandingsChart.of(STANDINGS);
        assertThat(bars.groups()).containsExactly("toy", "big");
        assertThat(bars.series())
                .containsOnlyKeys(
                        "sequential",
                        "engine x1",
                        "engine x2",
                        "threads x1",
                        "threads x2",
                        "forkjoin x2");
        assertThat(bars.series().get("engine x2").get(0)).isCloseTo(8, within(1e-9));
        assertThat(bars.series().get("engine x2").get(1)).isNaN();
        assertThat(bars.lowestDecade()).isEqualTo(-1); // the shortest is 1
        assertThat(bars.highestDecade()).isEqualTo(2); // the longest is 40
    }

    private static Standings.Line line(String program, String contender, int workers) {
        return STANDINGS.lines().stream()
                .filter(l -> l.row().workload().equals(program))
                .filter(l -> l.row().contender().equals(contender))
                .filter(l -> l.row().workers() == workers)
                .findFirst()
                .orElseThrow();
    }

    private static Row row(
            String program, String contender, int workers, double medianS, boolean verified) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("n", 7L);
        params.put("tasks", 1000L);
        return new Row(
                program,
                contender,
                workers,
                params,
                "s",
                medianS,
                medianS - 0.001,
                medianS + 0.001,
                3,
                verified,
                List.of(medianS));
    }
}
