// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while something is measured: the thread that measures is interrupted, and the JVM lives on until
 * what was measured so far is written, or for half a minute. It then ends with exit code 130, as always.
 *
 * <pre>
 * isRequested  hook's thread: volatile, before it interrupts   measuring thread: volatile
 * FINISHED     main thread, once the command has written all   hook's thread waits for it
 * </pre>
 */
public final class Stop implements AutoCloseable {
    private static final CountDownLatch FINISHED = new CountDownLatch(1);
    private static final long LONGEST_WAIT_S = 30;

    private final Thread measuring = Thread.currentThread();
    private final Thread hook = new Thread(this::stop, "teff-stop");
    private volatile boolean isRequested;

    private Stop() {}

    /** Begins to watch, for the thread that calls. */
    static Stop watch() {
        Stop stop = new Stop();
        try {
            Runtime.getRuntime().addShutdownHook(stop.hook);
        } catch (IllegalStateException e) {
            stop.isRequested = true; // it ends already
        }
        return stop;
    }

    /** All is written: a JVM that is ending need not wait any more. */
    public static void finished() {
        FINISHED.countDown();
    }

    boolean isRequested() {
        return isRequested;
    }

    /** For the hook, and for tests. */
    void request() {
        isRequested = true;
        measuring.interrupt();
    }

    private void stop() {
        request();
        try {
            FINISHED.await(LONGEST_WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then it ends at once
        }
    }

    /** Ends to watch; if it was requested, this thread is not interrupted any more. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            isRequested = true; // perhaps just now; the hook waits for finished()
        }
        if (isRequested) {
            Thread.interrupted(); // what follows writes results
        }
    }
}
