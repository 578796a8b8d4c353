// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A static graph of work: nodes and the order between them, laid down once and run many times without
 * allocation. For wavefronts, chains, pipelines of frames, and any other pattern that is known before
 * it runs.
 *
 * <pre>{@code
 * GraphBuilder g = Graph.builder();
 * GraphNode load = g.node("load", () -> ...);
 * GraphNode left = g.node("left", () -> ...).after(load);
 * GraphNode right = g.node("right", () -> ...).after(load);
 * g.node("sum", () -> ...).after(left, right);
 * Graph graph = g.build();
 * graph.run(engine);
 * }</pre>
 *
 * <p>A million nodes take one body, in a block:
 *
 * <pre>{@code
 * GraphNodes cells = g.nodes("cell", n * n, (w, i) -> cost[i] = cheapest(i));
 * for (int i = 0; i < n * n; i++) {
 *     if (i % n < n - 1) cells.edge(i, i + 1);
 *     if (i / n < n - 1) cells.edge(i, i + n);
 * }
 * }</pre>
 *
 * <p>A node sees all that the nodes before it have written, and the caller of {@code run} all that any
 * node has. Bodies may fork and join, run another graph, or block in {@link Engine#blocking}.
 *
 * <p>Any thread may call any method, but a graph is in one run at a time: it holds that run's counters.
 * Build it twice to run it twice at once.
 */
public final class Graph {
    private static final VarHandle RUNNING =
            fieldVarHandle(
                    MethodHandles.lookup(), "running", VarHandle.class, Graph.class, int.class);

    private final GraphPlan plan;
    private final GraphRun run;
    private int running; // 1 from the CAS that begins a run to its end

    Graph(GraphPlan plan) {
        this.plan = plan;
        run = new GraphRun(plan);
    }

    /** A builder without nodes. */
    public static GraphBuilder builder() {
        return new GraphBuilder();
    }

    /**
     * Runs every node once, each after all of its predecessors, and waits. A worker of the engine takes
     * part at once; any other thread hands the graph to the workers and waits. An interrupt does not
     * end the wait; it is kept for later.
     *
     * <p>A node whose body throws fails. The nodes that come after it, by any number of edges, are
     * skipped; all others run. Then the first failure is thrown as it was, checked or not, with the
     * next hundred suppressed in it. The graph may be run again after that.
     *
     * @throws IllegalStateException if the graph is running already, also if a node of it asks
     * @throws java.util.concurrent.RejectedExecutionException if the engine is shut down
     * @throws java.util.concurrent.CancellationException if it was stopped before the start
     */
    public void run(Engine engine) {
        if (engine == null) {
            throw new NullPointerException("engine");
        }
        if (!RUNNING.compareAndSet(this, 0, 1)) { // pairs with the release of the last run
            throw new IllegalStateException(
                    this
                            + " is running: wait for that run, or build a second graph to run two"
                            + " at once");
        }
        try {
            run.run(engine);
        } finally {
            RUNNING.setRelease(this, 0);
        }
    }

    /**
     * As {@link #run}, in a task of the engine. The future fails with what {@code run} would throw.
     * To cancel it while it runs abandons the result; the nodes run all the same.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the engine is shut down
     */
    public TaskFuture<?> submit(Engine engine) {
        if (engine == null) {
            throw new NullPointerException("engine");
        }
        return engine.submit(() -> run(engine));
    }

    /** How many nodes it has. */
    public int nodes() {
        return plan.nodes;
    }

    /** How many edges it has; one that was given twice counts once. */
    public int edges() {
        return plan.edges;
    }

    /** How many nodes of the last run failed. After that run, or by a thread that learnt of its end. */
    public int failed() {
        return run.failed();
    }

    /** How many nodes of the last run were skipped, since a node before them failed. */
    public int skipped() {
        return run.skipped();
    }

    /** The graph in the language of Graphviz, a line for each node and each edge. */
    public String toDot() {
        StringBuilder dot = new StringBuilder("digraph teff {\n");
        for (int v = 0; v < plan.nodes; v++) {
            String label = plan.names.of(v).replace("\\", "\\\\").replace("\"", "\\\"");
            dot.append("  n").append(v).append(" [label=\"").append(label).append("\"];\n");
        }
        for (int v = 0; v < plan.nodes; v++) {
            for (int e = plan.first[v]; e < plan.first[v + 1]; e++) {
                dot.append("  n").append(v).append(" -> n");
                dot.append(plan.successor(e)).append(";\n");
            }
        }
        return dot.append("}\n").toString();
    }

    @Override
    public String toString() {
        return "graph of " + plan.nodes + " nodes and " + plan.edges + " edges";
    }
}
