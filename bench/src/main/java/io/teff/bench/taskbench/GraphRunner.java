// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.engine.Engine;
import io.teff.engine.Graph;
import io.teff.engine.GraphBuilder;
import io.teff.engine.GraphNodes;
import java.util.List;

/** The engine's {@link Graph}: laid down once, a block of nodes for each graph, run again and again. */
final class GraphRunner implements Runner {
    private final Engine engine;
    private final Graph graph;

    GraphRunner(List<Points> graphs, Engine engine) {
        this.engine = engine;
        GraphBuilder builder = Graph.builder();
        for (Points points : graphs) {
            add(builder, points);
        }
        graph = builder.build();
    }

    private static void add(GraphBuilder builder, Points points) {
        TaskGraph shape = points.graph();
        GraphNodes nodes = builder.nodes(shape.tasks(), (w, n) -> points.runTask(n));
        for (int t = 1; t < shape.steps(); t++) {
            for (int i = shape.offset(t); i < shape.offset(t) + shape.width(t); i++) {
                int task = shape.number(t, i);
                int before = t - 1;
                shape.forEachDependency(t, i, j -> nodes.edge(shape.number(before, j), task));
            }
        }
    }

    @Override
    public void run() {
        graph.run(engine);
    }

    @Override
    public void close() {
        engine.close();
    }
}
