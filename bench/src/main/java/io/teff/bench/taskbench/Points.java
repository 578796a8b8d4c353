// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

/**
 * The outputs of a graph's tasks in memory that all threads share, and how a task is run on them. An
 * output is filled with the pair {@code (t, i)}, again and again; with the step comes the number of the
 * run, or what the last run has left would pass for this one's. Each task has an output of its own, so
 * none is overwritten that somebody may still read.
 *
 * <p>Whoever runs tasks sees to it that those before a task have ended, and that their writes are visible.
 */
final class Points {
    private static final int PAIR_LONGS = 2;
    private static final int LINE_LONGS = 8;
    private static final int RUN_SHIFT = 32;
    private static final int NONE = -1;

    private final TaskGraph graph;
    private final Kernel kernel;
    private final boolean validates;
    private final int failing; // a task, or NONE
    private final int longs; // of an output
    private final int stride; // from an output to the next of its column
    private final int[] sets; // by timestep
    private final long[][] outputs; // by column
    private final int[] columns; // by number
    private int ownFrom;
    private int ownTo;
    private long run; // changes between runs only

    /**
     * Room for the outputs of one graph.
     *
     * @throws IllegalArgumentException if the heap has not that much
     */
    Points(TaskGraph graph, boolean validates) {
        this(graph, validates, NONE);
    }

    /** For tests: the task of that number throws. */
    Points(TaskGraph graph, boolean validates, int failing) {
        this.failing = failing;
        this.graph = graph;
        this.kernel = graph.params.kernel();
        this.validates = validates;
        longs = graph.params.outputBytes() / Long.BYTES / PAIR_LONGS * PAIR_LONGS;
        stride = Math.max(longs, LINE_LONGS); // small ones would share a line with their neighbours
        checkSize();
        ownTo = graph.width();
        sets = new int[graph.steps()];
        for (int t = 0; t < sets.length; t++) {
            sets[t] = graph.set(t);
        }
        outputs = new long[graph.width()][];
        columns = new int[graph.tasks()];
        for (int i = 0; i < graph.width(); i++) {
            outputs[i] = new long[stride * (graph.begin(i + 1) - graph.begin(i))];
            for (int n = graph.begin(i); n < graph.begin(i + 1); n++) {
                columns[n] = i;
            }
        }
    }

    private void checkSize() {
        long bytes = (long) graph.tasks() * stride * Long.BYTES;
        long most = Runtime.getRuntime().maxMemory() / 2;
        long column = (long) graph.steps() * stride;
        if (bytes > most || column > Integer.MAX_VALUE - LINE_LONGS) {
            throw new IllegalArgumentException(
                    "-output times tasks come to "
                            + (bytes >> 20)
                            + " MiB, more than half of this JVM's heap of "
                            + (2 * most >> 20)
                            + " MiB, or too much for one column: choose smaller ones, or a larger heap"
                            + " by TEFF_JAVA_OPTS=-Xmx...");
        }
    }

    TaskGraph graph() {
        return graph;
    }

    /** Before each run, while none is under way: outputs of earlier runs are no good any more. */
    void nextRun() {
        run++;
    }

    /** The number of the run, for messages between processes. */
    long run() {
        return run;
    }

    /** Likewise, for a process that is told. */
    void run(long number) {
        run = number;
    }

    /** Runs the task of that number, on the calling thread. */
    void runTask(int number) {
        int i = columns[number];
        runTask(graph.step(number, i), i, number);
    }

    /** Runs task {@code (t, i)}, on the calling thread. */
    void runTask(int t, int i) {
        runTask(t, i, graph.number(t, i));
    }

    private void runTask(int t, int i, int number) {
        if (validates) {
            checkInputs(t, i, number);
        }
        requireGood(t, i, number);
        kernel.run(Work.ofThread(), graph.params.number(), t, i);
        fill(outputs[i], slot(t, i), t, i);
    }

