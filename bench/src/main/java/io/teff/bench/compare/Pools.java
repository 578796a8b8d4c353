// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.programs.Pool;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes the executors that programs are compared on. */
final class Pools {
    static final String VIRTUAL = "virtual";
    static final String THREADS = "threads";

    private static final int FIRST_JDK_WITH_VIRTUAL = 21;
    private static final long END_TIMEOUT_S = 30;

    private Pools() {}

    /** The executors that this JVM can run, in the order in which they are compared. */
    static List<String> names() {
        List<String> names =
                new ArrayList<>(List.of(Pool.SEQUENTIAL, "engine", THREADS, "forkjoin"));
        if (hasVirtual()) {
            names.add(VIRTUAL);
        }
        return names;
    }

    static boolean hasVirtual() {
        return Runtime.version().feature() >= FIRST_JDK_WITH_VIRTUAL;
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

    /** Starts a contender; {@link #close(Pool)} ends it. */
    static Pool open(String contender, int workers, boolean flat) {
        String executor = Pool.executorOf(contender);
        ExecutorService service =
                switch (executor) {
                    case Pool.SEQUENTIAL -> null;
                    case "engine" -> Engine.start(EngineConfig.builder().workers(workers).build());
                    case THREADS ->
                            new ThreadPoolExecutor(
                                    workers,
                                    workers,
                                    0,
                                    TimeUnit.SECONDS,
                                    new LinkedBlockingQueue<>());
                    case "forkjoin" -> forkJoin(workers, flat);
                    case VIRTUAL -> virtual();
                    default -> throw new IllegalArgumentException("unknown executor " + executor);
                };
        return new Pool(contender, workers, service);
    }

    /** Ends a contender's threads and waits for them. */
    static void close(Pool pool) throws InterruptedException {
        ExecutorService service = pool.service();
        if (service == null) {
            return;
        }
        service.shutdownNow();
        if (!service.awaitTermination(END_TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    pool.contender() + " did not end within " + END_TIMEOUT_S + " s");
        }
    }

    private static ExecutorService forkJoin(int workers, boolean async) {
        return new ForkJoinPool(
                workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, async);
    }

    /** Looked up by name, since this is compiled for an older JDK. */
    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("this JVM has no virtual threads", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("virtual threads do not start", e.getCause());
        }
    }
}
