// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.engine.Engine;
import io.teff.flow.RemoteExecutor;
import io.teff.mpi.executor.MpiExecutor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;

/**
 * A contender at work: its name, its workers, and the executor behind it.
 *
 * @param contender {@code executor} or {@code executor.way}, such as {@code engine.lane}
 * @param workers how many threads run tasks
 * @param service runs the tasks; null for {@code sequential} alone, which runs them in the caller
 */
public record Pool(String contender, int workers, ExecutorService service) {
    /** The contender that needs no executor. */
    public static final String SEQUENTIAL = "sequential";

    /** Checks that there is a service where one is needed. */
    public Pool {
        if (service == null && !executorOf(contender).equals(SEQUENTIAL)) {
            throw new IllegalArgumentException("no service for " + contender);
        }
    }

    /** The executor's part of a contender's name: {@code engine} of {@code engine.lane}. */
    public static String executorOf(String contender) {
        int dot = contender.indexOf('.');
        return dot < 0 ? contender : contender.substring(0, dot);
    }

    /** The way's part of a contender's name: {@code lane} of {@code engine.lane}, or empty. */
    public static String wayOf(String contender) {
        int dot = contender.indexOf('.');
        return dot < 0 ? "" : contender.substring(dot + 1);
    }

    boolean isSequential() {
        return service == null;
    }

    boolean isWay(String way) {
        return wayOf(contender).equals(way);
    }

    boolean isVirtual() {
        return executorOf(contender).equals("virtual");
    }

    /** Whether tasks run in other processes, so that they must be serializable. */
    public boolean isRemote() {
        return service instanceof RemoteExecutor;
    }

    /** The engine behind this contender, or null. */
    Engine engine() {
        return service instanceof Engine engine ? engine : null;
    }

    /** The ranks behind this contender, or null. */
    MpiExecutor mpi() {
        return service instanceof MpiExecutor mpi ? mpi : null;
    }

    /** The ForkJoinPool behind this contender, or null. */
    ForkJoinPool forkJoin() {
        return service instanceof ForkJoinPool pool ? pool : null;
    }
}