    /** Runs a task that is handed its inputs, which are its own, and returns its output. */
    long[] runTask(int number, long[][] inputs) {
        int i = columns[number];
        int t = graph.step(number, i);
        if (validates) {
            int[] k = {0};
            graph.forEachDependency(
                    t,
                    i,
                    j -> {
                        if (k[0] < inputs.length) {
                            checkInput(t, i, k[0], inputs[k[0]], 0, inputs[k[0]].length, j);
                        }
                        k[0]++;
                    });
            checkCount(t, i, inputs.length, graph.inputs(number));
            checkCount(t, i, inputs.length, k[0]);
        }
        requireGood(t, i, number);
        kernel.run(Work.ofThread(), graph.params.number(), t, i);
        long[] output = new long[longs];
        fill(output, 0, t, i);
        fill(outputs[i], slot(t, i), t, i); // for missing()
        return output;
    }

    private void checkInputs(int t, int i, int number) {
        int count = 0;
        if (t > 0) {
            TaskGraph.Lists lists = graph.dependencies();
            int at = sets[t] * graph.width() + i;
            int from = graph.offset(t - 1);
            int to = from + graph.width(t - 1);
            for (int d = lists.first[at]; d < lists.first[at + 1]; d++) {
                int j = lists.columns[d];
                if (j >= from && j < to) {
                    checkInput(t, i, count++, outputs[j], slot(t - 1, j), longs, j);
                }
            }
        }
        checkCount(t, i, count, graph.inputs(number));
    }

    private void checkInput(int t, int i, int k, long[] values, int at, int length, int j) {
        if (length != longs) {
            throw wrong(t, i, "input " + k + " has " + length + " words and not " + longs);
        }
        long step = stamped(t - 1);
        for (int w = at; w < at + longs; w += PAIR_LONGS) {
            if (values[w] != step || values[w + 1] != j) {
                String found =
                        "("
                                + (int) values[w]
                                + ", "
                                + values[w + 1]
                                + ") of run "
                                + (values[w] >> RUN_SHIFT);
                throw wrong(
                        t,
                        i,
                        "input "
                                + k
                                + " holds "
                                + found
                                + " and not ("
                                + (t - 1)
                                + ", "
                                + j
                                + ") of run "
                                + run);
            }
        }
    }

    private void requireGood(int t, int i, int number) {
        if (number == failing) {
            throw wrong(t, i, "planned");
        }
    }

    private void checkCount(int t, int i, int count, int expected) {
        if (count != expected) {
            throw wrong(t, i, "there are " + count + " inputs and not " + expected);
        }
    }

    private IllegalStateException wrong(int t, int i, String what) {
        return new IllegalStateException(
                "graph " + params().number() + ", task (" + t + ", " + i + "): " + what);
    }

    private TaskGraph.Params params() {
        return graph.params;
    }

    private long stamped(int t) {
        return run << RUN_SHIFT | t;
    }

    private void fill(long[] values, int at, int t, int i) {
        long step = stamped(t);
        for (int w = at; w < at + longs; w += PAIR_LONGS) {
            values[w] = step;
            values[w + 1] = i;
        }
    }

    private int slot(int t, int i) {
        return (graph.number(t, i) - graph.begin(i)) * stride;
    }

    /** How many words an output has. */
    int outputLongs() {
        return longs;
    }

    /** The array that holds the output of a task, among others of its column. */
    long[] outputs(int column) {
        return outputs[column];
    }

    /** Where it begins there. */
    int outputAt(int t, int i) {
        return slot(t, i);
    }

    /** Of this process are these columns alone, and so are the tasks that {@link #missing} counts. */
    void own(int from, int to) {
        ownFrom = from;
        ownTo = to;
    }

    /** How many tasks have not left their output in this run. Between runs. */
    long missing() {
        long missing = 0;
        for (int i = ownFrom; i < ownTo; i++) {
            for (int n = graph.begin(i); n < graph.begin(i + 1); n++) {
                int t = graph.step(n, i);
                int at = slot(t, i);
                if (outputs[i][at] != stamped(t) || outputs[i][at + 1] != i) {
                    missing++;
                }
            }
        }
        return missing;
    }
}
