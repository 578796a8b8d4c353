// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

/**
 * What one worker does: takes from its column, answers a thief after each task, and searches when it
 * has nothing. All methods are the worker's own.
 *
 * <p>A search looks for a column that has tasks and leaves its number on that worker's {@link Desk}.
 * The victim answers at its next task boundary by moving up to half of its tasks, at most {@value
 * #MOST_GIVEN}, into the queue from it to the thief, so that each queue keeps its one producer. A
 * victim that has not moved for 50 us is in a long task or off its core, and does not answer: then
 * the thief visits its column ({@link Turn}) and helps itself. Without that, tasks would be stuck
 * behind a task that blocks, perhaps for each other.
 *
 * <p>Where nobody has tasks the searcher spins for 20 us, yields for 30 more, and sleeps ({@link Nap}).
 */
final class XWorker {
    private static final int MOST_GIVEN = 32;
    private static final long SPIN_NS = 20_000;
    private static final long YIELD_NS = 50_000;
    private static final long STILL_NS = 50_000;
    private static final int SPINS_A_LOOK = 32;
    private static final int PROBE_DEPTH = 64;

    private final XQueueExecutor pool;
    private final int me;
    private final Column mine;
    private final Row row;
    private final Desk desk;
    private final long[] seenMoves; // by worker, and when they were first seen
    private final long[] seenAtNs;
    private boolean overflowFirst;
    private int victim; // where the last search ended

    XWorker(XQueueExecutor pool, int me) {
        this.pool = pool;
        this.me = me;
        this.mine = pool.column(me);
        this.row = pool.row(me);
        this.desk = pool.desk(me);
        this.seenMoves = new long[pool.columns()];
        this.seenAtNs = new long[pool.columns()];
        this.victim = me;
    }

    /** A task to run, or null when it is time to end. */
    Runnable next() {
        Runnable task = takeOwn();
        return task != null ? task : search();
    }

    /** At a task boundary: gives a thief that has asked a share of what there is. */
    void answer() {
        int thief = desk.nextRequest();
        if (thief == Desk.NOBODY) {
            return;
        }
        int given = 0;
        if (!stackHasRoom()) {
            return; // called from deep within a task: what we move must arrive
        }
        mine.turn.enter();
        if (!pool.hasStopped()) {
            int share = Math.min(MOST_GIVEN, mine.size() / 2);
            while (given < share && moveOne(mine, thief)) {
                given++;
            }
        }
        mine.turn.leave();
        if (given > 0) {
            pool.wakeFor(thief);
        }
    }

    /** Moves a task, if there is one and room for it, from a column whose turn we have. */
    private boolean moveOne(Column from, int to) {
        if (pool.column(to).isFull(me)) {
            return false;
        }
        Runnable task = from.take();
        if (task != null && !row.offerTo(to, task)) {
            throw new IllegalStateException("a queue that had room, and one producer, is full");
        }
        return task != null;
    }

    private Runnable takeOwn() {
        overflowFirst = !overflowFirst; // in turns, so that neither keeps the other waiting
        Runnable task = overflowFirst ? pool.overflown() : takeFromColumn();
        if (task != null) {
            return task;
        }
        return overflowFirst ? takeFromColumn() : pool.overflown();
    }

    private Runnable takeFromColumn() {
        mine.turn.enter();
        // The state comes after the turn: shutdownNow sets it, then visits. See drainTo.
        Runnable task = pool.hasStopped() ? null : mine.take();
        mine.turn.leave();
        return task;
    }

    private static boolean stackHasRoom() {
        try {
            return probe(PROBE_DEPTH) == PROBE_DEPTH;
        } catch (StackOverflowError full) {
            return false;
        }
    }

    private static int probe(int depth) {
        return depth == 0 ? 0 : 1 + probe(depth - 1);
    }

    private Runnable search() {
        long beganNs = System.nanoTime();
        for (long nowNs = beganNs; !pool.isOver(); nowNs = System.nanoTime()) {
            Runnable task = takeOwn();
            int rich = task == null ? findRich() : me;
            if (task == null && rich != me) {
                pool.desk(rich).ask(me);
                task = standsStill(rich, nowNs) ? visit(rich) : null;
                beganNs = nowNs; // there is work: do not sleep
            }
            if (task != null) {
                pool.passOn();
                return task;
            }
            if (nowNs - beganNs < SPIN_NS) {
                for (int i = 0; i < SPINS_A_LOOK; i++) {
                    Thread.onSpinWait();
                }
            } else if (nowNs - beganNs < YIELD_NS) {
                Thread.yield();
            } else {
                pool.sleep(me);
                beganNs = System.nanoTime();
            }
        }
        return null;
    }

    /** A worker whose column has tasks, or our own number. */
    private int findRich() {
        int n = seenMoves.length;
        int at = victim;
        for (int i = 0; i < n; i++) {
            if (at != me && !pool.column(at).isEmpty()) {
                victim = at;
                return at;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        return me;
    }

    private boolean standsStill(int worker, long nowNs) {
        long moves = pool.desk(worker).moves();
        if (moves != seenMoves[worker] || seenAtNs[worker] == 0) {
            seenMoves[worker] = moves;
            seenAtNs[worker] = nowNs;
            return false;
        }
        return nowNs - seenAtNs[worker] > STILL_NS;
    }

    /** Takes a task out of a worker's column, and a share of the rest into our own. */
    private Runnable visit(int worker) {
        Column column = pool.column(worker);
        if (!column.turn.visit()) {
            return null;
        }
        Runnable task = null;
        if (!pool.hasStopped()) { // after the visit began, as in takeOwn
            task = column.take();
            int share = Math.min(MOST_GIVEN, column.size() / 2);
            for (int i = 0; i < share && moveOne(column, me); i++) {
                // moved
            }
        }
        column.turn.depart();
        return task;
    }
}
