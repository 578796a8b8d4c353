// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.programs.Pool;
import io.teff.executors.TeffExecutors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Makes the executors that programs are compared on. */
final class Pools {
    static final String VIRTUAL = "virtual";
    static final String THREADS = "threads";

    private static final String FORKJOIN = "forkjoin";
    private static final long END_TIMEOUT_S = 30;

    private Pools() {}

    /** The executors that this JVM can run, in the order in which they are compared. */
    static List<String> names() {
        return withSequential(TeffExecutors.names());
    }

    /** All executors there are, also those that need a newer JVM. */
    static List<String> knownNames() {
        return withSequential(TeffExecutors.knownNames());
    }

    private static List<String> withSequential(List<String> executors) {
        List<String> names = new ArrayList<>(List.of(Pool.SEQUENTIAL));
        names.addAll(executors);
        return List.copyOf(names);
    }

    /** How many threads an executor has that does not heed {@code --workers}; 0 if it does. */
    static int ownWorkers(String executor) {
        return switch (executor) {
            case Pool.SEQUENTIAL -> 1;
            // All virtual threads of a JVM share one scheduler, sized when it starts.
            case VIRTUAL ->
                    Integer.getInteger(
                            "jdk.virtualThreadScheduler.parallelism",
                            Runtime.getRuntime().availableProcessors());
            default -> 0;
        };
    }

    /**
     * Starts a contender; {@link #close(Pool)} ends it.
     *
     * @param flat whether tasks are never joined by each other; if they are, ForkJoinPool is not
     *     taken by name, which gives its asynchronous mode, but in the mode made for that
     */
    static Pool open(String contender, int workers, boolean flat) {
        String executor = Pool.executorOf(contender);
        ExecutorService service =
                switch (executor) {
                    case Pool.SEQUENTIAL -> null;
                    case FORKJOIN ->
                            flat
                                    ? TeffExecutors.byName(executor, workers)
                                    : new ForkJoinPool(workers);
                    default -> TeffExecutors.byName(executor, workers);
                };
        return new Pool(contender, workers, service);
    }

    /** Ends a contender's threads and waits for them. */
    static void close(Pool pool) throws InterruptedException {
        ExecutorService service = pool.service();
        if (service == null) {
            return;
        }
        service.shutdownNow();
        if (!service.awaitTermination(END_TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    pool.contender() + " did not end within " + END_TIMEOUT_S + " s");
        }
    }
}
