// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * An executor whose tasks run in other processes. A flow sends it bodies with the values of their
 * arguments, where other executors are given tasks to run in this process.
 *
 * <p>What a task does besides stays here: the bodies of join apps, the moving of files, retries. Files
 * are thought to be at the same path wherever the body runs. Safe for use by several threads.
 */
public interface RemoteExecutor extends Executor {
    /**
     * Has a task run elsewhere. Called once for each try, and returns before the task has run.
     *
     * <p>Cancelling the future asks that the task be stopped, or not begun; nobody waits for that. A
     * task that was lost with its process fails like one that throws, so that retries apply to it.
     *
     * @return what the body returns or throws; completed by any thread
     * @throws RuntimeException if the task cannot be sent, such as one that cannot be serialized
     */
    <R> CompletableFuture<R> send(RemoteTask<R> task);
}
