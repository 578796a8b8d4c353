// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The {@link Poller} of an engine, and which sleeping worker watches it: that one takes short naps, so
 * that the others can sleep. While nobody watches, because all sleepers have long naps and the watcher has
 * found work, workers look between their tasks. Any thread.
 */
final class Watch {
    private static final int NOBODY = -1;

    private final Crew crew;
    private final Poller poller;
    private final AtomicInteger watcher = new AtomicInteger(NOBODY);

    /** With a null poller there is nothing to watch. */
    Watch(Crew crew, Poller poller) {
        this.crew = crew;
        this.poller = poller;
    }

    boolean isOn() {
        return poller != null;
    }

    /**
     * One look, on a stack that has room for it; false if it found nothing, or there is nothing to look
     * at.
     */
    boolean poll(boolean idle) {
        if (poller == null) {
            return false;
        }
        try {
            return poller.poll(idle);
        } catch (Throwable error) {
            crew.uncaught(Thread.currentThread(), error);
            return false;
        }
    }

    /** How long a worker that falls asleep may nap: not long if it is the one that watches. */
    long nap(int worker, long nap) {
        if (poller != null && (watcher.get() == worker || watcher.compareAndSet(NOBODY, worker))) {
            return Math.min(nap, poller.napNs());
        }
        return nap;
    }

    /** A worker wakes up. */
    void leave(int worker) {
        if (poller != null && watcher.get() == worker) {
            watcher.set(NOBODY);
        }
    }
}
