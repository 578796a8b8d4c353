// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.Serializable;
import java.util.List;

/**
 * Where a task of an {@link HtexExecutor} runs, as {@link #current} tells it. Immutable.
 *
 * @param rank of the worker in its manager, from 0
 * @param count of that manager's workers
 * @param blockId the block that the manager belongs to
 * @param poolId the manager, by the number of its process and its host
 * @param accelerators names of those that the task has to itself, or that its worker is pinned to
 */
public record WorkerContext(
        int rank, int count, String blockId, String poolId, List<String> accelerators)
        implements Serializable {
    private static final long serialVersionUID = 1;
    private static final ThreadLocal<WorkerContext> CURRENT = new ThreadLocal<>();

    public WorkerContext {
        accelerators = List.copyOf(accelerators);
    }

    /**
     * That of the task that this thread runs.
     *
     * @throws IllegalStateException in a thread that runs none, such as one that a task has started
     */
    public static WorkerContext current() {
        WorkerContext context = CURRENT.get();
        if (context == null) {
            throw new IllegalStateException(
                    "this thread runs no task of an HtexExecutor: ask in the task's own thread");
        }
        return context;
    }

    static boolean isEntered() {
        return CURRENT.get() != null;
    }

    static void enter(WorkerContext context) {
        CURRENT.set(context);
    }

    WorkerContext with(List<String> assigned) {
        return new WorkerContext(rank, count, blockId, poolId, assigned);
    }
}
