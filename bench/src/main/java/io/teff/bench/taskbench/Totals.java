// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;

/**
 * What the graphs of a run come to.
 *
 * @param local dependencies within a node, -1 if the number of nodes is not known
 * @param nonlocal dependencies between nodes, likewise
 * @param localBytes bytes of outputs that are read within a node, likewise
 * @param nonlocalBytes those that go from node to node, likewise
 */
record Totals(
        long tasks,
        long dependencies,
        long local,
        long nonlocal,
        long flops,
        long bytes,
        long localBytes,
        long nonlocalBytes) {

    /**
     * Counts.
     *
     * @param nodes among which columns are divided in blocks; 0 if that is not known
     */
    static Totals of(List<TaskGraph> graphs, int nodes) {
        long tasks = 0;
        long flops = 0;
        long bytes = 0;
        long[] count = new long[2]; // local, nonlocal
        long[] moved = new long[2];
        for (TaskGraph graph : graphs) {
            Kernel kernel = graph.params.kernel();
            int width = graph.width();
            tasks += graph.tasks();
            bytes += kernel.bytes() * graph.tasks();
            long[] of = new long[2];
            for (int t = 0; t < graph.steps(); t++) {
                for (int i = graph.offset(t); i < graph.offset(t) + graph.width(t); i++) {
                    flops += kernel.flops(kernel.iterations(graph.params.number(), t, i));
                    long home = node(i, nodes, width);
                    graph.forEachDependency(t, i, j -> of[node(j, nodes, width) == home ? 0 : 1]++);
                }
            }
            for (int k = 0; k < 2; k++) {
                count[k] += of[k];
                moved[k] += of[k] * graph.params.outputBytes();
            }
        }
        boolean known = nodes > 0;
        return new Totals(
                tasks,
                count[0] + count[1],
                known ? count[0] : -1,
                known ? count[1] : -1,
                flops,
                bytes,
                known ? moved[0] : -1,
                known ? moved[1] : -1);
    }

    /** The node of a column. */
    static int node(int column, int nodes, int width) {
        return (int) ((long) column * nodes / width);
    }
}
