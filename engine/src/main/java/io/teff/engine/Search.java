// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.Arrays;

/**
 * Where one worker looks for work: its own deque and arrivals; the inboxes and lanes it is at home
 * at; the fork stacks of others, oldest fork first; what the engine's {@link Poller} brings; then inboxes,
 * queues and lanes of others. Every 64 tasks it looks outside first, so that tasks that submit tasks
 * cannot starve the outside. Owner thread only.
 *
 * <p>Patience: when tasks are tiny, a thief costs more than it brings, since each of its visits pulls
 * a cache line away from the worker that lives on it. So a queue of others is left alone as long as it
 * moves: the thief takes from it only if it stands as it did at the last look or looks, which is what
 * a long task looks like, or if it has become long. Forks need no patience: they are public only if
 * somebody asked.
 */
final class Search {
    /** Tasks that go from an inbox to a worker at once. */
    static final int BATCH = 64;

    /** So few new tasks mean that their producer is just at it. */
    static final int SMALL_BATCH = 8;

    private static final int FALL_BACK_SPINS = 16;
    private static final int OUTSIDE_EVERY = 64;
    private static final int OTHERS_EVERY = 8;
    private static final int LOOKS = 4; // some two microseconds, longer than a batch of tiny tasks
    private static final int STREAK = 16; // batches, from one inbox of others
    private static final int BACKLOG = 32 * BATCH;
    private static final int BACKLOG_EVERY = 8;

    private final Worker self;
    private final Crew crew;
    private final StealOrder order;
    private final long[] seenInboxes; // by inbox: its head at the last look
    private final int[] standing; // by inbox: looks since its head moved
    private final long[] seenArrivals; // by victim: the top of its arrivals at the last look
    private final long[] seenLone; // by victim: the lone task of its deque at the last look
    private int untilCheck = OUTSIDE_EVERY;
    private int untilOutside = OUTSIDE_EVERY;
    private int looks;
    private int idleLooks;
    private int lastBatch;

    Search(Worker self, StealOrder order) {
        this.self = self;
        this.order = order;
        crew = self.crew;
        int victims = crew.config.workers() + crew.config.maxSpares();
        seenInboxes = new long[crew.inboxes.length];
        standing = new int[crew.inboxes.length];
        seenArrivals = new long[victims];
        seenLone = new long[victims];
        Arrays.fill(seenInboxes, -1);
        Arrays.fill(seenArrivals, -1);
    }

    /** Finds work and runs it; false when there is none. */
    boolean runOne() {
        Runnable task = null;
        boolean isDue = --untilCheck <= 0;
        if (isDue) {
            task = check();
        }
        if (task != null || (task = self.deque.pop()) != null || (task = arrived()) != null) {
            run(task, isDue);
            runWhatIsAtHand();
            return true;
        }
        if (runLanes(true) || runFork()) {
            return true;
        }
        if (crew.watch.poll(true)) {
            self.idling.works();
            return true;
        }
        if (self.idling.isIdle() && (++idleLooks & OTHERS_EVERY - 1) != 0) {
            return false; // each look at what others work on costs them a cache line
        }
        if ((task = fromInboxes(true)) != null || (task = fromWorkers()) != null) {
            run(task, isDue);
            return true;
        }
        return runLanes(false);
    }

    private void run(Runnable task, boolean isDue) {
        if (isDue || self.idling.isRested()) {
            begin(task);
        }
        self.runTask(task);
    }

    /** Goes on until the next check, in a loop with little in it, if there is more. */
    private void runWhatIsAtHand() {
        Runnable task;
        while (--untilCheck > 0
                && !crew.isStopped()
                && ((task = self.deque.pop()) != null || (task = take(self.arrivals)) != null)) {
            run(task, false);
        }
    }

    private void begin(Runnable task) {
        self.idling.works();
        if (self.timeline != null) {
            self.timeline.before(task);
        }
    }

    /** Every 64 tasks a look outside, which gives what it found; more often what the timeline asks for. */
    private Runnable check() {
        int stride = self.timeline == null ? OUTSIDE_EVERY : self.timeline.stride(OUTSIDE_EVERY);
        untilCheck = stride;
        untilOutside -= stride;
        if (untilOutside > 0) {
            return null;
        }
        untilOutside = OUTSIDE_EVERY;
        crew.watch.poll(false);
        return arrived();
    }

    /** A detached task from anywhere; null when there is none. */
    Runnable anyTask() {
        Runnable task = self.deque.pop();
        if (task == null && (task = arrived()) == null && (task = fromInboxes(false)) == null) {
            task = fromWorkers();
        }
        return task;
    }

