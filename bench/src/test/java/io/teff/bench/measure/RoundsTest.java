// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Progress QUIET = new Progress(System.err, false);

    private final List<String> order = new ArrayList<>();

    private Contender named(String name) {
        return new Contender(
                "toy",
                name,
                1,
                Map.of(),
                "s",
                points -> {
                    order.add(name);
                    points.add(1.0, true);
                });
    }

    @Test
    void everyRoundBeginsWithAnotherContender() throws Exception {
        Rounds rounds = new Rounds("toy", QUIET).warmUp(0, 0).rounds(3);
        Report report = rounds.run(List.of(named("a"), named("b"), named("c")));
        assertThat(order).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
        assertThat(report.rows()).extracting(Row::contender).containsExactly("a", "b", "c");
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.rounds()).isEqualTo(3));
        assertThat(report.verified()).isTrue();
    }

    @Test
    void aDearContenderRunsInSomeRoundsOnlyAndIsNotWarmedUp() throws Exception {
        Contender dear =
                new Contender(
                        "toy",
                        "dear",
                        1,
                        Map.of(),
                        "s",
                        points -> {
                            order.add("dear");
                            points.add(2.0, true);
                        },
                        2);
        Report report =
                new Rounds("toy", QUIET).warmUp(1, 1).rounds(4).run(List.of(dear, named("a")));
        assertThat(order).containsExactly("a", "a", "a", "dear", "a", "a", "dear");
        assertThat(report.rows()).extracting(Row::rounds).containsExactly(2, 4);
        assertThatThrownBy(() -> new Contender("toy", "bad", 1, Map.of(), "s", points -> {}, -1))
                .hasMessageContaining("mostRounds must be 0 or more: -1");
    }

    @Test
    void warmUpEndsWhenPointsAreStableAndLeavesNoPoints() throws Exception {
        Report report = new Rounds("toy", QUIET).warmUp(1, 9).rounds(2).run(List.of(named("a")));
        assertThat(order).hasSize(3 + 2); // three equal points are stable
        assertThat(report.rows().get(0).raw()).containsExactly(1.0, 1.0);
    }

    @Test
    void warmUpOfAnUnstableContenderIsBounded() throws Exception {
        int[] calls = {0};
        Contender wild =
                new Contender(
                        "toy", "wild", 1, Map.of(), "s", p -> p.add(Math.pow(2, calls[0]++), true));
        new Rounds("toy", QUIET).warmUp(1, 5).rounds(1).run(List.of(wild));
        assertThat(calls[0]).isEqualTo(6);
    }

    @Test
    void contenderThatThrowsIsReportedAndTheOthersGoOn() throws Exception {
        Contender broken =
                new Contender(
                        "toy",
                        "broken",
                        2,
                        Map.of("n", 3),
                        "s",
                        points -> {
                            throw new IllegalStateException("no luck");
                        });
        Report report =
                new Rounds("toy", QUIET).warmUp(0, 0).rounds(2).run(List.of(broken, named("a")));
        assertThat(report.verified()).isFalse();
        JsonNode row = new ObjectMapper().readTree(report.toJson()).get("rows").get(0);
        assertThat(row.get("median").isNull()).isTrue();
        assertThat(row.get("verified").booleanValue()).isFalse();
        assertThat(row.get("params").get("n").intValue()).isEqualTo(3);
        assertThat(row.get("params").get("error").textValue()).contains("no luck");
        assertThat(report.rows().get(1).raw()).hasSize(2);
    }

    @Test
    void oneWrongAnswerSpoilsTheRow() throws Exception {
        int[] calls = {0};
        Contender once =
                new Contender("toy", "once", 1, Map.of(), "s", p -> p.add(1, calls[0]++ != 1));
        Report report = new Rounds("toy", QUIET).warmUp(0, 0).rounds(3).run(List.of(once));
        assertThat(report.rows().get(0).verified()).isFalse();
    }

    @Test
    void extraParamsMakeRowsOfTheirOwn() throws Exception {
        Contender latency =
                new Contender(
                        "toy",
                        "x",
                        1,
                        Map.of("mode", "closed"),
                        "us",
                        points -> {
                            points.add(Map.of("percentile", 50.0), 1, true);
                            points.add(Map.of("percentile", 99.9), 7, true);
                        });
        Report report = new Rounds("toy", QUIET).warmUp(0, 0).rounds(2).run(List.of(latency));
        assertThat(report.rows())
                .extracting(row -> row.params().get("percentile"))
                .containsExactly(50.0, 99.9);
        assertThat(report.rows()).extracting(Row::median).containsExactly(1.0, 7.0);
    }

    @Test
    void jsonHasTheFieldsOfTheDesign() throws Exception {
        Report report = new Rounds("toy", QUIET).warmUp(0, 0).rounds(1).run(List.of(named("a")));
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("bench", "clean", "env", "ruler", "rows");
        assertThat(json.get("rows").get(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "workload",
                        "contender",
                        "workers",
                        "params",
                        "metric",
                        "median",
                        "low",
                        "high",
                        "rounds",
                        "verified",
                        "raw");
        assertThat(json.get("ruler").has("pingpong_rtt_ns")).isTrue();
        assertThat(json.get("env").get("cores").intValue()).isPositive();
        assertThat(json.get("env").get("gc").textValue()).isNotBlank();
        assertThat(json.get("env").get("kernel").textValue()).isNotBlank();
        assertThat(json.get("env").get("date").textValue()).endsWith("Z");
    }

    @Test
    void foreignLoadOrAChangedRulerIsNotClean() {
        Ruler steady = Ruler.of(100, 110);
        assertThat(Surroundings.clean(1, steady)).isTrue();
        assertThat(Surroundings.clean(Double.NaN, Ruler.of(Double.NaN, Double.NaN))).isTrue();
        assertThat(Surroundings.clean(6, steady)).isFalse();
        assertThat(Surroundings.clean(1, Ruler.of(100, 380))).isFalse();
        assertThat(Surroundings.clean(1, Ruler.of(380, 100))).isFalse();
    }

    @Test
    void badSettingsNameTheValue() {
        assertThatThrownBy(() -> new Rounds("toy", QUIET).rounds(0)).hasMessageContaining("0");
        assertThatThrownBy(() -> new Rounds("toy", QUIET).warmUp(3, 2)).hasMessageContaining("2");
        assertThatThrownBy(() -> new Contender("w", "c", 1, Map.of(), "miles", p -> {}))
                .hasMessageContaining("miles");
    }

    @Test
    void progressIsSilentUnlessATerminalShowsIt() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Progress(out, false).show(1, 2, "half");
        assertThat(bytes.size()).isZero();
        new Progress(out, true).show(1, 2, "half");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("1/2 half");
    }
}
