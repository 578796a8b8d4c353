// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;

/** Row by row, on the calling thread. */
final class SequentialRunner implements Runner {
    private final List<Points> graphs;

    SequentialRunner(List<Points> graphs) {
        this.graphs = graphs;
    }

    @Override
    public void run() {
        int steps = graphs.stream().mapToInt(points -> points.graph().steps()).max().orElse(0);
        for (int t = 0; t < steps; t++) {
            for (Points points : graphs) {
                TaskGraph graph = points.graph();
                if (t < graph.steps()) {
                    int end = graph.offset(t) + graph.width(t);
                    for (int i = graph.offset(t); i < end; i++) {
                        points.runTask(t, i);
                    }
                }
            }
        }
    }

    @Override
    public void close() {}
}
