// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import java.util.Arrays;

/**
 * Independent tasks from one root, as {@link io.teff.mpi.executor.MpiLane} deals them: in batches, each to
 * the rank with the fewest calls open, at most a window of them; results come back a batch at a time. The
 * root is one thread, which deals and takes results in turns; a rank's workers take its tasks in order.
 */
final class Dealing {
    private final int ranks;
    private final int workers;
    private final int batch;
    private final int window;
    private final Costs costs;
    private final long[] freeNs; // by worker: when it is free
    private final int[] turn; // by rank: its worker that is free first
    private final int[] open; // by rank: batches
    private final int[] first; // by number of open batches: the first such rank, or -1
    private final int[] last;
    private final int[] next; // by rank: the next with as many
    private final int[] before;
    private final Events results = new Events();
    private long outNs; // when the root's link is free
    private long inNs;
    private long busyNs;
    private long linkBusyNs;

    /**
     * One run.
     *
     * @param batch tasks that go out together
     * @param window tasks that a rank may have open
     */
    Dealing(int ranks, int workers, int batch, int window, Costs costs) {
        this.ranks = ranks;
        this.workers = workers;
        this.batch = batch;
        this.window = Math.max(1, window / batch);
        this.costs = costs;
        freeNs = new long[Math.multiplyExact(ranks, workers)];
        turn = new int[ranks];
        open = new int[ranks];
        next = new int[ranks];
        before = new int[ranks];
        first = new int[this.window + 2];
        last = new int[this.window + 2];
        Arrays.fill(first, -1);
        Arrays.fill(last, -1);
        for (int rank = 0; rank < ranks; rank++) {
            append(rank, 0);
        }
    }

    /** Runs so many tasks that take as long each. Once only. */
    Outcome run(long tasks, long taskNs) {
        double slow = 1 / (1 - costs.beatShare(ranks));
        if (slow <= 0 || Double.isInfinite(slow)) {
            throw new IllegalArgumentException(
                    "rank 0 cannot even answer the beats of "
                            + ranks
                            + " ranks: they take "
                            + Math.round(100 * costs.beatShare(ranks))
                            + " % of its time");
        }
        long frame = Math.round(costs.frameNs() * slow);
        long now = 0;
        long sent = 0;
        long messages = 0;
        int least = 0;
        while (sent < tasks || !results.isEmpty()) {
            if (!results.isEmpty() && results.nextNs() <= now) {
                int rank = (int) results.take();
                now += frame;
                busyNs += frame;
                int had = open[rank];
                remove(rank, had);
                append(rank, had - 1);
                least = Math.min(least, had - 1);
                continue;
            }
            while (least <= window && first[least] < 0) {
                least++;
            }
            if (sent == tasks || least >= window) {
                now = results.nextNs();
                continue;
            }
            int rank = first[least];
            remove(rank, least);
            append(rank, least + 1);
            int n = (int) Math.min(batch, tasks - sent);
            sent += n;
            long cost = Math.round((n * costs.dealNs() + ranks * costs.scanNs()) * slow) + frame;
            now += cost;
            busyNs += cost;
            messages += rank == 0 ? 0 : 2;
            results.add(serve(rank, n, now, taskNs), rank);
        }
        return new Outcome(
                ranks,
                workers,
                tasks,
                Math.max(1, now),
                (double) tasks * taskNs,
                messages,
                Math.min(1, (double) busyNs / Math.max(1, now)),
                Math.min(1, (double) linkBusyNs / Math.max(1, now)));
    }

    /** When the results of a batch that leaves now are back. */
    private long serve(int rank, int n, long now, long taskNs) {
        long arrived = now;
        if (rank != 0) {
            long out = costs.transferNs(Costs.FRAME_BYTES + (long) n * Costs.CALL_BYTES);
            outNs = Math.max(outNs, now) + out;
            linkBusyNs += out;
            arrived = outNs + Math.round(costs.latencyNs() + costs.frameNs());
        }
        int base = rank * workers;
        long each = taskNs + Math.round(costs.schedulingNs());
        long end = 0;
        for (int i = 0; i < n; i++) {
            int worker = base + turn[rank];
            freeNs[worker] = Math.max(freeNs[worker], arrived) + each;
            end = freeNs[worker]; // they end in the order in which they begin
            turn[rank] = turn[rank] + 1 == workers ? 0 : turn[rank] + 1;
        }
        if (rank == 0) {
            return end;
        }
        long leaves = end + Math.round(costs.frameNs());
        if (open[rank] > 1) {
            leaves += Costs.GATHER_NS; // a busy rank lets results gather
        }
        long in = costs.transferNs(Costs.FRAME_BYTES + (long) n * Costs.RESULT_BYTES);
        inNs = Math.max(inNs, leaves) + in;
        return inNs + Math.round(costs.latencyNs());
    }

    // Ranks by the number of their open batches: doubly linked lists

    private void append(int rank, int batches) {
        open[rank] = batches;
        next[rank] = -1;
        before[rank] = last[batches];
        if (last[batches] < 0) {
            first[batches] = rank;
        } else {
            next[last[batches]] = rank;
        }
        last[batches] = rank;
    }

    private void remove(int rank, int batches) {
        if (before[rank] < 0) {
            first[batches] = next[rank];
        } else {
            next[before[rank]] = next[rank];
        }
        if (next[rank] < 0) {
            last[batches] = before[rank];
        } else {
            before[next[rank]] = before[rank];
        }
    }
}
