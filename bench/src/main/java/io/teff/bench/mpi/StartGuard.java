// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends this process unless it is told in time that all ranks have started. {@code MPI_Init} waits for all
 * of them, for ever if one has died before, and no thread can be called back from there.
 */
final class StartGuard {
    private final CountDownLatch started = new CountDownLatch(1);

    /**
     * Begins to count.
     *
     * @param otherwise called before this process ends
     */
    StartGuard(int seconds, Runnable otherwise) {
        Thread thread =
                new Thread(
                        () -> {
                            if (!startsIn(seconds)) {
                                otherwise.run();
                                Runtime.getRuntime().halt(Rank.LOST);
                            }
                        },
                        "teff-mpi-start");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean startsIn(int seconds) {
        try {
            return started.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return true; // by nobody that we know: whoever it was does not mean to end the process
        }
    }

    /** They have: this process goes on. */
    void started() {
        started.countDown();
    }
}
