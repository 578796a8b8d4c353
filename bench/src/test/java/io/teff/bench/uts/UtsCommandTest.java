// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class UtsCommandTest {
    private static final String SMALL = "uts -t 1 -a 3 -d 5 -b 3 -r 0 --rounds 2 --workers 1,2";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return TeffCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.split(" "));
    }

    @Test
    void jsonHasAllFiguresOfAllContenders() throws Exception {
        assertThat(run(SMALL + " --json")).as(err.toString()).isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.get("bench").textValue()).isEqualTo("uts");
        List<String> figures = new ArrayList<>();
        Totals expected =
                Walk.plain(
                        new Tree(Tree.Type.GEOMETRIC, Tree.Shape.FIXED, 3, 5, 0, 0.1, 4, 0.5, 1));
        for (JsonNode row : report.get("rows")) {
            String text = row.toString();
            assertThat(row.get("verified").booleanValue()).as(text).isTrue();
            assertThat(row.get("rounds").intValue()).as(text).isEqualTo(2);
            assertThat(row.get("median").doubleValue()).as(text).isPositive();
            JsonNode params = row.get("params");
            if (params.has("figure")) {
                assertThat(params.get("nodes").longValue()).isEqualTo(expected.nodes());
                assertThat(params.get("leaves").longValue()).isEqualTo(expected.leaves());
                assertThat(params.get("depth").longValue()).isEqualTo(expected.depth());
                figures.add(
                        row.get("contender").textValue()
                                + row.get("workers")
                                + " "
                                + params.get("figure").textValue()
                                + " "
                                + row.get("metric").textValue());
            }
        }
        List<String> wanted = new ArrayList<>();
        for (String contender : List.of("plain1", "engine1", "forkjoin1", "engine2", "forkjoin2")) {
            wanted.add(contender + " seconds s");
            wanted.add(contender + " nodes ops/s");
            wanted.add(contender + " sha1 ops/s");
            wanted.add(contender + " efficiency percent");
        }
        assertThat(figures).containsExactlyElementsOf(wanted);
    }

    @Test
    void tableSaysWhatWasSearched() {
        assertThat(run(SMALL + " -g 2 --executors plain,engine")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "geometric, fixed: -t 1 -a 3 -d 5 -b 3.0 -r 0 -g 2",
                        "nodes 1,757, leaves 1,343",
                        "depth 5; 3,513 SHA-1")
                .contains("sha1", "plain", "engine", "efficiency %", "quartiles")
                .doesNotContain("forkjoin")
                .doesNotContainPattern("(?m) NO$");
    }

    @Test
    void parametersOfANamedTreeAreThatTree() {
        assertThat(
                        run(
                                "uts -t 1 -a 3 -d 10 -b 4 -r 19 --executors engine --workers 2"
                                        + " --rounds 1"))
                .isZero();
        assertThat(out.toString()).contains("T1, geometric", "nodes 4,130,071, leaves 3,305,118");
    }

    @Test
    void wrongTotalsFailTheRun() {
        Tree tree = new Tree(Tree.Type.BALANCED, Tree.Shape.LINEAR, 2, 5, 0, 0.1, 4, 0.5, 1);
        Searches searches = new Searches("wrong", tree, new Totals(63, 32, 6));
        List<Boolean> verified = new ArrayList<>();
        for (var contender : List.of(searches.plain(), searches.engine(2), searches.forkJoin(2))) {
            try {
                contender.round().run((extra, value, good) -> verified.add(good));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        assertThat(verified).containsExactly(false, false, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tree T9 | --tree names no tree: T9; there are T1, T2",
                "-t 4 | -t must be from 0 to 3: 4",
                "-a -1 | -a must be from 0 to 3: -1",
                "-d 0 | -d must be from 1 to 2^20: 0",
                "-b -1 | -b must be from 0 to 2^20: -1",
                "-b NaN | -b must be from 0 to 2^20: NaN",
                "-q 1.5 | -q must be from 0 to 1: 1.5",
                "-m -3 | -m must be from 0 to 2^20: -3",
                "-f 2 | -f must be from 0 to 1: 2.0",
                "-g 0 | -g must be from 1 to 2^20: 0",
                "-r x | x",
                "-t 0 -q 0.5 -m 3 | or the tree may have no end: 0.5 * 3",
                "-t 3 -b 10 -d 20 | a balanced tree of this -b and -d has more than 10^15 nodes",
                "-a 1 -b 1 | -b and -d must be above 1 for this -a: 1.0",
                "-a 2 -b 0 | -b must be above 0 for this -a: 0.0",
                "--executors plain,warp | --executors names none of plain, engine, forkjoin: warp",
                "--workers 0 | --workers must be between 1 and 1024: 0",
                "--workers 1,2 --mpi | --workers with --mpi must be one number: [1, 2]",
                "--rounds 0 | --rounds must be between 1 and 1000: 0",
            })
    void badInputNamesTheValueAndExitsWithTwo(String options, String message) {
        assertThat(run("uts " + options.strip())).isEqualTo(2);
        assertThat(err.toString()).contains(message.strip());
        assertThat(out.toString()).isEmpty();
    }
}