    /** The oldest task from outside that this worker has taken, or can take where it is at home. */
    private Runnable arrived() {
        Runnable task = take(self.arrivals);
        int step = crew.config.workers();
        for (int i = self.index; task == null && i < crew.inboxes.length; i += step) {
            task = drain(crew.inboxes[i]);
        }
        return task;
    }

    private Runnable fromInboxes(boolean patient) {
        Inbox[] inboxes = crew.inboxes;
        for (int i = 0; i < inboxes.length; i++) {
            Inbox inbox = inboxes[i];
            long head = inbox.headOpaque();
            if (head != seenInboxes[i]) {
                seenInboxes[i] = head;
                standing[i] = 0;
            }
            if (inbox.hasTasks() && (!patient || ++standing[i] >= LOOKS || hasBacklog(inbox))) {
                Runnable task = drain(inbox);
                if (task != null) {
                    seenInboxes[i] = inbox.headOpaque(); // its own take is no sign of life
                    if (standing[i] >= LOOKS + STREAK) {
                        standing[i] = 0; // what comes after this inbox has its turn
                    }
                    return task;
                }
            }
        }
        return null;
    }

    /** Asked now and then: the answer lies on the line that producers claim slots on. */
    private boolean hasBacklog(Inbox inbox) {
        return (++looks & BACKLOG_EVERY - 1) == 0 && inbox.size() >= BACKLOG;
    }

    /**
     * Takes a batch. While tasks come one by one and without a gap, the producer and this worker pull
     * the same cache line to and fro at each of them: so this worker falls back a little first.
     */
    private Runnable drain(Inbox inbox) {
        if (!inbox.hasTasks()) {
            return null;
        }
        if (lastBatch < SMALL_BATCH && !self.idling.isIdle()) {
            fallBack();
        }
        Runnable task = inbox.drain(self.arrivals, BATCH);
        if (task != null) {
            lastBatch = self.arrivals.size() + 1;
            self.counters.addDrained();
            if (lastBatch > 1) {
                self.wakeIfWorth();
            }
        }
        return task;
    }

    /** Lets a producer get some way ahead. */
    static void fallBack() {
        for (int i = 0; i < FALL_BACK_SPINS; i++) {
            Thread.onSpinWait();
        }
    }

    private boolean runLanes(boolean home) {
        boolean ran = false;
        for (Submitter lane : crew.lanes()) {
            if (home == (lane.home() == self.index)) {
                ran |= lane.run(self);
            }
        }
        if (ran) {
            Worker.dropInterrupt();
        }
        return ran;
    }

    private boolean runFork() {
        if (stealFork()) {
            Worker.dropInterrupt();
            return true;
        }
        return false;
    }

    private boolean stealFork() {
        for (int victim : order.next()) {
            if (self.joiner.steal(crew.workers[victim])) {
                return true;
            }
        }
        for (int i = 0, n = crew.spares.count(); i < n; i++) {
            Worker spare = crew.spares.get(i);
            if (spare != self && self.joiner.steal(spare)) {
                return true;
            }
        }
        return false;
    }

    private Runnable fromWorkers() {
        for (int victim : order.next()) {
            Runnable task = from(crew.workers[victim]);
            if (task != null) {
                return task;
            }
        }
        for (int i = 0, n = crew.spares.count(); i < n; i++) {
            Worker spare = crew.spares.get(i);
            Runnable task = spare == self ? null : from(spare);
            if (task != null) {
                return task;
            }
        }
        return null;
    }

    /** A lone task is in most cases the next link of a chain, and belongs where the last one ran. */
    private Runnable from(Worker victim) {
        int i = victim.index;
        long top = victim.arrivals.top();
        long lone = victim.deque.lone();
        Runnable task = top == seenArrivals[i] ? take(victim.arrivals) : null;
        if (task != null) {
            top++;
        } else if (lone == TaskDeque.MANY || (lone != 0 && lone == seenLone[i])) {
            task = take(victim.deque);
        }
        seenArrivals[i] = top;
        seenLone[i] = lone;
        if (task != null) {
            self.counters.addSteal();
            if (self.probe != null) {
                self.probe.stole(victim.index);
            }
            if (victim.hasTasks()) {
                self.wakeIfWorth();
            }
        }
        return task;
    }

    private static Runnable take(TaskDeque from) {
        Runnable task;
        do {
            task = from.steal();
        } while (task == TaskDeque.LOST);
        return task;
    }
}
