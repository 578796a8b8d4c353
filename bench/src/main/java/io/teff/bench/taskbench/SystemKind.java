// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.Arrays;
import java.util.List;

/** The systems that can run a graph. */
enum SystemKind {
    SEQUENTIAL("sequential", "a loop on the calling thread") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new SequentialRunner(graphs);
        }
    },
    ENGINE_GRAPH("engine.graph", "a Graph, laid down once") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new GraphRunner(graphs, engine(workers));
        }
    },
    ENGINE_FLOW("engine.flow", "apps of a Flow, which get futures as inputs") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new FlowRunner(graphs, engine(workers));
        }
    },
    ENGINE_LOOP("engine.loop", "a parallel loop for each timestep") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new LoopRunner(graphs, engine(workers));
        }
    },
    FORKJOIN("forkjoin", "ForkJoinPool, with counters of open inputs") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new ForkJoinRunner(graphs, workers);
        }
    },
    THREADS("threads", "ThreadPoolExecutor, likewise") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            return new ThreadsRunner(graphs, workers);
        }
    },
    MPI("mpi", "the ranks of an MPI run, each with a block of the columns; under teff mpi") {
        @Override
        Runner open(List<Points> graphs, int workers) {
            throw new IllegalStateException("Trial opens it, on all ranks");
        }
    };

    private final String label;
    private final String about;

    SystemKind(String label, String about) {
        this.label = label;
        this.about = about;
    }

    /** Lays the graphs down in a system of so many workers. */
    abstract Runner open(List<Points> graphs, int workers);

    private static Engine engine(int workers) {
        return Engine.start(EngineConfig.builder().workers(workers).build());
    }

    /** The name that users give. */
    String label() {
        return label;
    }

    /** In a few words. */
    String about() {
        return about;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(SystemKind::label).toList();
    }

    /**
     * The system of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SystemKind named(String option, String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        option
                                                + " names none of "
                                                + String.join(", ", labels())
                                                + ": "
                                                + label));
    }

    @Override
    public String toString() {
        return label;
    }
}
