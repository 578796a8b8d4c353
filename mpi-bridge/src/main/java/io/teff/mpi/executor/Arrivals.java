// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Results that have come and are not handed over. Any thread may hand over; what follows a result is user
 * code, which may wait for the next batch: so each that a worker or the pulse brings asks for a task of the
 * engine, which hands over until nothing is left. Thread-safe.
 *
 * <pre>
 * FIELD       WRITTEN BY                   HOW            READ BY
 * batches     whoever looks, hands over    volatile       whoever hands over
 * due         whoever asks for a task      getAndAdd      whoever asks for one
 *             that task, as it begins      the same, before it reads batches
 * hasLeft     whoever leaves something     volatile, after its batch is in
 *             who looks next               volatile, before it reads batches
 * unfinished  whoever hands over           getAndAdd      the {@link Driver}
 * </pre>
 */
final class Arrivals {
    private static final int MOST_DUE = 16; // a busy worker's inbox must not fill up with them

    private final Driver driver;
    private final AtomicInteger unfinished;
    private final ConcurrentLinkedQueue<ResultBatch> batches = new ConcurrentLinkedQueue<>();
    private final AtomicInteger due = new AtomicInteger();
    private volatile boolean hasLeft;

    /**
     * None yet.
     *
     * @param unfinished how many there are, among others; whoever adds some has counted them
     */
    Arrivals(Driver driver, AtomicInteger unfinished) {
        this.driver = driver;
        this.unfinished = unfinished;
    }

    void addAll(Collection<ResultBatch> some) {
        batches.addAll(some);
    }

    /**
     * Hands over, while there is something. If what follows a result waits, who waits for it goes on here,
     * by {@link Driver#help}.
     *
     * @param onlyPlain leaves the first result that user code follows, and what is behind it
     * @return whether there was anything
     */
    boolean handOver(boolean onlyPlain) {
        int count = 0;
        ResultBatch batch;
        try {
            while ((batch = batches.peek()) != null) {
                if (onlyPlain ? batch.handNextPlain(driver) : batch.handNext(driver)) {
                    count++;
                } else if (batch.isDrawn()) {
                    batches.remove(batch);
                } else {
                    leave();
                    break;
                }
            }
        } finally {
            if (count != 0) {
                unfinished.getAndAdd(-count);
            }
        }
        return count > 0;
    }

    /** Has so many tasks of the engine hand over; later, if enough of them are due already. */
    void handOverSoon(int tasks) {
        for (int i = 0; i < tasks && !batches.isEmpty(); i++) {
            if (due.get() >= MOST_DUE && !driver.engine().isShutdown()) { // which may drop them
                leave();
                return;
            }
            due.getAndIncrement();
            try {
                driver.hand(this::begin);
            } catch (Throwable error) {
                due.getAndDecrement();
                throw error;
            }
        }
    }

    private void begin() {
        due.getAndDecrement(); // first: what comes from now on needs another task
        handOver(false);
    }

    /** Whether there is something for the next look of a worker, or of the pulse. */
    boolean hasLeft() {
        return hasLeft;
    }

    /** The next look of a worker, or of the pulse, sees to what is here now. */
    private void leave() {
        if (!hasLeft) {
            hasLeft = true;
        }
    }

    /** At a look: asks for what somebody has left. */
    void handOverTheLeft() {
        if (hasLeft) {
            hasLeft = false; // first: what is left from now on is for the next look
            batches.forEach(batch -> handOverSoon(1));
        }
    }
}
