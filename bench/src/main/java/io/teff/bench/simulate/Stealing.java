// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Work that begins at one rank and spreads by theft, as {@code Thief} of the MPI bridge has it: an idle rank
 * asks another at random; after two refusals it leaves word with its neighbours in a hypercube and is silent.
 * A victim gives its oldest piece. A rank of one worker looks at its messages between quanta of tasks, or at
 * the pulse while these are long; of several workers one always has time soon.
 *
 * <p>Simplified: the workers of a rank share its pieces at no cost beyond {@link Costs#schedulingNs}, and the
 * result of a stolen piece goes home along the way it came, once all is done.
 */
final class Stealing {
    private static final int TRIES = 2;
    private static final int LOOK_EVERY = 64;
    private static final int QUANTUM = 0;
    private static final int ASK = 1;
    private static final int ASK_AND_WAIT = 2;
    private static final int NOTHING = 3;
    private static final int WORK = 4;
    private static final int ANSWER = 5;
    private static final int ANSWER_AND_WAIT = 6;
    private static final int KINDS = 8;

    private final int ranks;
    private final int workers;
    private final int cores;
    private final Costs costs;
    private final SplittableRandom random;
    private final Events events = new Events();
    private final LongDeque[] pieces;
    private final int[] idle; // by rank: workers
    private final boolean[] hasAsked;
    private final long[] quantumEndNs;
    private final int[] refusals; // since it had work; above TRIES: it has left word
    private final int[] waiting; // by rank: bits of the neighbours that left word
    private final int[] depth; // by rank: thefts between the root and what it has
    private long[] cargo = new long[128]; // pieces under way, and how deep they are
    private int[] free = new int[64]; // places in it
    private int freeCount;
    private int busyWorkers;
    private long messages;
    private long done;

    /**
     * One run.
     *
     * @param cores that all ranks share; as many as there are workers, or more, if each has its own
     */
    Stealing(int ranks, int workers, int cores, Costs costs, long seed) {
        this.ranks = ranks;
        this.workers = workers;
        this.cores = cores;
        this.costs = costs;
        random = new SplittableRandom(seed);
        pieces = new LongDeque[ranks];
        idle = new int[ranks];
        Arrays.fill(idle, workers);
        hasAsked = new boolean[ranks];
        quantumEndNs = new long[ranks];
        refusals = new int[ranks];
        waiting = new int[ranks];
        depth = new int[ranks];
        for (int i = 0; i < free.length; i++) {
            free[freeCount++] = i;
        }
    }

    /** Does the work, of tasks that take as long each. Once only. */
    Outcome run(Work work, double taskNs) {
        double each = taskNs + costs.schedulingNs();
        long most = Math.max(1, Math.min(LOOK_EVERY, (long) (Costs.PULSE_NS / each)));
        deque(0).push(work.root());
        begin(0, work, most, each, 0);
        for (int rank = 1; rank < ranks; rank++) {
            ask(rank, 0);
        }
        long end = 0;
        while (!events.isEmpty()) {
            long event = events.take();
            long now = events.takenNs();
            int kind = (int) (event % KINDS);
            int rank = (int) (event / KINDS % ranks);
            int other = (int) (event / KINDS / ranks);
            switch (kind) {
                case QUANTUM -> {
                    long home = Math.round(depth[rank] * (costs.latencyNs() + 2 * costs.frameNs()));
                    end = Math.max(end, now + home);
                    idle[rank] += other;
                    busyWorkers -= other;
                    begin(rank, work, most, each, giveToTheWaiting(rank, now));
                }
                case ASK, ASK_AND_WAIT -> asked(rank, other, kind == ASK_AND_WAIT, now);
                case ANSWER, ANSWER_AND_WAIT -> answer(rank, other, kind == ANSWER_AND_WAIT, now);
                case NOTHING -> {
                    hasAsked[rank] = false;
                    if (idle[rank] > 0) {
                        ask(rank, now);
                    }
                }
                case WORK -> {
                    hasAsked[rank] = false;
                    refusals[rank] = 0;
                    int thefts = (int) cargo[2 * other + 1] + 1;
                    depth[rank] = idle[rank] == workers ? thefts : Math.max(depth[rank], thefts);
                    deque(rank).push(unload(other));
                    begin(rank, work, most, each, now);
                }
                default -> throw new AssertionError(kind);
            }
        }
        return new Outcome(ranks, workers, done, Math.max(1, end), done * taskNs, messages, 0, 0);
    }

    /** The idle workers of a rank work until their next look, and ask for more if there is too little. */
    private void begin(int rank, Work work, long most, double each, long now) {
        LongDeque own = deque(rank);
        while (idle[rank] > 0 && own.size() > 0) {
            int pieces = own.size();
            long tasks = work.run(own, most * idle[rank]);
            done += tasks;
            long wide = work.isWide() ? tasks : Math.max(pieces, own.size());
            int used = (int) Math.max(1, Math.min(idle[rank], wide));
            idle[rank] -= used;
            busyWorkers += used;
            double crowded = Math.max(1, (double) busyWorkers / cores);
            long inTurn = (tasks + used - 1) / used; // of each worker
            long ns = Math.round(inTurn * each * crowded);
            quantumEndNs[rank] = now + Math.max(1, ns);
            events.add(quantumEndNs[rank], event(QUANTUM, rank, used));
        }
        if (workers > 1) { // one of them looks soon
            giveToTheWaiting(rank, now + Math.round(costs.frameNs()));
        }
        if (idle[rank] > 0) {
            ask(rank, now);
        }
    }

    /** An idle rank looks for work. */
    private void ask(int rank, long now) {
        if (ranks == 1 || hasAsked[rank] || refusals[rank] > TRIES) {
            return;
        }
        if (refusals[rank]++ < TRIES) {
            int victim = random.nextInt(ranks - 1);
            victim = victim < rank ? victim : victim + 1;
            hasAsked[rank] = true;
            tell(ASK, victim, rank, now);
            return;
        }
        for (int bit = 1; bit < ranks; bit <<= 1) {
            int neighbour = rank ^ bit;
            if (neighbour < ranks) {
                tell(ASK_AND_WAIT, neighbour, rank, now);
            }
        }
    }

    /** A busy rank answers when it looks next: between two quanta, or at the pulse. */
    private void asked(int rank, int thief, boolean waits, long now) {
        if (workers == 1 && idle[rank] == 0) { // of several workers one is soon between two tasks
            long pulse = (now / Costs.PULSE_NS + 1) * Costs.PULSE_NS;
            long look = Math.max(now, Math.min(quantumEndNs[rank], pulse));
            events.add(look, event(waits ? ANSWER_AND_WAIT : ANSWER, rank, thief));
        } else {
            answer(rank, thief, waits, now);
        }
    }

    private void answer(int rank, int thief, boolean waits, long now) {
        if (deque(rank).size() > 0) {
            give(rank, thief, now);
        } else if (waits) {
            waiting[rank] |= rank ^ thief;
        } else {
            tell(NOTHING, thief, 0, now);
        }
    }

    private long giveToTheWaiting(int rank, long now) {
        long late = now;
        while (waiting[rank] != 0 && deque(rank).size() > 0) {
            int bit = Integer.lowestOneBit(waiting[rank]);
            waiting[rank] ^= bit;
            give(rank, rank ^ bit, late);
            late += Math.round(costs.frameNs());
        }
        return late;
    }

    private void give(int rank, int thief, long now) {
        tell(WORK, thief, load(deque(rank).takeOldest(), depth[rank]), now);
    }

    private void tell(int kind, int to, int what, long now) {
        messages++;
        long takes = Math.round(2 * costs.frameNs() + costs.latencyNs());
        events.add(now + takes, event(kind, to, what));
    }

    private long event(int kind, int rank, int other) {
        return ((long) other * ranks + rank) * KINDS + kind;
    }

    private LongDeque deque(int rank) {
        if (pieces[rank] == null) {
            pieces[rank] = new LongDeque();
        }
        return pieces[rank];
    }

    // Pieces under way

    private int load(long piece, int from) {
        if (freeCount == 0) {
            int size = cargo.length / 2;
            cargo = Arrays.copyOf(cargo, 2 * cargo.length);
            free = new int[2 * size];
            for (int i = 0; i < size; i++) {
                free[freeCount++] = size + i;
            }
        }
        int place = free[--freeCount];
        cargo[2 * place] = piece;
        cargo[2 * place + 1] = from;
        return place;
    }

    private long unload(int place) {
        free[freeCount++] = place;
        return cargo[2 * place];
    }
}
