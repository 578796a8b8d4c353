// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A graph of tasks: timesteps by columns, where task {@code (t, i)} depends on some tasks {@code (t-1, j)}.
 * Tasks are also numbered, column by column, so that those of one column follow each other. Immutable.
 */
final class TaskGraph {
    static final int MAX_STEPS = 1 << 24;
    static final int MAX_WIDTH = 1 << 20;
    private static final int MAX_TASKS = 1 << 27;
    private static final int MAX_LISTED = 1 << 27; // dependencies of all sets
    private static final int DEFAULT_PERIOD = 3;
    private static final int PAIR_BYTES = 16;
    private static final int MAX_OUTPUT = 1 << 28;

    /**
     * What a graph is made of, as it is given on the command line.
     *
     * @param number which graph of the run it is, from 0
     * @param steps timesteps
     * @param width columns of a full row
     * @param period how many sets there are, for patterns that have it; 0: the default
     */
    record Params(
            int number,
            int steps,
            int width,
            Pattern pattern,
            int radix,
            int period,
            double fraction,
            Kernel kernel,
            int outputBytes) {

        /** As given when nothing is said but this. */
        static Params of(Pattern pattern, int steps, int width) {
            return new Params(
                    0,
                    steps,
                    width,
                    pattern,
                    3,
                    0,
                    0.25,
                    Kernel.of(Kernel.Type.EMPTY, 0),
                    PAIR_BYTES);
        }

        /** With another kernel. */
        Params kernel(Kernel other) {
            return new Params(
                    number, steps, width, pattern, radix, period, fraction, other, outputBytes);
        }
    }

    /** The options that make these graphs, for another process. */
    static List<String> words(List<TaskGraph> graphs) {
        List<String> words = new ArrayList<>();
        for (TaskGraph graph : graphs) {
            Params p = graph.params;
            if (!words.isEmpty()) {
                words.add("-and");
            }
            Map<String, Object> options = new LinkedHashMap<>();
            options.put("-steps", p.steps);
            options.put("-width", p.width);
            options.put("-type", p.pattern.label());
            options.put("-radix", p.radix);
            options.put("-period", p.period);
            options.put("-fraction", p.fraction);
            options.put("-kernel", p.kernel.type().label());
            options.put("-iter", p.kernel.iterations());
            options.put("-output", p.outputBytes);
            options.put("-scratch", p.kernel.scratchBytes());
            options.put("-sample", p.kernel.samples());
            options.put("-imbalance", p.kernel.imbalance());
            options.forEach((option, value) -> words.addAll(List.of(option, value.toString())));
        }
        return words;
    }

    /** Of the parameters, {@code period} is what is used. */
    final Params params;

    private final int sets;
    private final int[] offset; // by timestep
    private final int[] width;
    private final Lists dependencies;
    private final Lists consumers;
    private final int[] begin; // by column: the number of its first task
    private final int[] firstStep; // by column
    private final int[] inputs; // by number, counted from the consumers' side

    /**
     * A graph.
     *
     * @throws IllegalArgumentException if there is no such graph, or it is too large
     */
    TaskGraph(Params given) {
        params = checked(given);
        Pattern pattern = params.pattern;
        sets = pattern.sets(params.width, params.period);
        offset = new int[params.steps];
        width = new int[params.steps];
        long tasks = 0;
        for (int t = 0; t < params.steps; t++) {
            offset[t] = pattern.offset(params.steps, params.width, t);
            width[t] = pattern.width(params.steps, params.width, t);
            tasks += width[t];
        }
        if (tasks > MAX_TASKS) {
            throw new IllegalArgumentException(
                    "-steps times -width come to more than 2^27 tasks: " + tasks);
        }
        Pattern.Shape shape =
                new Pattern.Shape(params.number, params.width, params.radix, params.fraction);
        dependencies =
                new Lists(sets, params.width, (s, i, to) -> pattern.dependencies(shape, s, i, to));
        consumers = new Lists(sets, params.width, (s, i, to) -> pattern.consumers(shape, s, i, to));
        begin = new int[params.width + 1];
        firstStep = new int[params.width];
        number();
        inputs = countInputs();
    }

    private static Params checked(Params p) {
        check(p.steps >= 1 && p.steps <= MAX_STEPS, "-steps", "1 to 2^24", p.steps);
        check(p.width >= 1 && p.width <= MAX_WIDTH, "-width", "1 to 2^20", p.width);
        check(p.radix >= 0 && p.radix <= MAX_WIDTH, "-radix", "0 to 2^20", p.radix);
        check(p.period >= 0, "-period", "0 or more", p.period);
        check(p.fraction >= 0 && p.fraction <= 1, "-fraction", "0 to 1", p.fraction);
        check(
                p.outputBytes >= PAIR_BYTES && p.outputBytes <= MAX_OUTPUT,
                "-output",
                "16 to 2^28 bytes",
                p.outputBytes);
        if (p.pattern == Pattern.FFT && p.width < 2) {
            throw new IllegalArgumentException("-type fft needs a -width of 2 or more: " + p.width);
        }
        return withPeriod(p);
    }

    private static Params withPeriod(Params p) {
        if (!p.pattern.hasPeriod()) {
            if (p.period != 0) {
                throw new IllegalArgumentException(
                        "-period is for spread and random_nearest, and must be 0 for "
                                + p.pattern
                                + ": "
                                + p.period);
            }
            return p;
        }
        int period = p.period == 0 ? DEFAULT_PERIOD : p.period;
        if (p.pattern == Pattern.SPREAD && p.radix > 0) {
            int most = (p.width + p.radix - 1) / p.radix;
            if (period > most) {
                throw new IllegalArgumentException(
                        "-period of spread is at most -width / -radix, rounded up, here "
                                + most
                                + ": "
                                + period
                                + (p.period == 0 ? ", the default" : ""));
            }
        }
        return new Params(
                p.number,
                p.steps,
                p.width,
                p.pattern,
                p.radix,
                period,
                p.fraction,
                p.kernel,
                p.outputBytes);
    }

