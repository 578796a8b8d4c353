// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.ArrayDeque;

/**
 * The futures of one worker that wait in {@code get} beneath another task which the worker runs
 * meanwhile. An interrupt meant for one of them must not strike the task above it: it is kept until
 * that future's own code runs again. The worker pushes and pops; any thread that cancels asks.
 */
final class Suspended {
    private final ArrayDeque<Entry> entries = new ArrayDeque<>(); // guarded by this

    private static final class Entry {
        final TaskFuture<?> future;
        boolean interrupted;

        Entry(TaskFuture<?> future) {
            this.future = future;
        }
    }

    /** The worker: from now on the future's interrupts are kept. It may be null: a plain Runnable. */
    synchronized void push(TaskFuture<?> future) {
        entries.push(new Entry(future));
    }

    /** The worker: the newest one goes on; true if it was to be interrupted meanwhile. */
    synchronized boolean pop() {
        return entries.pop().interrupted;
    }

    /** Any thread: interrupts the future's code, at once if it runs, else when it does again. */
    synchronized void interrupt(TaskFuture<?> future, Thread thread) {
        for (Entry entry : entries) {
            if (entry.future == future) {
                entry.interrupted = true;
                return;
            }
        }
        thread.interrupt();
    }
}
