// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * The slow side of a worker's fork/join; the fast one, a private fork that nobody asked for, is a plain
 * call in {@link LongTask}. It runs the forks that its worker steals, joins those that are public or
 * stolen, and gives up those that nobody will join. The worker's own thread only; {@link ForkStack}
 * and {@link Frame} are the protocol with the others.
 *
 * <p>Two promises. A computation leaves {@code head} where it found it, whether it returns or throws:
 * the forks that it left open are dropped, or waited for if somebody runs them. And the wait for a
 * stolen fork runs nothing but what came out of that fork.
 */
final class Joiner {
    private static final int SPINS = 1000;
    private static final int YIELDS = 100;
    private static final long PARK_NS = 1_000_000;

    private final Worker self;

    Joiner(Worker self) {
        this.self = self;
    }

    /** Steals the victim's oldest fork and runs it; false when there was none. */
    boolean steal(Worker victim) {
        self.counters.addAttempt();
        Frame frame = victim.steal(self);
        if (frame == null) {
            return false;
        }
        self.counters.addSteal();
        self.idling.works();
        Timeline timeline = self.timeline;
        if (self.probe != null) {
            self.probe.stole(victim.index);
        }
        long then = timeline == null ? 0 : System.nanoTime();
        if (self.crew.sleepers.any() && victim.hasPublic()) {
            self.crew.wakeOne();
        }
        Forkable.Detached group = frame.task.group(frame.ref);
        if (group != null) {
            runDetached(frame, victim, group);
        } else {
            runStolen(frame, victim);
        }
        if (timeline != null) {
            timeline.fork(then, victim.index);
        }
        return true;
    }

    private void runStolen(Frame frame, Worker victim) {
        int base = self.head;
        long result = 0;
        Throwable error = null;
        try {
            result = frame.task.run(self, frame.a, frame.b, frame.ref);
        } catch (Throwable thrown) {
            error = thrown;
        }
        try {
            if (self.head != base) {
                error = error == null ? unjoined(base) : Errors.join(error, abandon(base));
            }
        } finally {
            if (frame.finish(result, error)) {
                victim.unpark();
            }
        }
    }

    /** The frame is its owner's again before the task begins: nobody waits for the end of this one. */
    private void runDetached(Frame frame, Worker victim, Forkable.Detached group) {
        Forkable task = frame.task;
        long a = frame.a;
        long b = frame.b;
        Object ref = frame.ref;
        group.begins();
        if (frame.finish(0, null)) {
            victim.unpark();
        }
        int base = self.head;
        Throwable error = null;
        try {
            task.run(self, a, b, ref);
        } catch (Throwable thrown) {
            error = thrown;
        }
        try {
            if (self.head != base) {
                error = error == null ? unjoined(base) : Errors.join(error, abandon(base));
            }
        } finally {
            group.ends(error);
            self.idling.expectMore();
        }
    }

    /** Drops the newest frame, a stolen one of a group. Returns what the theft itself threw, or null. */
    Throwable dropDetached(int newest) {
        Frame frame = self.frames[newest];
        int rounds = 0;
        while (!frame.isFinished()) { // in a moment
            rounds = Waiting.pause(rounds);
        }
        Throwable error = frame.takeError();
        self.popFinished(newest);
        return error;
    }

    /** Whether somebody else has a public fork just now; who has none is asked for some. */
    boolean seesForks() {
        Crew crew = self.crew;
        for (int i = 0, n = crew.size(); i < n; i++) {
            Worker victim = crew.worker(i);
            if (victim == self) {
                continue;
            }
            if (victim.hasPublic()) {
                return true;
            }
            victim.askForWork();
        }
        return false;
    }

    /** Steals a fork of the group from any worker, and runs it; false when there was none. */
    boolean stealOf(Forkable.Detached group) {
        Crew crew = self.crew;
        for (int i = 0, n = crew.size(); i < n; i++) {
            Worker victim = crew.worker(i);
            Frame frame = victim == self ? null : victim.stealFor(self, group);
            if (frame == null) {
                continue;
            }
            if (!group.test(frame)) { // reused between the look and the theft
                new StolenFork(victim, frame).runHere(crew);
                continue;
            }
            self.counters.addSteal();
            self.idling.works();
            if (self.probe != null) {
                self.probe.stole(victim.index);
            }
            runDetached(frame, victim, group);
            return true;
        }
        return false;
    }