    private static void check(boolean good, String option, String range, Object value) {
        if (!good) {
            throw new IllegalArgumentException(option + " must be " + range + ": " + value);
        }
    }

    /** Numbers the tasks; each column exists from one timestep to another without a gap. */
    private void number() {
        int[] count = new int[params.width];
        Arrays.fill(firstStep, -1);
        for (int t = 0; t < params.steps; t++) {
            for (int i = offset[t]; i < offset[t] + width[t]; i++) {
                if (firstStep[i] < 0) {
                    firstStep[i] = t;
                } else if (firstStep[i] + count[i] != t) {
                    throw new IllegalStateException("column " + i + " has a gap before step " + t);
                }
                count[i]++;
            }
        }
        for (int i = 0; i < params.width; i++) {
            begin[i + 1] = begin[i] + count[i];
        }
    }

    private int[] countInputs() {
        int[] counted = new int[tasks()];
        for (int t = 0; t + 1 < params.steps; t++) {
            for (int i = offset[t]; i < offset[t] + width[t]; i++) {
                int step = t + 1;
                forEachConsumer(t, i, j -> counted[number(step, j)]++);
            }
        }
        return counted;
    }

    int steps() {
        return params.steps;
    }

    /** Columns of a full row. */
    int width() {
        return params.width;
    }

    /** The first column of a timestep; 0 for those before the first. */
    int offset(int t) {
        return t < 0 ? 0 : offset[t];
    }

    /** How many columns a timestep has; 0 for those before the first. */
    int width(int t) {
        return t < 0 ? 0 : width[t];
    }

    /** Whether there is such a task. */
    boolean contains(int t, int i) {
        return t >= 0 && t < params.steps && i >= offset[t] && i < offset[t] + width[t];
    }

    /** How many sets of dependencies there are. */
    int sets() {
        return sets;
    }

    /** The set by which a timestep depends on the one before. */
    int set(int t) {
        return params.pattern.set(sets, t);
    }

    /** How many tasks there are. */
    int tasks() {
        return begin[params.width];
    }

    /** The number of a task. */
    int number(int t, int i) {
        return begin[i] + t - firstStep[i];
    }

    /** The first number of a column; of the one after the last, how many tasks there are. */
    int begin(int column) {
        return begin[column];
    }

    /** The column of a task. */
    int column(int number) {
        int at = Arrays.binarySearch(begin, number);
        if (at < 0) {
            return -at - 2;
        }
        while (begin[at + 1] == number) {
            at++; // columns without any task
        }
        return at;
    }

    /** The timestep of a task. */
    int step(int number, int column) {
        return number - begin[column] + firstStep[column];
    }

    /** How many inputs a task has: counted from the consumers' side, not from its own. */
    int inputs(int number) {
        return inputs[number];
    }

    /** The columns that {@code (t, i)} depends on, of those that exist, in their order. */
    void forEachDependency(int t, int i, IntConsumer to) {
        if (t > 0) {
            dependencies.forEach(set(t), i, offset[t - 1], offset[t - 1] + width[t - 1], to);
        }
    }

    /** The columns that depend on {@code (t, i)}, of those that exist. */
    void forEachConsumer(int t, int i, IntConsumer to) {
        if (t + 1 < params.steps) {
            consumers.forEach(set(t + 1), i, offset[t + 1], offset[t + 1] + width[t + 1], to);
        }
    }

    /** All dependencies by set, for hot loops. */
    Lists dependencies() {
        return dependencies;
    }

    /** Lists of columns, one for each set and column. */
    static final class Lists {
        private final int width;
        final int[] first; // by set * width + column
        final int[] columns;

        private interface Rule {
            void forEach(int set, int column, IntConsumer to);
        }

        private Lists(int sets, int width, Rule rule) {
            this.width = width;
            if ((long) sets * width >= MAX_LISTED) {
                throw tooMany((long) sets * width);
            }
            first = new int[sets * width + 1];
            int[] count = {0};
            for (int s = 0; s < sets; s++) {
                for (int i = 0; i < width; i++) {
                    rule.forEach(s, i, j -> count[0]++);
                    if (count[0] > MAX_LISTED) {
                        throw tooMany(count[0]);
                    }
                    first[s * width + i + 1] = count[0];
                }
            }
            columns = new int[count[0]];
            count[0] = 0;
            for (int s = 0; s < sets; s++) {
                for (int i = 0; i < width; i++) {
                    rule.forEach(s, i, j -> columns[count[0]++] = j);
                }
            }
        }

        private static IllegalArgumentException tooMany(long count) {
            return new IllegalArgumentException(
                    "a timestep has more than 2^27 dependencies, or sets of them: "
                            + count
                            + " and more; choose a smaller -width, -radix or -period");
        }

        private void forEach(int set, int column, int from, int to, IntConsumer each) {
            int at = set * width + column;
            for (int d = first[at]; d < first[at + 1]; d++) {
                if (columns[d] >= from && columns[d] < to) {
                    each.accept(columns[d]);
                }
            }
        }
    }

    @Override
    public String toString() {
        return params.pattern + ", " + params.steps + " x " + params.width;
    }
}
