// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.executors.disruptor.DisruptorExecutor;
import io.teff.executors.htex.HtexConfig;
import io.teff.executors.htex.HtexExecutor;
import io.teff.executors.xqueue.XQueueExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Executors by name, for users and benchmarks alike. Any thread may call; each call makes a new
 * executor, which belongs to the caller and is to be shut down by it.
 *
 * <p>The threads are daemons and named after their executor: {@code teff-threads-3}. A virtual
 * thread is a daemon too, and has no name.
 */
public final class TeffExecutors {
    private TeffExecutors() {}

    /** The kinds of executors, in the order in which they are listed. */
    private enum Kind {
        ENGINE("engine") {
            @Override
            ExecutorService create(int workers) {
                return Engine.start(EngineConfig.builder().workers(workers).build());
            }
        },
        THREADS("threads") {
            @Override
            ExecutorService create(int workers) {
                return new ThreadPoolExecutor(
                        workers,
                        workers,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DaemonThreads("teff-threads-"));
            }
        },
        FORKJOIN("forkjoin") {
            @Override
            ExecutorService create(int workers) {
                return new ForkJoinPool(workers, new DaemonThreads("teff-forkjoin-"), null, true);
            }
        },
        VIRTUAL("virtual") {
            @Override
            ExecutorService create(int workers) {
                return VirtualThreads.executor();
            }

            @Override
            boolean isAvailable() {
                return VirtualThreads.areAvailable();
            }
        },
        DISRUPTOR("disruptor") {
            @Override
            ExecutorService create(int workers) {
                return new DisruptorExecutor(workers);
            }
        },
        XQUEUE("xqueue") {
            @Override
            ExecutorService create(int workers) {
                return new XQueueExecutor(workers);
            }
        },
        HTEX("htex") {
            @Override
            ExecutorService create(int workers) {
                return new HtexExecutor(HtexConfig.tuned().workersPerNode(workers).build());
            }

            @Override
            boolean takesAnyTask() {
                return false;
            }
        };

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        abstract ExecutorService create(int workers);

        boolean isAvailable() {
            return true;
        }

        /** False: its tasks travel to other processes, so they must be serializable. */
        boolean takesAnyTask() {
            return true;
        }
    }

    /**
     * A new executor of the kind {@code name} with {@code workers} threads. {@code virtual} has a
     * thread for each task, whatever the number.
     *
     * @throws IllegalArgumentException for a name that is none of {@link #knownNames}, fewer than
     *     one worker, or more than {@link XQueueExecutor#MAX_WORKERS} of {@code xqueue}
     * @throws UnsupportedOperationException if this JVM is too old for that kind
     */
    public static ExecutorService byName(String name, int workers) {
        Kind kind = kind(name);
        if (workers <= 0) {
            throw new IllegalArgumentException("workers must be at least 1: " + workers);
        }
        return kind.create(workers);
    }

    /** The names of executors that run on this JVM and take any task: all but {@code htex}. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kind.isAvailable() && kind.takesAnyTask()) {
                names.add(kind.label);
            }
        }
        return List.copyOf(names);
    }

    /** The names of executors that run on this JVM and send their tasks to other processes. */
    public static List<String> remoteNames() {
        List<String> names = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kind.isAvailable() && !kind.takesAnyTask()) {
                names.add(kind.label);
            }
        }
        return List.copyOf(names);
    }

    /** All names there are, also those that need a newer JVM or tasks that can travel. */
    public static List<String> knownNames() {
        List<String> names = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            names.add(kind.label);
        }
        return List.copyOf(names);
    }

    private static Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.label.equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "no executor has the name "
                        + name
                        + ", known are "
                        + String.join(", ", knownNames()));
    }
}
