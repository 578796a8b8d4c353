// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.bench.measure.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One pattern on several systems, from large tasks to small ones: at each size all systems take turns, so
 * many times as the size asks for. A system goes on until its efficiency is low, and is tried at larger
 * sizes if it was low from the start. Each run is the second of a system that was started for it, and is
 * held against the peak rate just before and after; if that has changed, the run is made again.
 */
final class Sweep {
    private static final int LARGEST = 20; // as powers of two
    private static final int MOST_REPETITIONS = 5;
    private static final int SHORT = 13; // sizes that all can be run so often, as powers of two
    private static final int WARM_RUNS = 60;
    private static final long WARM_NS = 500_000_000;
    private static final long WARM_ITERATIONS = 8;
    private static final int MOST_TRIES = 4;
    private static final double STEADY_WITHIN = 0.1;

    private final TaskGraph.Params params;
    private final List<SystemKind> systems;
    private final int workers;
    private final int top;
    private final double low;
    private final Peak peak;
    private final Progress progress;
    private final Map<SystemKind, Metg> measured = new LinkedHashMap<>();
    private final Map<SystemKind, String> failures = new LinkedHashMap<>();

    /**
     * A sweep.
     *
     * @param top the first size, as a power of two
     * @param low the efficiency at which a system has had enough
     */
    Sweep(
            TaskGraph.Params params,
            List<SystemKind> systems,
            int workers,
            int top,
            double low,
            Peak peak,
            Progress progress) {
        this.params = params;
        this.systems = systems;
        this.workers = workers;
        this.top = top;
        this.low = low;
        this.peak = peak;
        this.progress = progress;
        for (SystemKind system : systems) {
            measured.put(system, new Metg(workers));
        }
    }

    /** Measures everything. */
    void run() throws InterruptedException {
        for (SystemKind system : systems) {
            warmUp(system);
        }
        peak.measure();
        List<SystemKind> going = new ArrayList<>(systems);
        for (int k = top; k >= 0 && !going.isEmpty(); k--) {
            size(k, top - k, going);
            long iterations = 1L << k;
            going.removeIf(system -> efficiency(system, iterations) < low);
        }
        going = new ArrayList<>(systems);
        going.removeIf(system -> efficiency(system, 1L << top) >= Metg.HALF);
        for (int k = top + 1; k <= LARGEST && !going.isEmpty(); k++) {
            size(k, 1, going);
            long iterations = 1L << k;
            going.removeIf(system -> efficiency(system, iterations) >= Metg.HALF);
        }
        peak.measure();
    }

    private double efficiency(SystemKind system, long iterations) {
        return measured.get(system).efficiency(iterations);
    }

    private void warmUp(SystemKind system) throws InterruptedException {
        TaskGraph graph = graph(WARM_ITERATIONS);
        try (Trial trial = trial(system, graph)) {
            long start = System.nanoTime();
            for (int n = 0; n < WARM_RUNS && System.nanoTime() - start < WARM_NS; n++) {
                trial.run();
            }
        } catch (IllegalStateException e) {
            failures.put(system, e.getMessage());
        }
    }

    private void size(int k, int index, List<SystemKind> going) throws InterruptedException {
        TaskGraph graph = graph(1L << k);
        Totals totals = Totals.of(List.of(graph), 0);
        int repetitions = k <= SHORT ? MOST_REPETITIONS : Math.min(MOST_REPETITIONS, index + 1);
        for (int r = 0; r < repetitions; r++) {
            for (int s = 0; s < going.size(); s++) {
                SystemKind system = going.get((s + r) % going.size());
                progress.show(top - k, top + 1, params.pattern() + " " + system + ", 2^" + k);
                if (failures.containsKey(system)) {
                    continue;
                }
                try {
                    once(system, graph, totals);
                } catch (IllegalStateException e) {
                    failures.put(system, e.getMessage());
                }
            }
        }
    }

    private void once(SystemKind system, TaskGraph graph, Totals totals)
            throws InterruptedException {
        double seconds = Double.NaN;
        double around = Double.NaN;
        boolean isSteady = false;
        for (int tries = 0; tries < MOST_TRIES && !isSteady; tries++) {
            double before = peak.probe();
            try (Trial trial = trial(system, graph)) {
                trial.run();
                seconds = trial.run();
            }
            double after = peak.probe();
            around = (before + after) / 2;
            isSteady = Math.abs(before - after) <= STEADY_WITHIN * around;
        }
        measured.get(system).add(graph.params.kernel().iterations(), totals, seconds, around);
    }

    private TaskGraph graph(long iterations) {
        return new TaskGraph(params.kernel(params.kernel().iterations(iterations)));
    }

    private Trial trial(SystemKind system, TaskGraph graph) {
        int ofEach = system == SystemKind.MPI ? 1 : workers;
        return new Trial(system, List.of(graph), ofEach, true);
    }

    Pattern pattern() {
        return params.pattern();
    }

    TaskGraph.Params params() {
        return params;
    }

    /** What a system's runs have come to. */
    List<Metg.Point> points(SystemKind system) {
        return measured.get(system).points();
    }

    /** Why a system failed, or its figures cannot be right; empty if neither. */
    String failure(SystemKind system) {
        return failures.getOrDefault(system, Metg.doubt(points(system)));
    }
}
