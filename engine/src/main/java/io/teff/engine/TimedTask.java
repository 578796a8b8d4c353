// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** A task whose time in the queue is being sampled. */
record TimedTask(Runnable task, long submittedNs) implements Runnable {
    @Override
    public void run() {
        Worker worker = Worker.currentOrNull();
        if (worker != null && worker.waits != null) {
            worker.waits.record(System.nanoTime() - submittedNs);
        }
        task.run();
    }
}
