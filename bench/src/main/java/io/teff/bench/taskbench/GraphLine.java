// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the options of Task Bench, which have one dash and come once for each graph: {@code -and} begins
 * another. What it does not know it leaves out, as the original does, and lists in {@link #unknown}.
 */
final class GraphLine {
    private static final String AND = "-and";

    private final List<TaskGraph> graphs = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private int nodes;
    private int verbosity;
    private boolean validates = true;
    private Building building = new Building(0);

    /** A graph whose options come one after the other. */
    private static final class Building {
        private final int number;
        private int steps = 4;
        private int width = 4;
        private Pattern pattern = Pattern.TRIVIAL;
        private int radix = 3;
        private int period;
        private double fraction = 0.25;
        private Kernel.Type kernel = Kernel.Type.EMPTY;
        private long iterations;
        private int outputBytes = 16;
        private long scratchBytes;
        private int samples = 16;
        private double imbalance;

        Building(int number) {
            this.number = number;
        }

        TaskGraph build() {
            return new TaskGraph(
                    new TaskGraph.Params(
                            number,
                            steps,
                            width,
                            pattern,
                            radix,
                            period,
                            fraction,
                            new Kernel(kernel, iterations, samples, imbalance, scratchBytes),
                            outputBytes));
        }
    }

    private interface Setter {
        void set(GraphLine line, String option, String value);
    }

    private static final Map<String, Setter> WITH_VALUE =
            Map.ofEntries(
                    Map.entry("-steps", (l, o, v) -> l.building.steps = integer(o, v)),
                    Map.entry("-width", (l, o, v) -> l.building.width = integer(o, v)),
                    Map.entry("-type", (l, o, v) -> l.building.pattern = pattern(v)),
                    Map.entry("-radix", (l, o, v) -> l.building.radix = integer(o, v)),
                    Map.entry("-period", (l, o, v) -> l.building.period = integer(o, v)),
                    Map.entry("-fraction", (l, o, v) -> l.building.fraction = real(o, v)),
                    Map.entry("-kernel", (l, o, v) -> l.building.kernel = Kernel.typeOf(v)),
                    Map.entry("-iter", (l, o, v) -> l.building.iterations = number(o, v)),
                    Map.entry("-output", (l, o, v) -> l.building.outputBytes = integer(o, v)),
                    Map.entry("-scratch", (l, o, v) -> l.building.scratchBytes = number(o, v)),
                    Map.entry("-sample", (l, o, v) -> l.building.samples = integer(o, v)),
                    Map.entry("-imbalance", (l, o, v) -> l.building.imbalance = real(o, v)),
                    Map.entry("-nodes", (l, o, v) -> l.nodes = nodes(o, v)),
                    Map.entry("-field", (l, o, v) -> fields(o, v)));

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if there is no such graph; the message names the option
     */
    GraphLine(List<String> words) {
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            Setter setter = WITH_VALUE.get(word);
            if (setter != null) {
                if (++at == words.size()) {
                    throw new IllegalArgumentException(word + " needs a value");
                }
                setter.set(this, word, words.get(at));
                continue;
            }
            switch (word) {
                case AND -> {
                    graphs.add(building.build());
                    building = new Building(graphs.size());
                }
                case "-skip-graph-validation" -> validates = false;
                case "-v" -> verbosity = Math.max(verbosity, 1);
                case "-vv" -> verbosity = 2;
                default -> unknown.add(word);
            }
        }
        graphs.add(building.build());
    }

    private static int integer(String option, String value) {
        long number = number(option, value);
        if (number != (int) number) {
            throw new IllegalArgumentException(option + " is out of range: " + value);
        }
        return (int) number;
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a whole number: " + value, e);
        }
    }

    private static double real(String option, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a number: " + value, e);
        }
    }

    private static int nodes(String option, String value) {
        int nodes = integer(option, value);
        if (nodes < 1) {
            throw new IllegalArgumentException("-nodes must be 1 or more: " + value);
        }
        return nodes;
    }

    /** How many outputs of a column the original keeps; here it keeps all. */
    private static void fields(String option, String value) {
        if (integer(option, value) < 1) {
            throw new IllegalArgumentException("-field must be 1 or more: " + value);
        }
    }

    private static Pattern pattern(String label) {
        if (label.equals(Pattern.RANDOM_SPREAD)) {
            throw new IllegalArgumentException(
                    "-type random_spread is declared by the definition, and defined nowhere; use"
                            + " spread or random_nearest");
        }
        return Pattern.named(label)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "-type names no pattern: "
                                                + label
                                                + "; there are "
                                                + String.join(", ", Pattern.labels())));
    }

    /** The graphs, at least one. */
    List<TaskGraph> graphs() {
        return List.copyOf(graphs);
    }

    /** Words that are no options of Task Bench. */
    List<String> unknown() {
        return List.copyOf(unknown);
    }

    /** Among how many nodes columns are divided, for the estimate; 0 if that was not said. */
    int nodes() {
        return nodes;
    }

    /** 0, 1 or 2. */
    int verbosity() {
        return verbosity;
    }

    boolean validates() {
        return validates;
    }
}
