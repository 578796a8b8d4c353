// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * A node of a graph that is being built. Like its {@link GraphBuilder} it serves one thread at a time;
 * two of them are equal if they stand for the same node.
 */
public final class GraphNode {
    private final GraphBuilder graph;
    private final int number;

    GraphNode(GraphBuilder graph, int number) {
        this.graph = graph;
        this.number = number;
    }

    /**
     * This node ends before any of those begins.
     *
     * @return this node
     * @throws IllegalArgumentException if one of them belongs to another builder
     */
    public GraphNode before(GraphNode... later) {
        for (GraphNode node : later) {
            graph.edge(number, graph.numberOf(node, this));
        }
        return this;
    }

    /**
     * This node begins after all of those have ended.
     *
     * @return this node
     * @throws IllegalArgumentException if one of them belongs to another builder
     */
    public GraphNode after(GraphNode... earlier) {
        for (GraphNode node : earlier) {
            graph.edge(graph.numberOf(node, this), number);
        }
        return this;
    }

    /** Its name, or what stands for one: {@code cell[17]} in a block, {@code #17} in the graph. */
    public String name() {
        return graph.names().of(number);
    }

    GraphBuilder graph() {
        return graph;
    }

    int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GraphNode node && node.graph == graph && node.number == number;
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(graph) + number;
    }

    @Override
    public String toString() {
        return name();
    }
}
