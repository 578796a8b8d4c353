// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.Affinity;
import io.teff.affinity.CpuSet;
import io.teff.affinity.PinResult;
import java.util.concurrent.Executor;

/**
 * The thread of a {@link Worker}. It is an {@link Executor} for its own sections of code that block:
 * code that knows nothing of engines, but finds that the current thread is an executor, has its
 * waiting done through it, and another worker takes its place meanwhile.
 */
final class WorkerThread extends Thread implements Executor {
    final Worker worker;
    private final int cpu;
    private volatile PinResult pin;

    /** With {@code cpu} -1 the thread is not pinned. */
    WorkerThread(Worker worker, int cpu) {
        super(null, null, worker.toString(), worker.crew.config.stackBytes());
        this.worker = worker;
        this.cpu = cpu;
        setDaemon(true);
    }

    /** Runs a section that blocks, at once. Own thread only; a plain call from any other. */
    @Override
    public void execute(Runnable section) {
        Engine.blocking(
                () -> {
                    section.run();
                    return null;
                });
    }

    /** Starts it. The engine counts it first, and so cannot terminate before it ends. */
    void launch() {
        RunState runState = worker.crew.runState;
        runState.threadStarts();
        boolean started = false;
        try {
            start();
            started = true;
        } finally {
            if (!started) {
                runState.threadEnds(); // if the engine has stopped meanwhile, it waited for this
            }
        }
    }

    @Override
    public void run() {
        if (cpu >= 0) {
            pin = Affinity.pinCurrentThread(CpuSet.of(cpu));
        }
        try {
            do {
                worker.run(this);
            } while (worker.crew.retire(worker));
        } catch (Throwable bug) {
            worker.crew.crash(bug);
        } finally {
            worker.crew.runState.threadEnds();
        }
    }

    /** The CPU that it was to be pinned to; -1 for none. */
    int cpu() {
        return cpu;
    }

    /** What came of pinning it; null if that was not tried, or not yet. */
    PinResult pin() {
        return pin;
    }
}
