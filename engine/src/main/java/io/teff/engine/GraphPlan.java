// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.GraphRun.NONE;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * A graph as arrays. The edges out of node {@code v} are {@code next[first[v]]} to {@code
 * next[first[v + 1] - 1]}; each names the node it leads to, as {@code ~node} if that node has no other
 * predecessor, and so needs no counter. Behind the edges of the last node come, in the same form, the
 * nodes without any predecessor.
 *
 * <p>Most nodes have few successors, and a loop that has only those to run takes much less: so there is
 * the same once more as a word for each node, its pair.
 *
 * <pre>
 * pair of v:  bits 31..0 the first successor, bits 63..32 the second, each in the form of an edge,
 *             or ~NONE; or NO_PAIR if v has more, or one of more predecessors than a counter holds
 * </pre>
 * Immutable once made.
 */
final class GraphPlan {
    static final long NO_PAIR = pair(~NONE, 0); // a first none is no pair's
    private static final int SHOWN = 12;

    final int nodes;
    final int edges;
    final int[] first; // nodes + 1 entries
    final int[] next; // edges, then sources
    final long[] pairs; // by node
    final int[] degree; // edges into each node
    final NodeBody body; // that of all nodes, or null
    final NodeBody[] bodies; // by node, unless there is one body
    final int[] index; // by node: which of its block it is; unless there is one body
    final GraphNames names;

    private GraphPlan(GraphBuilder builder) {
        nodes = builder.nodes();
        names = new GraphNames(builder.names());
        first = new int[nodes + 1];
        degree = new int[nodes];
        int[] all = successors(builder);
        edges = dropDuplicates(all);
        next = Arrays.copyOf(all, edges + rejectCycles(all));
        int end = edges;
        for (int v = 0; v < nodes; v++) {
            if (degree[v] == 0) {
                next[end++] = ~v;
            }
        }
        for (int e = 0; e < edges; e++) {
            if (degree[next[e]] == 1) {
                next[e] = ~next[e];
            }
        }
        pairs = new long[nodes];
        for (int v = 0; v < nodes; v++) {
            pairs[v] = pairOf(v);
        }
        boolean single = builder.blocks() == 1;
        body = single ? builder.body(0) : null;
        bodies = new NodeBody[single ? 0 : nodes];
        index = new int[single ? 0 : nodes];
        for (int b = 0; b < builder.blocks() && !single; b++) {
            for (int v = builder.first(b); v < builder.first(b + 1); v++) {
                bodies[v] = builder.body(b);
                index[v] = v - builder.first(b);
            }
        }
    }

    private long pairOf(int v) {
        int from = first[v];
        int count = first[v + 1] - from;
        if (count > 2) {
            return NO_PAIR;
        }
        for (int e = from; e < from + count; e++) {
            if (next[e] >= 0 && degree[next[e]] > Countdowns.MAX_NARROW) {
                return NO_PAIR;
            }
        }
        return pair(count > 0 ? next[from] : ~NONE, count > 1 ? next[from + 1] : ~NONE);
    }

    private static long pair(int first, int second) {
        return (long) second << Integer.SIZE | first & 0xffff_ffffL;
    }

    static int first(long pair) {
        return (int) pair;
    }

    static int second(long pair) {
        return (int) (pair >>> Integer.SIZE);
    }

    static GraphPlan of(GraphBuilder builder) {
        return new GraphPlan(builder);
    }

    /** Sorts edges by the node they leave, in the order they were given; fills {@code first}. */
    private int[] successors(GraphBuilder builder) {
        int count = builder.edges();
        for (int e = 0; e < count; e++) {
            first[builder.from(e)]++;
        }
        int sum = 0;
        for (int v = 0; v <= nodes; v++) {
            int out = first[v];
            first[v] = sum;
            sum += out;
        }
        int[] all = new int[count];
        for (int e = 0; e < count; e++) {
            all[first[builder.from(e)]++] = builder.to(e);
        }
        System.arraycopy(first, 0, first, 1, nodes); // each had moved to where the next begins
        first[0] = 0;
        return all;
    }

    /** Leaves one of each kind, fills {@code degree}, and says how many edges there are then. */
    private int dropDuplicates(int[] all) {
        int[] seenFrom = new int[nodes];
        Arrays.fill(seenFrom, -1);
        int kept = 0;
        int begin = 0;
        for (int v = 0; v < nodes; v++) {
            int end = first[v + 1];
            for (int e = begin; e < end; e++) {
                int to = all[e];
                if (seenFrom[to] != v) {
                    seenFrom[to] = v;
                    degree[to]++;
                    all[kept++] = to;
                }
            }
            first[v + 1] = kept;
            begin = end;
        }
        return kept;
    }

    /** Takes nodes in an order that edges allow. Returns how many have no predecessor. */
    private int rejectCycles(int[] all) {
        int[] left = degree.clone();
        int[] order = new int[nodes];
        int found = 0;
        for (int v = 0; v < nodes; v++) {
            if (left[v] == 0) {
                order[found++] = v;
            }
        }
        int sources = found;
        for (int taken = 0; taken < found; taken++) {
            int v = order[taken];
            for (int e = first[v]; e < first[v + 1]; e++) {
                if (--left[all[e]] == 0) {
                    order[found++] = all[e];
                }
            }
        }
        if (found < nodes) {
            throw new IllegalArgumentException("the graph has a cycle: " + cycle(all, left));
        }
        return sources;
    }

    /** Of the nodes that could not be taken, each has a predecessor among them: goes backwards. */
    private String cycle(int[] all, int[] left) {
        int[] before = new int[nodes];
        int v = -1;
        for (int u = 0; u < nodes; u++) {
            for (int e = first[u]; e < first[u + 1] && left[u] > 0; e++) {
                if (left[all[e]] > 0) {
                    before[all[e]] = u;
                    v = all[e];
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
        return describe(cycle);
    }

    private String describe(ArrayDeque<Integer> cycle) {
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

    /** The node an edge leads to. */
    static int target(int edge) {
        return edge < 0 ? ~edge : edge;
    }
}
