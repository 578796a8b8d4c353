// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The edges of a graph as they were given, each once: those out of node {@code v} lead to {@code
 * to[first[v]]} up to {@code to[first[v + 1] - 1]}, in the order they were given.
 */
final class GraphEdges {
    private static final int SHOWN = 12;

    final int[] first; // nodes + 1 entries
    final int[] to; // count entries, and then room that is not used
    final int[] degree; // edges into each node
    final int count;
    private final int nodes;

    GraphEdges(GraphBuilder builder) {
        nodes = builder.nodes();
        first = new int[nodes + 1];
        degree = new int[nodes];
        to = sorted(builder);
        count = dropDuplicates();
    }

    private int[] sorted(GraphBuilder builder) {
        int given = builder.edges();
        for (int e = 0; e < given; e++) {
            first[builder.from(e)]++;
        }
        int sum = 0;
        for (int v = 0; v <= nodes; v++) {
            int out = first[v];
            first[v] = sum;
            sum += out;
        }
        int[] all = new int[given];
        for (int e = 0; e < given; e++) {
            all[first[builder.from(e)]++] = builder.to(e);
        }
        System.arraycopy(first, 0, first, 1, nodes); // each had moved to where the next begins
        first[0] = 0;
        return all;
    }

    /** Leaves one of each kind, fills {@code degree}, and says how many edges there are then. */
    private int dropDuplicates() {
        int[] seenFrom = new int[nodes];
        Arrays.fill(seenFrom, -1);
        int kept = 0;
        int begin = 0;
        for (int v = 0; v < nodes; v++) {
            int end = first[v + 1];
            for (int e = begin; e < end; e++) {
                int target = to[e];
                if (seenFrom[target] != v) {
                    seenFrom[target] = v;
                    degree[target]++;
                    to[kept++] = target;
                }
            }
            first[v + 1] = kept;
            begin = end;
        }
        return kept;
    }

    /** Takes nodes in an order that edges allow, and refuses a graph where that does not reach all. */
    void rejectCycles(GraphNames names) {
        int[] left = degree.clone();
        int[] order = new int[nodes];
        int found = 0;
        for (int v = 0; v < nodes; v++) {
            if (left[v] == 0) {
                order[found++] = v;
            }
        }
        for (int taken = 0; taken < found; taken++) {
            int v = order[taken];
            for (int e = first[v]; e < first[v + 1]; e++) {
                if (--left[to[e]] == 0) {
                    order[found++] = to[e];
                }
            }
        }
        if (found < nodes) {
            throw new IllegalArgumentException(
                    "the graph has a cycle: " + describe(cycle(left), names));
        }
    }

    /** Of the nodes that could not be taken, each has a predecessor among them: goes backwards. */
    private ArrayDeque<Integer> cycle(int[] left) {
        int[] before = new int[nodes];
        int v = -1;
        for (int u = 0; u < nodes; u++) {
            for (int e = first[u]; e < first[u + 1] && left[u] > 0; e++) {
                if (left[to[e]] > 0) {
                    before[to[e]] = u;
                    v = to[e];
                }
            }
        }
        boolean[] visited = new boolean[nodes];
        for (; !visited[v]; v = before[v]) {
            visited[v] = true;
        }
        ArrayDeque<Integer> cycle = new ArrayDeque<>();
        cycle.addFirst(v);
        for (int u = before[v]; u != v; u = before[u]) {
            cycle.addFirst(u);
        }
        return cycle;
    }

    private static String describe(ArrayDeque<Integer> cycle, GraphNames names) {
        StringBuilder text = new StringBuilder();
        int size = cycle.size();
        int shown = 0;
        for (int v : cycle) {
            if (shown < SHOWN || shown == size - 1) {
                text.append(names.of(v)).append(" -> ");
            } else if (shown == SHOWN) {
                text.append("... ").append(size - SHOWN - 1).append(" more ... -> ");
            }
            shown++;
        }
        return text.append(names.of(cycle.peekFirst())).toString();
    }
}
