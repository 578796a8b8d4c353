// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Virtual threads, found by reflection since these classes also run on 17.
 *
 * <p>They are started bare, without {@code newVirtualThreadPerTaskExecutor}, which would enter each
 * one into a concurrent set. Their number of workers is the scheduler's, fixed when the JVM starts.
 */
final class VirtualThreads {
    private static final MethodHandle START = find();

    private VirtualThreads() {}

    static boolean available() {
        return START != null;
    }

    /** Carrier threads: {@code jdk.virtualThreadScheduler.parallelism}, or one per processor. */
    static int workers() {
        return Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism",
                Runtime.getRuntime().availableProcessors());
    }

    /** Starts the task on a thread of its own. */
    static void start(Runnable task) {
        try {
            Thread started = (Thread) START.invokeExact(task);
            assert started != null;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a virtual thread could not be started", e);
        }
    }

    private static MethodHandle find() {
        if (Runtime.version().feature() < 21) {
            return null; // a preview on 19 and 20, absent before
        }
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class,
                            "startVirtualThread",
                            MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
