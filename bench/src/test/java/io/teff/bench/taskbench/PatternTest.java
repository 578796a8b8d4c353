// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PatternTest {
    /** A line of options. */
    static List<TaskGraph> graphs(String line) {
        return new GraphLine(List.of(line.split(" "))).graphs();
    }

    @Test
    void hashIsThatOfTheDefinition() {
        assertThat(SipHash.uniform(0, 0, 0)).isEqualTo(0.9371420686236756);
        assertThat(SipHash.uniform(0, 1, 2)).isEqualTo(0.4801060901149908);
    }

    @ParameterizedTest
    @CsvSource({
        "trivial, 36, 0, 0, 0",
        "no_comm, 36, 32, 32, 0",
        "stencil_1d, 36, 80, 32, 48",
        "stencil_1d_periodic, 36, 96, 32, 64",
        "dom, 24, 38, 20, 18",
        "tree, 31, 30, 8, 22",
        "fft, 36, 72, 32, 40",
        "all_to_all, 36, 128, 32, 96",
        "nearest, 36, 80, 32, 48",
        "spread -period 2, 36, 96, 32, 64",
        "random_nearest -period 3 -fraction 0.25, 36, 47, 32, 15",
        "random_nearest, 36, 47, 32, 15",
    })
    void totalsAreThoseOfTheDefinition(
            String type, long tasks, long dependencies, long local, long nonlocal) {
        String line = "-type " + type + " -steps 9 -width 4 -kernel compute_bound -iter 1024";
        Totals totals = Totals.of(graphs(line), 4);
        assertThat(totals.tasks()).isEqualTo(tasks);
        assertThat(totals.dependencies()).isEqualTo(dependencies);
        assertThat(totals.local()).isEqualTo(local);
        assertThat(totals.nonlocal()).isEqualTo(nonlocal);
        assertThat(totals.flops()).isEqualTo(131136 * tasks);
        assertThat(totals.localBytes()).isEqualTo(16 * local);
        assertThat(totals.nonlocalBytes()).isEqualTo(16 * nonlocal);
    }

    /** Both rules of a pattern, written down apart, must say the same of each pair. */
    @ParameterizedTest
    @EnumSource(Pattern.class)
    void consumersAreTheMirrorOfDependencies(Pattern pattern) {
        int graphs = 0;
        for (int width : new int[] {1, 2, 3, 5, 8, 13}) {
            for (int radix : new int[] {0, 1, 2, 3, 4, 7}) {
                for (int period : pattern.hasPeriod() ? new int[] {1, 2, 3} : new int[] {0}) {
                    boolean tooNarrow = pattern == Pattern.FFT && width < 2;
                    boolean tooLong =
                            pattern == Pattern.SPREAD
                                    && radix > 0
                                    && period > (width + radix - 1) / radix;
                    if (tooNarrow || tooLong) {
                        continue;
                    }
                    TaskGraph.Params params =
                            new TaskGraph.Params(
                                    1,
                                    11,
                                    width,
                                    pattern,
                                    radix,
                                    period,
                                    0.4,
                                    Kernel.of(Kernel.Type.EMPTY, 0),
                                    16);
                    checkMirror(new TaskGraph(params));
                    graphs++;
                }
            }
        }
        assertThat(graphs).isGreaterThan(20);
    }

    private static void checkMirror(TaskGraph graph) {
        List<String> forwards = new ArrayList<>();
        List<String> backwards = new ArrayList<>();
        int[] inputs = new int[graph.tasks()];
        for (int t = 0; t < graph.steps(); t++) {
            for (int i = graph.offset(t); i < graph.offset(t) + graph.width(t); i++) {
                int step = t;
                int column = i;
                assertThat(graph.contains(t, i)).isTrue();
                assertThat(graph.column(graph.number(t, i))).isEqualTo(i);
                assertThat(graph.step(graph.number(t, i), i)).isEqualTo(t);
                graph.forEachDependency(
                        t,
                        i,
                        j -> {
                            assertThat(graph.contains(step - 1, j)).isTrue();
                            forwards.add(step + ": " + j + " " + column);
                            inputs[graph.number(step, column)]++;
                        });
                graph.forEachConsumer(
                        t, i, j -> backwards.add((step + 1) + ": " + column + " " + j));
            }
        }
        Collections.sort(forwards);
        Collections.sort(backwards);
        assertThat(backwards).as(graph.toString()).isEqualTo(forwards);
        for (int n = 0; n < graph.tasks(); n++) {
            assertThat(graph.inputs(n)).isEqualTo(inputs[n]);
        }
    }

    @Test
    void setsTakeTurns() {
        TaskGraph fft = graphs("-type fft -width 8 -steps 9").get(0);
        List<Integer> sets = new ArrayList<>();
        for (int t = 1; t < 8; t++) {
            sets.add(fft.set(t));
        }
        assertThat(sets).containsExactly(0, 1, 2, 0, 1, 2, 0);
        assertThat(graphs("-type fft -width 9").get(0).sets()).isEqualTo(4);
        List<Integer> columns = new ArrayList<>();
        TaskGraph spread = graphs("-type spread -width 9 -radix 3 -steps 9").get(0);
        spread.forEachDependency(5, 4, columns::add); // set 2
        assertThat(columns).containsExactly(4, 0, 3);
    }

    @Test
    void imbalanceIsByTask() {
        Kernel kernel = new Kernel(Kernel.Type.LOAD_IMBALANCE, 1000, 16, 2, 0);
        double factor = 1 + (0.4801060901149908 - 0.5) * 2;
        assertThat(kernel.iterations(0, 1, 2)).isEqualTo(Math.round(1000 * factor));
        assertThat(kernel.iterations(0, 0, 0)).isEqualTo(1874);
        Totals totals =
                Totals.of(graphs("-kernel load_imbalance -iter 100 -imbalance 1 -steps 50"), 0);
        assertThat(totals.flops() / (200.0 * (128 * 100 + 64))).isCloseTo(1, within(0.1));
        assertThat(totals.local()).isEqualTo(-1);
    }

    @Test
    void bytesAreThoseOfMemoryBound() {
        List<TaskGraph> graphs =
                graphs("-kernel memory_bound -iter 3 -scratch 4096 -sample 4 -steps 5 -width 2");
        assertThat(Totals.of(graphs, 0).bytes()).isEqualTo(10 * 3 * 1024);
    }
}