    /** Runs a whole computation on this worker, whatever it is in the midst of. */
    long runRoot(Forkable task, long a, long b, Object ref) {
        if (self.crew.sleepers.any()) {
            self.askForWork(); // so that the first fork wakes somebody
        }
        return runQuietRoot(task, a, b, ref);
    }

    /** As {@link #runRoot}, for one that knows better when to wake somebody. */
    long runQuietRoot(Forkable task, long a, long b, Object ref) {
        int base = self.head;
        Timeline timeline = self.timeline;
        long then = timeline == null ? 0 : System.nanoTime();
        long result;
        try {
            result = task.run(self, a, b, ref);
        } catch (Throwable error) {
            if (self.head != base) {
                Errors.join(error, abandon(base));
            }
            throw error;
        }
        if (self.head != base) {
            throw unjoined(base);
        }
        if (timeline != null) {
            timeline.root(task, then);
        }
        return result;
    }

    /** Join, when the fork is public, stolen, or not the newest. */
    long join(int forked) {
        makeNewest(forked, "join");
        Frame frame = self.frames[forked];
        if (self.pop(forked)) {
            return frame.task.run(self, frame.a, frame.b, frame.ref);
        }
        awaitStolen(frame);
        Throwable error = frame.takeError();
        long result = frame.a;
        self.popFinished(forked);
        if (error != null) {
            throw Errors.sneak(error);
        }
        return result;
    }

    /** Unfork, likewise. */
    boolean unfork(int forked) {
        makeNewest(forked, "unfork");
        return self.pop(forked);
    }

    /** The forks above it are there since an exception came past them and was caught: gives them up. */
    private void makeNewest(int forked, String what) {
        if (forked < 0 || forked >= self.head) {
            throw new IllegalStateException(
                    what
                            + " without fork: token "
                            + forked
                            + " is not among the "
                            + self.head
                            + " open forks of worker "
                            + self.index
                            + "; each fork is joined once, the newest first");
        }
        if (self.head > forked + 1) {
            Throwable lost = abandon(forked + 1);
            if (lost != null) {
                self.fail(lost);
            }
        }
    }

    /**
     * Gives up the forks above {@code base}, which nobody will join: drops those that are still here
     * and waits for the stolen ones. Returns what those threw, or null.
     */
    Throwable abandon(int base) {
        Throwable first = null;
        while (self.head > base) {
            int newest = self.head - 1;
            Frame frame = self.frames[newest];
            if (!self.pop(newest)) {
                awaitStolen(frame);
                Throwable thrown = frame.takeError();
                self.popFinished(newest);
                first = Errors.join(first, thrown);
            }
        }
        return first;
    }

    /** Gives up the forks above {@code base} of a computation that has returned without them. */
    IllegalStateException unjoined(int base) {
        int forks = self.head - base;
        return new IllegalStateException(
                forks + " forks were never joined: join each fork in the compute that made it",
                abandon(base));
    }

    /**
     * Waits for a stolen fork, and meanwhile steals from its thief alone: that is work which came out
     * of our own fork, so nothing unrelated runs under locks our callers hold. Source: Wagner and
     * Calder, "Leapfrogging", 1993. A fork that runs in another process has no thief to steal from
     * here: whoever let it go there lets any task run meanwhile.
     */
    private void awaitStolen(Frame frame) {
        boolean interrupted = false;
        int rounds = 0;
        while (!frame.isFinished()) {
            Object thief = frame.thief();
            if (thief instanceof Worker worker && Errors.stackHasRoom() && steal(worker)) {
                rounds = 0;
            } else if (thief != null && !(thief instanceof Worker) && self.nesting.help()) {
                rounds = 0;
            } else if (rounds < SPINS) {
                rounds++;
                Thread.onSpinWait();
            } else if (rounds < SPINS + YIELDS || !Errors.stackHasRoomToWake()) {
                rounds++; // or no stack to call a stand-in: an overflow would leave it half called
                Thread.yield();
            } else {
                self.crew.beginBlocking(self);
                try {
                    if (frame.announceWait()) {
                        LockSupport.parkNanos(self, PARK_NS);
                        interrupted |= Thread.interrupted();
                    }
                } finally {
                    self.crew.endBlocking();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
