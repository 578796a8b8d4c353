// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Collects the nodes and edges of a {@link Graph}. For one thread at a time; it may go on after
 * {@link #build()}, and what was built stays as it is.
 */
public final class GraphBuilder {
    static final int MAX_NODES = 1 << 30;
    static final int MAX_EDGES = 1 << 30;

    private final GraphNames names = new GraphNames();
    private final Set<String> taken = new HashSet<>();
    private NodeBody[] bodies = new NodeBody[4]; // by block
    private int[] firsts = new int[4]; // by block: its first node
    private int blocks;
    private int nodes;
    private int[] from = new int[8];
    private int[] to = new int[8];
    private int edges;

    GraphBuilder() {}

    /** A node without a name; messages and pictures show its number. */
    public GraphNode node(Runnable body) {
        return new GraphNode(this, add(1, bodyOf(body)));
    }

    /**
     * A node with a name.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public GraphNode node(String name, Runnable body) {
        NodeBody checked = bodyOf(body);
        check(name);
        int number = add(1, checked);
        names.add(number, name);
        return new GraphNode(this, number);
    }

    /**
     * So many nodes with one body, without a name.
     *
     * @throws IllegalArgumentException if {@code count} is negative, or the graph too large
     */
    public GraphNodes nodes(int count, NodeBody body) {
        return new GraphNodes(this, add(count, checked(body)), count);
    }

    /**
     * So many nodes with one body, called {@code name[0]}, {@code name[1]} and so on.
     *
     * @throws IllegalArgumentException if the name is taken, {@code count} is negative, or the graph
     *     too large
     */
    public GraphNodes nodes(String name, int count, NodeBody body) {
        NodeBody checked = checked(body);
        if (count < 0) {
            throw negative(count);
        }
        check(name);
        int first = add(count, checked);
        if (count > 0) {
            names.addBlock(first, name, count);
        }
        return new GraphNodes(this, first, count);
    }

    /**
     * The graph as it is now, ready to run. An edge that was given twice counts once.
     *
     * @throws IllegalArgumentException if edges form a cycle; the message names the nodes on it
     */
    public Graph build() {
        return new Graph(GraphPlan.of(this));
    }

    private static NodeBody bodyOf(Runnable body) {
        if (body == null) {
            throw new NullPointerException("body");
        }
        return (w, i) -> body.run();
    }

    private static NodeBody checked(NodeBody body) {
        if (body == null) {
            throw new NullPointerException("body");
        }
        return body;
    }

    private void check(String name) {
        if (name == null) {
            throw new NullPointerException("name");
        }
        if (!taken.add(name)) {
            throw new IllegalArgumentException(
                    "two nodes or blocks are called " + name + ": each name is used once");
        }
    }

    private static IllegalArgumentException negative(int count) {
        return new IllegalArgumentException("count must be 0 or more: " + count);
    }

    private int add(int count, NodeBody body) {
        if (count < 0) {
            throw negative(count);
        }
        if (count > MAX_NODES - nodes) {
            throw new IllegalArgumentException(
                    "a graph has at most 2^30 nodes: " + nodes + " and " + count + " more");
        }
        if (blocks == bodies.length) {
            bodies = Arrays.copyOf(bodies, 2 * blocks);
            firsts = Arrays.copyOf(firsts, 2 * blocks);
        }
        bodies[blocks] = body;
        firsts[blocks++] = nodes;
        int first = nodes;
        nodes += count;
        return first;
    }

    void edge(int before, int after) {
        if (edges == from.length) {
            if (edges == MAX_EDGES) {
                throw new IllegalArgumentException("a graph has at most 2^30 edges");
            }
            from = Arrays.copyOf(from, 2 * edges);
            to = Arrays.copyOf(to, 2 * edges);
        }
        from[edges] = before;
        to[edges++] = after;
    }

    int numberOf(GraphNode node, GraphNode other) {
        if (node == null) {
            throw new NullPointerException("an edge of node " + other.name() + " to null");
        }
        if (node.graph() != this) {
            throw new IllegalArgumentException(
                    "node "
                            + node.name()
                            + " belongs to another GraphBuilder than node "
                            + other.name());
        }
        return node.number();
    }

    GraphNames names() {
        return names;
    }

    int nodes() {
        return nodes;
    }

    int edges() {
        return edges;
    }

    int from(int edge) {
        return from[edge];
    }

    int to(int edge) {
        return to[edge];
    }

    int blocks() {
        return blocks;
    }

    NodeBody body(int block) {
        return bodies[block];
    }

    /** The first node of a block, or the number of nodes after the last block. */
    int first(int block) {
        return block == blocks ? nodes : firsts[block];
    }

    @Override
    public String toString() {
        return "builder of a graph with " + nodes + " nodes";
    }
}
