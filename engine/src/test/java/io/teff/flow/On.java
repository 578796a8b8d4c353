// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** The executors on which every test of a flow runs. Two threads each, but for the last. */
enum On {
    ENGINE,
    THREADS,
    FORKJOIN,
    DIRECT;

    Executor open() {
        return switch (this) {
            case ENGINE -> Engine.start(EngineConfig.builder().workers(2).build());
            case THREADS -> Executors.newFixedThreadPool(2);
            case FORKJOIN -> new ForkJoinPool(2);
            case DIRECT -> Runnable::run;
        };
    }

    /** Shuts it down; fails if its threads do not end. */
    static void close(Executor executor) throws InterruptedException {
        if (executor instanceof ExecutorService service) {
            service.shutdown();
            if (!service.awaitTermination(20, TimeUnit.SECONDS)) {
                service.shutdownNow();
                throw new AssertionError("still running: " + service);
            }
        }
    }
}
