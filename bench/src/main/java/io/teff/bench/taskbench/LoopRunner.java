// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.engine.Engine;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;

/** The engine's parallel loop, once for each timestep, over the rows of all graphs at once. */
final class LoopRunner implements Runner {
    private final List<Points> graphs;
    private final Engine engine;
    private final IntConsumer body = this::runTask;
    private int step; // changes between loops only

    LoopRunner(List<Points> graphs, Engine engine) {
        this.graphs = graphs;
        this.engine = engine;
    }

    private void runTask(int position) {
        int t = step;
        int at = position;
        for (Points points : graphs) {
            TaskGraph graph = points.graph();
            int width = t < graph.steps() ? graph.width(t) : 0;
            if (at < width) {
                points.runTask(t, graph.offset(t) + at);
                return;
            }
            at -= width;
        }
    }

    @Override
    public void run() throws ExecutionException, InterruptedException {
        engine.submit(this::loops).get(); // so that a worker leads, and nobody else takes part
    }

    private void loops() {
        int steps = graphs.stream().mapToInt(points -> points.graph().steps()).max().orElse(0);
        for (int t = 0; t < steps; t++) {
            step = t;
            int tasks = 0;
            for (Points points : graphs) {
                tasks += t < points.graph().steps() ? points.graph().width(t) : 0;
            }
            engine.range(0, tasks).forEach(body);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
