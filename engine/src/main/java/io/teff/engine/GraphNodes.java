// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * A block of nodes that share one body, numbered from 0: a row, a plane, the steps of a pipeline. It
 * costs no object per node. Like its {@link GraphBuilder} it serves one thread at a time.
 */
public final class GraphNodes {
    private final GraphBuilder graph;
    private final int first;
    private final int count;

    GraphNodes(GraphBuilder graph, int first, int count) {
        this.graph = graph;
        this.first = first;
        this.count = count;
    }

    /** How many nodes there are. */
    public int count() {
        return count;
    }

    /**
     * Node {@code i}, for edges to nodes outside of this block.
     *
     * @throws IndexOutOfBoundsException unless 0 &lt;= i &lt; count
     */
    public GraphNode at(int i) {
        return new GraphNode(graph, number(i));
    }

    /**
     * Node {@code from} of this block ends before node {@code to} of this block begins.
     *
     * @return this block
     * @throws IndexOutOfBoundsException unless both are from 0 to count, exclusive
     */
    public GraphNodes edge(int from, int to) {
        graph.edge(number(from), number(to));
        return this;
    }

    /**
     * Node {@code from} of this block ends before node {@code to} of the other block begins.
     *
     * @return this block
     * @throws IndexOutOfBoundsException unless both numbers are in their blocks
     * @throws IllegalArgumentException if the other block belongs to another builder
     */
    public GraphNodes edge(int from, GraphNodes other, int to) {
        if (other == null) {
            throw new NullPointerException("other");
        }
        if (other.graph != graph) {
            throw new IllegalArgumentException(
                    other + " belongs to another GraphBuilder than " + this);
        }
        graph.edge(number(from), other.number(to));
        return this;
    }

    private int number(int i) {
        if (i < 0 || i >= count) {
            throw new IndexOutOfBoundsException(
                    this + " has no node " + i + ": use 0 to " + (count - 1));
        }
        return first + i;
    }

    @Override
    public String toString() {
        return "block of " + count + " nodes from " + graph.names().of(first);
    }
}
