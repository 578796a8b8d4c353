// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** What tests of graphs share: nodes that do nothing, wavefronts, and what these should compute. */
final class Graphs {
    static final Runnable NOTHING = () -> {};
    static final NodeBody NO_BODY = (w, i) -> {};

    private Graphs() {}

    /** A square of nodes, each of which comes after that to its left and that above it. */
    static Graph wavefront(int n, NodeBody body) {
        GraphBuilder g = Graph.builder();
        GraphNodes nodes = g.nodes("cell", n * n, body);
        for (int i = 0; i < n * n; i++) {
            if (i % n < n - 1) {
                nodes.edge(i, i + 1);
            }
            if (i / n < n - 1) {
                nodes.edge(i, i + n);
            }
        }
        return g.build();
    }

    /** What node i of a wavefront of n by n computes from the cells before it. */
    static long cell(long[] cells, int n, int i) {
        long left = i % n == 0 ? 1 : cells[i - 1];
        long above = i < n ? 1 : cells[i - n];
        return left * 31 + above;
    }

    /** All cells of a wavefront, without a graph. */
    static long[] cellsByLoop(int n) {
        long[] cells = new long[n * n];
        for (int i = 0; i < n * n; i++) {
            cells[i] = cell(cells, n, i);
        }
        return cells;
    }
}
