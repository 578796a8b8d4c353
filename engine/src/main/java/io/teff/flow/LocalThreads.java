// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what tasks of a {@link RemoteExecutor} do in this process, such as moving files: made
 * when first used, gone a second after they were last needed.
 */
final class LocalThreads {
    private static final int MAX = 4;

    private ThreadPoolExecutor threads; // guarded by this
    private int made;

    synchronized void execute(Runnable task) {
        if (threads == null) {
            threads =
                    new ThreadPoolExecutor(
                            MAX,
                            MAX,
                            1,
                            TimeUnit.SECONDS,
                            new LinkedBlockingQueue<>(),
                            this::thread);
            threads.allowCoreThreadTimeOut(true);
        }
        threads.execute(task);
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "teff-flow-local-" + made++);
        thread.setDaemon(true);
        return thread;
    }

    synchronized void stop() {
        if (threads != null) {
            threads.shutdown();
        }
    }
}
