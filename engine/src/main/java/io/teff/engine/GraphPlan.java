// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.GraphRun.NONE;

import java.util.Arrays;

/**
 * A graph as arrays. The edges out of node {@code v} are {@code next[first[v]]} to {@code
 * next[first[v + 1] - 1]}; each names the node it leads to, as {@code ~node} if that node has no other
 * predecessor, and so needs no counter. Behind all edges come, in the same form, the nodes without any
 * predecessor.
 *
 * <p>Relays: a node of more predecessors than a counter holds gets them through relays, nodes without a
 * body, that have about a hundred each and lead to it, or to further relays. What workers do at the same
 * time is near each other, so they seldom arrive at the same relay, where all would at the one counter
 * of the node. The numbers of relays are those behind the nodes.
 *
 * <p>Pairs: most nodes have few successors, and a loop that has only those to run takes much less. So
 * there is the same once more as a word for each node: the first successor in its lower half, the second
 * in its upper half, each in the form of an edge, or {@code ~NONE}; {@link #NO_PAIR} for a node that has
 * more, and for a relay. Immutable once made.
 */
final class GraphPlan {
    static final long NO_PAIR = pair(~NONE, 0); // a second without a first

    final int nodes;
    final int edges; // as given
    final int relays;
    final int[] first; // nodes + relays + 1 entries
    final int[] next; // edges of nodes, edges of relays, sources
    final long[] pairs; // by node
    final int[] degree; // edges into each node or relay
    final NodeBody body; // that of all nodes, or null
    final NodeBody[] bodies; // by node, unless there is one body
    final int[] index; // by node: which of its block it is; unless there is one body
    final GraphNames names;

    private GraphPlan(GraphBuilder builder) {
        nodes = builder.nodes();
        names = new GraphNames(builder.names());
        GraphEdges given = new GraphEdges(builder);
        given.rejectCycles(names);
        edges = given.count;
        relays = relays(given.degree);
        first = Arrays.copyOf(given.first, nodes + relays + 1);
        degree = Arrays.copyOf(given.degree, nodes + relays);
        int[] sources = sources(given.degree);
        next = Arrays.copyOf(given.to, edges + relays + sources.length);
        System.arraycopy(sources, 0, next, edges + relays, sources.length);
        if (relays > 0) {
            layRelays();
        }
        for (int e = 0; e < edges + relays; e++) {
            if (degree[next[e]] == 1) {
                next[e] = ~next[e];
            }
        }
        pairs = new long[nodes + relays];
        for (int v = 0; v < nodes + relays; v++) {
            pairs[v] = v < nodes ? pairOf(v) : NO_PAIR;
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

    static GraphPlan of(GraphBuilder builder) {
        return new GraphPlan(builder);
    }

    /** The nodes without a predecessor, as edges lead to them. */
    private static int[] sources(int[] degree) {
        int[] sources = new int[degree.length];
        int count = 0;
        for (int v = 0; v < degree.length; v++) {
            if (degree[v] == 0) {
                sources[count++] = ~v;
            }
        }
        return Arrays.copyOf(sources, count);
    }

    // Relays

    private static int relays(int[] degree) {
        int sum = 0;
        for (int arrivals : degree) {
            for (int left = arrivals; left > Countdowns.MAX; left = groups(left)) {
                sum += groups(left);
            }
        }
        return sum;
    }

    private static int groups(int arrivals) {
        return (arrivals + Countdowns.MAX - 1) / Countdowns.MAX;
    }

    /** Of some arrivals in as few groups of nearly the same size as may be: the group of one of them. */
    private static int group(int arrival, int arrivals) {
        return (int) ((long) arrival * groups(arrivals) / arrivals);
    }

    private void layRelays() {
        int[] arrivals = Arrays.copyOf(degree, nodes);
        int[] relay = new int[nodes]; // the first relay of each node that has some
        int free = nodes;
        for (int v = 0; v < nodes; v++) {
            if (arrivals[v] > Countdowns.MAX) {
                relay[v] = free;
                free = layTree(v, free);
            }
        }
        int[] seen = new int[nodes];
        for (int e = 0; e < edges; e++) { // by predecessor, so neighbours share a relay
            int to = next[e];
            if (relay[to] != 0) {
                next[e] = relay[to] + group(seen[to]++, arrivals[to]);
                degree[next[e]]++;
            }
        }
    }

    /** Gives a node its relays, level by level, from this number on. Returns the next free number. */
    private int layTree(int node, int from) {
        int level = from;
        int count = groups(degree[node]);
        while (count > Countdowns.MAX) {
            for (int i = 0; i < count; i++) {
                lead(level + i, level + count + group(i, count));
            }
            level += count;
            count = groups(count);
        }
        degree[node] = 0;
        for (int i = 0; i < count; i++) {
            lead(level + i, node);
        }
        return level + count;
    }

    private void lead(int relay, int to) {
        int e = edges + relay - nodes;
        next[e] = to;
        first[relay + 1] = e + 1;
        degree[to]++;
    }

    // Edges and pairs

    /** The node that the end of an edge stands for: a relay, too. */
    static int target(int edge) {
        return edge < 0 ? ~edge : edge;
    }

    /** The node that an edge leads to, behind all relays. */
    int successor(int e) {
        int v = target(next[e]);
        while (v >= nodes) {
            v = target(next[first[v]]);
        }
        return v;
    }

    private long pairOf(int v) {
        int from = first[v];
        int count = first[v + 1] - from;
        return count > 2
                ? NO_PAIR
                : pair(count > 0 ? next[from] : ~NONE, count > 1 ? next[from + 1] : ~NONE);
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
}
