// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.mpi.Rank;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import io.teff.executors.TeffExecutors;
import io.teff.executors.htex.HtexConfig;
import io.teff.executors.htex.HtexExecutor;
import io.teff.mpi.executor.MpiExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Makes the executors that programs are compared on. */
final class Pools {
    static final String VIRTUAL = "virtual";
    static final String THREADS = "threads";
    static final String MPI = "mpi";

    /** As Parsl's executor of worker processes is shipped; {@code htex} itself is tuned. */
    static final String PARSL_DEFAULTS = "htex.parsl-defaults";

    private static final String FORKJOIN = "forkjoin";
    private static final String HTEX = "htex";
    private static final long END_TIMEOUT_S = 30;

    private Pools() {}

    /** The executors that this JVM can run, in the order in which they are compared. */
    static List<String> names() {
        return withSequential(TeffExecutors.names());
    }

    /** Those whose tasks run in other processes; only compared when they are named. */
    static List<String> remoteNames() {
        List<String> names = new ArrayList<>(TeffExecutors.remoteNames());
        names.add(MPI);
        return List.copyOf(names);
    }

    /** The rows that a program makes for an executor in other processes; it must be sendable. */
    static List<String> contendersOf(Program program, String remote) {
        List<String> contenders = new ArrayList<>(program.contenders(remote));
        if (remote.equals(HTEX)) {
            contenders.add(PARSL_DEFAULTS);
        }
        return List.copyOf(contenders);
    }

    /** Whether a contender's processes start with its pool. */
    static boolean startsProcesses(String contender) {
        return Pool.executorOf(contender).equals(HTEX);
    }

    /** All executors there are, also those that need a newer JVM. */
    static List<String> knownNames() {
        List<String> names = new ArrayList<>(withSequential(TeffExecutors.knownNames()));
        names.add(MPI);
        return List.copyOf(names);
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
        if (contender.equals(PARSL_DEFAULTS)) {
            return new Pool(contender, workers, parslDefaults(workers));
        }
        ExecutorService service =
                switch (executor) {
                    case Pool.SEQUENTIAL -> null;
                    case FORKJOIN ->
                            flat
                                    ? TeffExecutors.byName(executor, workers)
                                    : new ForkJoinPool(workers);
                    case MPI -> ranks(workers);
                    default -> TeffExecutors.byName(executor, workers);
                };
        return new Pool(contender, workers, service);
    }

    private static HtexExecutor parslDefaults(int workers) {
        return new HtexExecutor(HtexConfig.parslDefaults().workersPerNode(workers).build());
    }

    /**
     * The ranks of this run, or this process as the only one; they stay until it ends, since MPI starts
     * once. When they have nothing to do they look for work a thousand times a second, and no more.
     *
     * @throws UnsatisfiedLinkError if there is no MPI library; the message says what to install
     */
    static MpiExecutor ranks(int workers) {
        return Rank.joinOrStart(workers, Programs.functions());
    }

    /** Ends a contender's threads and waits for them. */
    static void close(Pool pool) throws InterruptedException {
        ExecutorService service = pool.service();
        if (service == null || service instanceof MpiExecutor) {
            return;
        }
        service.shutdownNow();
        if (!service.awaitTermination(END_TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    pool.contender() + " did not end within " + END_TIMEOUT_S + " s");
        }
    }
}
