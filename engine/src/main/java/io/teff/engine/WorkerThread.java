// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.Affinity;
import io.teff.affinity.CpuSet;

/** The thread of a {@link Worker}. */
final class WorkerThread extends Thread {
    final Worker worker;
    private final int cpu;

    /** With {@code cpu} -1 the thread is not pinned. */
    WorkerThread(Worker worker, int cpu, long stackBytes) {
        super(null, null, worker.toString(), stackBytes);
        this.worker = worker;
        this.cpu = cpu;
        setDaemon(true);
    }

    @Override
    public void run() {
        if (cpu >= 0) {
            worker.crew.pinned(worker, Affinity.pinCurrentThread(CpuSet.of(cpu)));
        }
        try {
            do {
                worker.run(this);
            } while (worker.crew.retire(worker));
        } catch (Throwable bug) {
            worker.crew.crash(bug);
        } finally {
            worker.crew.left();
        }
    }
}
