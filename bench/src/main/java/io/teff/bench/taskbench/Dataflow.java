// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Dataflow by hand, for pools that have none: for each task a counter of the inputs that are still
 * missing. Whoever brings the last input goes on with that task, the one of its own column if there are
 * several, and gives the others to the pool.
 *
 * <p>Counters lie column by column, and are as before the run when it has ended. The last to arrive
 * writes without a read-modify-write: nobody else is left. That a run has ended is counted by column,
 * since one counter for all tasks of a graph without dependencies would be what is measured.
 */
final class Dataflow {
    private static final int PAD = 32; // ints of two lines, between counters of columns

    private final List<Points> graphs;
    private final int[] base; // by graph: the number of its first task, among those of all graphs
    private final int[] first; // by task, and one more
    private final int[] next; // the tasks after it; the one of its own column comes first
    private final int[] graphOf; // by task, if there are several graphs
    private final int[] inputs; // by task
    private final AtomicIntegerArray left; // by task
    private final int[] sources; // tasks without inputs
    private final int[] columnOf; // by task, among all columns of all graphs
    private final int[] sinks; // by column: its tasks that nobody waits for
    private final AtomicIntegerArray sinksLeft; // by column, padded
    private final AtomicInteger columnsLeft = new AtomicInteger();
    private final int columns; // that have such tasks
    private final AtomicReference<Throwable> error = new AtomicReference<>();
    private CountDownLatch ended = new CountDownLatch(0); // of the run

    Dataflow(List<Points> graphs) {
        this.graphs = graphs;
        base = new int[graphs.size() + 1];
        int columnCount = 0;
        for (int g = 0; g < graphs.size(); g++) {
            base[g + 1] = Math.addExact(base[g], graphs.get(g).graph().tasks());
            columnCount += graphs.get(g).graph().width();
        }
        int tasks = base[graphs.size()];
        first = new int[tasks + 1];
        graphOf = new int[graphs.size() > 1 ? tasks : 0];
        inputs = new int[tasks];
        columnOf = new int[tasks];
        sinks = new int[columnCount];
        List<int[]> lists = new ArrayList<>();
        int column = 0;
        for (int g = 0; g < graphs.size(); g++) {
            TaskGraph graph = graphs.get(g).graph();
            for (int i = 0; i < graph.width(); i++, column++) {
                for (int n = graph.begin(i); n < graph.begin(i + 1); n++) {
                    int task = base[g] + n;
                    int[] list = after(graph, graph.step(n, i), i, base[g]);
                    lists.add(list);
                    first[task + 1] = Math.addExact(first[task], list.length);
                    inputs[task] = graph.inputs(n);
                    columnOf[task] = column;
                    sinks[column] += list.length == 0 ? 1 : 0;
                    if (graphOf.length > 0) {
                        graphOf[task] = g;
                    }
                }
            }
        }
        next = new int[first[tasks]];
        left = new AtomicIntegerArray(tasks);
        int sourceCount = 0;
        for (int task = 0; task < tasks; task++) {
            System.arraycopy(lists.get(task), 0, next, first[task], lists.get(task).length);
            left.setPlain(task, inputs[task]);
            sourceCount += inputs[task] == 0 ? 1 : 0;
        }
        sources = new int[sourceCount];
        for (int task = tasks - 1; task >= 0; task--) {
            if (inputs[task] == 0) {
                sources[--sourceCount] = task;
            }
        }
        sinksLeft = new AtomicIntegerArray(PAD * columnCount);
        int withSinks = 0;
        for (int count : sinks) {
            withSinks += count > 0 ? 1 : 0;
        }
        columns = withSinks;
    }

    private static int[] after(TaskGraph graph, int t, int i, int base) {
        List<Integer> list = new ArrayList<>();
        graph.forEachConsumer(
                t,
                i,
                j -> {
                    int task = base + graph.number(t + 1, j);
                    list.add(j == i ? 0 : list.size(), task);
                });
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Tasks that nothing comes before, column by column. */
    int[] sources() {
        return sources;
    }

    /** Before each run. */
    void begin() {
        if (error.get() != null) {
            throw new IllegalStateException("the last run has failed: begin anew", error.get());
        }
        for (int column = 0; column < sinks.length; column++) {
            sinksLeft.setPlain(PAD * column, sinks[column]);
        }
        columnsLeft.set(columns);
        ended = new CountDownLatch(1);
    }

    /** Runs a task and those that it makes ready; all but one of several go to {@code spawn}. */
    void run(int source, IntConsumer spawn) {
        try {
            int task = source;
            while (task >= 0) {
                int g = graphOf.length > 0 ? graphOf[task] : 0;
                graphs.get(g).runTask(task - base[g]);
                int from = first[task];
                int to = first[task + 1];
                if (from == to) {
                    sank(columnOf[task]);
                }
                task = -1;
                for (int e = from; e < to; e++) {
                    if (arrive(next[e])) {
                        if (task < 0) {
                            task = next[e];
                        } else {
                            spawn.accept(next[e]);
                        }
                    }
                }
            }
        } catch (Throwable thrown) {
            error.compareAndSet(null, thrown);
            ended.countDown();
        }
    }

    private boolean arrive(int task) {
        if (left.getAcquire(task) != 1 && left.decrementAndGet(task) != 0) {
            return false;
        }
        left.setPlain(task, inputs[task]); // for the next run; nobody else arrives in this one
        return true;
    }

    private void sank(int column) {
        if (sinksLeft.decrementAndGet(PAD * column) == 0 && columnsLeft.decrementAndGet() == 0) {
            ended.countDown();
        }
    }

    /** Waits for the end of the run, and throws what a task has thrown. */
    void await() throws Exception {
        ended.await();
        Throwable thrown = error.get();
        if (thrown instanceof Exception failure) {
            throw failure;
        } else if (thrown instanceof Error bad) {
            throw bad;
        }
    }
}
