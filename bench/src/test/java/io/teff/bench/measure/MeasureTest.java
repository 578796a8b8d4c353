// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasureTest {
    private static final List<String> STAT =
            List.of(
                    "cpu  30 3 15 183428 535 4 5 6 0 0",
                    "cpu0 10 1 5 93136 27 1 2 3 7 0",
                    "cpu1 20 2 10 90291 508 3 3 3 0 0",
                    "intr 1 2 3");

    @Test
    void summaryIsMedianAndQuartiles() {
        assertThat(Stats.of(List.of(5.0, 1.0, 3.0, 2.0, 4.0))).isEqualTo(new Stats(3, 2, 4));
        assertThat(Stats.of(List.of(1.0, 2.0))).isEqualTo(new Stats(1.5, 1.25, 1.75));
        assertThat(Stats.of(List.of()).median()).isNaN();
    }

    @Test
    void bootstrapIntervalIsRepeatableAndHoldsTheMedian() {
        List<Double> points = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 100.0);
        Stats.Interval interval = Stats.medianInterval(points, 0.95, 2_000, 42);
        assertThat(interval).isEqualTo(Stats.medianInterval(points, 0.95, 2_000, 42));
        assertThat(interval.low()).isBetween(1.0, 3.0);
        assertThat(interval.high()).isBetween(5.0, 100.0);
        assertThatThrownBy(() -> Stats.medianInterval(points, 1.5, 10, 1))
                .hasMessageContaining("1.5");
    }

    @Test
    void figuresAreWrittenShortAndNanAsNull() {
        assertThat(Json.write(new Stats(1.23456789, 1e9 / 3, Double.NaN)))
                .isEqualTo("{\"median\":1.23457,\"low\":3.33333E8,\"high\":null}");
    }

    @Test
    void onlyAllowedProcessorsAreCounted() {
        assertThat(CpuLoad.Ticks.parse(STAT, Proc.cpuList("0-1")))
                .isEqualTo(new CpuLoad.Ticks(2, 63, 6));
        assertThat(CpuLoad.Ticks.parse(STAT, Proc.cpuList("1")))
                .isEqualTo(new CpuLoad.Ticks(1, 41, 3));
        assertThat(CpuLoad.Ticks.parse(List.of(), Proc.cpuList(null)).cpus()).isZero();
    }

    @Test
    void kernelFormatsAreRead() {
        assertThat(Proc.cpuList("0-3,8").stream().toArray()).containsExactly(0, 1, 2, 3, 8);
        assertThat(Proc.quota("150000 100000")).isEqualTo(1.5);
        assertThat(Proc.quota("max 100000")).isNull();
        assertThat(Proc.quota("-1 100000")).isNull();
        assertThat(Proc.field(List.of("model name\t: AMD EPYC"), "model name"))
                .isEqualTo("AMD EPYC");
    }

    @Test
    void ownWorkIsNotForeign() {
        CpuLoad load = CpuLoad.start();
        long begin = System.nanoTime();
        long ownBegin = CpuLoad.processCpuNs();
        while (CpuLoad.processCpuNs() - ownBegin < 500_000_000L) {
            Thread.onSpinWait();
        }
        double others = load.foreignPercent();
        double own = CpuLoad.processCpuNs() - ownBegin;
        double all =
                (double) (System.nanoTime() - begin) * Runtime.getRuntime().availableProcessors();
        // What this loop had, however little others left for it, they did not have.
        assertThat(others).isBetween(0.0, 100.0 - 50.0 * own / all);
    }

    @Test
    void directoriesAreCutFromCommands() {
        assertThat(Env.withoutDirectories("/opt/x/teff.jar bench -Dtmp=/a/b/c --size 3 ns/op"))
                .isEqualTo("teff.jar bench -Dtmp=c --size 3 ns/op");
        assertThat(Env.withoutDirectories("-javaagent:/x/y/agent.jar=dest=/z/out.exec"))
                .isEqualTo("-javaagent:agent.jar=dest=out.exec");
    }

    @Test
    void pingPongCountsItsRoundTrips() {
        Histogram histogram = new Histogram(3);
        try (PingPong pingPong = new PingPong()) {
            pingPong.record(histogram, 500);
            assertThat(pingPong.batchNs(64)).isPositive();
        }
        assertThat(histogram.getTotalCount()).isEqualTo(500);
    }

    @Test
    void rulerIsPositiveWithTwoProcessors() {
        double rtt = PingPong.rttNs();
        if (Runtime.getRuntime().availableProcessors() > 1) {
            assertThat(rtt).isPositive();
        } else {
            assertThat(rtt).isNaN();
        }
        assertThat(Ruler.of(100, 125).change()).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void tableAlignsWordsLeftAndNumbersRight() {
        String table = new Table("name", "ns").add("a", "1.5").add("longer", "12").toString();
        assertThat(table.lines()).containsExactly("name     ns", "a       1.5", "longer   12");
        assertThatThrownBy(() -> new Table("a").add("1", "2")).hasMessageContaining("2");
    }

    @Test
    void reportTableShowsRatiosAndDoubt() {
        Contender plain =
                new Contender("fib", "plain", 1, java.util.Map.of("n", 5), "ns/op", p -> {});
        Contender pool =
                new Contender("fib", "forkjoin", 2, java.util.Map.of("n", 5), "ns/op", p -> {});
        List<Row> rows =
                List.of(
                        Row.of(plain, plain.params(), List.of(2.0), true),
                        Row.of(pool, pool.params(), List.of(5.0), false));
        Report report = new Report("fib", false, Env.capture(), Ruler.of(100, 300), rows);
        String text = Table.of(report, "x plain", row -> Optional.of(rows.get(0)));
        assertThat(text).contains("2.50", "NO", "NOT CLEAN", "n=5", "quartiles");
    }
}
