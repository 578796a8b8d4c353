// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.List;

/** Some graphs on some system, to be run and timed; each run is checked for tasks that did not run. */
final class Trial implements AutoCloseable {
    private final List<Points> graphs;
    private final Runner runner;

    /**
     * Lays the graphs down.
     *
     * @param workers of the system; of one rank, if it is {@link SystemKind#MPI}
     * @throws IllegalArgumentException if the graphs are too large
     */
    Trial(SystemKind system, List<TaskGraph> graphs, int workers, boolean validates) {
        if (system == SystemKind.MPI) {
            RanksRunner ranks = RanksRunner.open(graphs, workers, validates);
            runner = ranks;
            this.graphs = ranks.graphs();
        } else {
            this.graphs = graphs.stream().map(graph -> new Points(graph, validates)).toList();
            runner = system.open(this.graphs, workers);
        }
    }

    /**
     * Runs all graphs once and says how many seconds it took.
     *
     * @throws IllegalStateException if a task found wrong inputs, or did not run
     */
    double run() throws InterruptedException {
        graphs.forEach(Points::nextRun);
        long start = System.nanoTime();
        try {
            runner.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(root(e).getMessage(), e);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        for (Points points : graphs) {
            long missing = points.missing();
            if (missing > 0) {
                throw new IllegalStateException(missing + " tasks did not run: " + points.graph());
            }
        }
        return seconds;
    }

    /** What lies below all wrappers. */
    static Throwable root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public void close() {
        runner.close();
    }
}
