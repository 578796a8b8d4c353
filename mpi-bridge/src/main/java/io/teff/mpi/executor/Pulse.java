// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The thread that looks when nobody else does, as all workers are in long tasks; whose beats tell the other
 * ranks that this one is alive; and that sees the end. It sleeps nearly always: each time that it wakes up
 * it takes some twenty microseconds from the worker of its core. So the longer nothing has come, the longer
 * it sleeps; what comes then waits for it a small part of that time.
 */
final class Pulse extends Thread {
    private static final long TICK_NS = 1_000_000;
    private static final long LONGEST_TICK_NS = 8_000_000;
    private static final int TICKS_OF_QUIET = 16;
    private static final long BEAT_NS = 50_000_000;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(5);

    private final Driver driver;
    private final BooleanSupplier wantsEnd;
    private final CountDownLatch over = new CountDownLatch(1);

    /**
     * Of this driver.
     *
     * @param wantsEnd whether this rank has nothing more to do for itself, now and for ever
     */
    Pulse(Driver driver, BooleanSupplier wantsEnd) {
        super("teff-mpi-" + driver.rank() + "-pulse");
        this.driver = driver;
        this.wantsEnd = wantsEnd;
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            beat();
            awaitThatAllKnow();
        } catch (RuntimeException | Error bug) {
            driver.members().giveUp("its pulse failed: " + bug, bug);
        } finally {
            try {
                driver.close();
            } finally {
                over.countDown();
            }
        }
    }

    private void beat() {
        Members members = driver.members();
        long looks = 0;
        long last = System.nanoTime();
        while (!members.isEnded()) {
            LockSupport.parkNanos(this, members.asksForEnd() ? TICK_NS : tickNs(driver.quietNs()));
            looks = lookIfNobodyDid(looks);
            if (wantsEnd.getAsBoolean()) {
                members.wantEnd();
                members.askForEnd();
            }
            last = beatIfTime(last);
        }
    }

    /** How long it sleeps when nothing has come for so long. */
    static long tickNs(long quietNs) {
        return Math.max(TICK_NS, Math.min(LONGEST_TICK_NS, quietNs / TICKS_OF_QUIET));
    }

    /** There is something for it to see at once. Any thread. */
    void wake() {
        LockSupport.unpark(this);
    }

    private long beatIfTime(long last) {
        long now = System.nanoTime();
        if (now - last < BEAT_NS) {
            return last;
        }
        driver.members().beat();
        return now;
    }

    private long lookIfNobodyDid(long looks) {
        if (looks == driver.looks()) {
            driver.poll(false);
        }
        return driver.looks();
    }

    /** Those who do not hear of the end within some seconds will miss rank 0, and end as well. */
    private void awaitThatAllKnow() {
        Members members = driver.members();
        long start = System.nanoTime();
        long last = start;
        while (members.failure() == null
                && !members.allKnow()
                && System.nanoTime() - start < END_NS) {
            members.askForEnd();
            driver.poll(false);
            LockSupport.parkNanos(this, TICK_NS / 10);
            last = beatIfTime(last); // one may be lost even now
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits for the end; false if it did not come in time. */
    boolean await(long nanos) throws InterruptedException {
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }
}
