// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** What a run prints, line by line as the original does. */
final class Printout {
    private final StringBuilder out = new StringBuilder();

    private Printout() {}

    /**
     * The graphs.
     *
     * @param verbosity from 1 on with all dependencies, from 2 on with those who depend
     */
    static String header(List<TaskGraph> graphs, int verbosity) {
        Printout print = new Printout();
        print.line("Running Task Benchmark");
        print.line("  Configuration:");
        for (TaskGraph graph : graphs) {
            print.graph(graph);
        }
        for (int g = 0; g < graphs.size() && verbosity > 0; g++) {
            print.points(graphs.get(g), verbosity);
        }
        return print.out.toString();
    }

    private void graph(TaskGraph graph) {
        TaskGraph.Params p = graph.params;
        line("    Task Graph %d:", p.number() + 1);
        line("      Time Steps: %d", p.steps());
        line("      Max Width: %d", p.width());
        line("      Dependence Type: %s", p.pattern());
        line("      Radix: %d", p.radix());
        line("      Period: %d", p.period());
        line("      Fraction Connected: %f", p.fraction());
        line("      Kernel:");
        line("        Type: %s", p.kernel().type().label());
        line("        Iterations: %d", p.kernel().iterations());
        line("        Samples: %d", p.kernel().samples());
        line("        Imbalance: %f", p.kernel().imbalance());
        line("      Output Bytes: %d", p.outputBytes());
        line("      Scratch Bytes: %d", p.kernel().scratchBytes());
    }

    private void points(TaskGraph graph, int verbosity) {
        line("Task Graph %d:", graph.params.number() + 1);
        for (int t = 0; t < graph.steps(); t++) {
            int step = t;
            line("  Timestep %d (offset %d, width %d):", t, graph.offset(t), graph.width(t));
            line("    Last Offset: %d, Last Width: %d", graph.offset(t - 1), graph.width(t - 1));
            line("    Points: %d", graph.width(t));
            for (int i = graph.offset(t); i < graph.offset(t) + graph.width(t); i++) {
                int column = i;
                line("      Point %d:", i);
                line(
                        "        Dependencies:%s",
                        list(to -> graph.forEachDependency(step, column, to)));
                if (verbosity > 1) {
                    line(
                            "        Reverse Dependencies:%s",
                            list(to -> graph.forEachConsumer(step, column, to)));
                }
            }
        }
    }

    private static String list(Consumer<IntConsumer> columns) {
        StringBuilder text = new StringBuilder();
        columns.accept(j -> text.append(' ').append(j));
        return text.toString();
    }

    /** What came out of it. */
    static String totals(Totals totals, double seconds) {
        Printout print = new Printout();
        print.line("Total Tasks %d", totals.tasks());
        print.line("Total Dependencies %d", totals.dependencies());
        if (totals.local() < 0) {
            print.line("  Unable to estimate local/nonlocal dependencies");
        } else {
            print.line("  Local Dependencies %d (estimated)", totals.local());
            print.line("  Nonlocal Dependencies %d (estimated)", totals.nonlocal());
        }
        print.line("Total FLOPs %d", totals.flops());
        print.line("Total Bytes %d", totals.bytes());
        print.line("Elapsed Time %e seconds", seconds);
        print.line("FLOP/s %e", totals.flops() / seconds);
        print.line("B/s %e", totals.bytes() / seconds);
        if (totals.local() < 0) {
            print.line("Transfer: Unable to estimate local/nonlocal transfer");
        } else {
            print.line("Transfer (estimated):");
            print.line("  Local Bytes %d", totals.localBytes());
            print.line("  Nonlocal Bytes %d", totals.nonlocalBytes());
            print.line("  Local Bandwidth %e B/s", totals.localBytes() / seconds);
            print.line("  Nonlocal Bandwidth %e B/s", totals.nonlocalBytes() / seconds);
        }
        return print.out.toString();
    }

    private void line(String format, Object... args) {
        out.append(String.format(Locale.ROOT, format, args)).append(System.lineSeparator());
    }
}
