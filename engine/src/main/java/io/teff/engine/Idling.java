// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * How one worker waits when it finds nothing: spin, yield, sleep. Owner thread only.
 *
 * <p>The spin is as long as the preset says while spinning pays; each spin that ends in sleep halves
 * the next one. Asleep it naps, longer each time, and looks for work between two naps: whoever makes
 * work need not wake a sleeper for each small task, and an idle engine wakes up some sixteen times a
 * second. The order of saying that it sleeps and the last look is {@link Sleepers}' protocol.
 */
final class Idling {
    /** A microsecond or two. */
    static final int MOMENT_SPINS = 64;

    private static final int MIN_SPINS = 20;
    private static final int PATIENCE = 4;
    private static final long FIRST_NAP_NS = 1_000_000;
    private static final long LONGEST_NAP_NS = 64_000_000;

    private final Worker self;
    private final Crew crew;
    private final IdlePreset preset;
    private int rounds;
    private int spins;
    private boolean rested; // it has run nothing since it began, or since it found nothing
    private boolean expectsMore;
    private boolean woken; // by another thread, and has found nothing yet
    private Object parkEvent; // of the flight recorder, while it sleeps

    Idling(Worker self) {
        this.self = self;
        crew = self.crew;
        preset = crew.config.idle();
    }

    void begin() {
        rounds = 0;
        spins = preset.spins;
        rested = true;
        woken = true;
    }

    /** Whether the last search found nothing. */
    boolean isIdle() {
        return rounds > 0;
    }

    /** What was found is part of something that goes on: there may be more of it in a moment. */
    void expectMore() {
        expectsMore = true;
    }

    /** Whether what it runs next is the first since it began, or since it found nothing. */
    boolean isRested() {
        return rested;
    }

    /** It is about to run something. */
    void works() {
        if (rested) {
            resume();
        }
    }

    private void resume() {
        rested = false;
        if (rounds > 0) {
            rounds = 0;
            spins = preset.spins;
        }
        if (woken) {
            woken = false;
            crew.waker.wokenInTime();
        }
        if (self.probe != null) {
            self.probe.works();
        }
    }

    /** The last search found nothing. */
    void idle() {
        int round = rounds++;
        if (round == 0) {
            rested = true;
            if (expectsMore) {
                expectsMore = false;
                spins = PATIENCE * preset.spins;
            }
        }
        if (self.probe != null) {
            self.probe.idle(round);
        }
        if (round < spins) {
            self.counters.addSpin();
            Thread.onSpinWait();
        } else if (round < spins + preset.yields) {
            Thread.yield();
        } else if (preset.parks || crew.isShutdown()) {
            spins = Math.max(MIN_SPINS, spins / 2);
            sleep();
        } else {
            self.release();
            rounds = 1; // spins for ever
        }
    }

    /** A moment later: what was published without a fence as this worker looked is there by now. */
    private boolean lookAgain() {
        for (int i = 0; i < MOMENT_SPINS; i++) {
            Thread.onSpinWait();
        }
        return crew.hasWork();
    }

    private void sleep() {
        self.release();
        if (woken) {
            woken = false;
            crew.waker.wokenInVain();
        }
        Sleepers sleepers = crew.sleepers;
        sleepers.add(self.index);
        self.counters.addPark();
        parkEvent = FlightEvents.beginPark();
        if (self.probe != null) {
            self.probe.parks();
        }
        for (long nap = FIRST_NAP_NS; ; nap = Math.min(2 * nap, LONGEST_NAP_NS)) {
            crew.askAllForWork(self); // once more: an owner may have overwritten the last question
            boolean work = crew.watch.poll(true) || crew.hasWork(); // after add, a fence
            if (!work && nap == FIRST_NAP_NS) {
                work = lookAgain();
            }
            if (work || crew.isStopped() || crew.spares.isSurplus(self)) {
                sleepers.remove(self.index);
                crew.watch.leave(self.index);
                wakes();
                return;
            }
            if (crew.isShutdown()) {
                crew.runState.tryTerminate();
            }
            if (sleepers.contains(self.index)) {
                LockSupport.parkNanos(self, crew.watch.nap(self.index, nap));
                Thread.interrupted(); // a late interrupt, for a task that has ended
            }
            if (!sleepers.contains(self.index)) {
                crew.watch.leave(self.index);
                woken = true;
                wakes();
                rounds = 0;
                return;
            }
        }
    }

    private void wakes() {
        FlightEvents.endPark(parkEvent, self);
        parkEvent = null;
        if (self.probe != null) {
            self.probe.wakes();
        }
    }
}
