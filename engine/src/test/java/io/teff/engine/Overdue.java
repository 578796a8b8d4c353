// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a JVM that does not end in time: who reads its output cannot be interrupted. First the JVM writes
 * the stacks of its threads to that output.
 */
public final class Overdue implements AutoCloseable {
    private final Process jvm;
    private final Thread watch;
    private volatile boolean killed;

    public Overdue(Process jvm, Duration limit) {
        this.jvm = jvm;
        watch = new Thread(() -> watch(limit), "overdue");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch(Duration limit) {
        try {
            if (!jvm.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                killed = true;
                new ProcessBuilder("kill", "-QUIT", Long.toString(jvm.pid())).start().waitFor();
                jvm.waitFor(2, TimeUnit.SECONDS); // it writes
            }
        } catch (InterruptedException | IOException e) {
            return; // nobody waits any more, or it cannot be asked
        } finally {
            if (killed) {
                jvm.destroyForcibly();
            }
        }
    }

    /** Whether it was late, and has been killed. */
    public boolean hasKilled() {
        return killed;
    }

    /** It may take its time now. */
    @Override
    public void close() {
        watch.interrupt();
    }
}
