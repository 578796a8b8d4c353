// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * What the workers of a run share: the counters, and what has failed. {@link GraphLoop} is what they do.
 *
 * <pre>
 * FIELD     WRITTEN BY                        READ BY
 * counts    see Countdowns
 * skip      under the lock, once a run        everyone, plain
 * skip[v]   any predecessor of v, plain       whoever runs v: after the last arrival at v
 * links     under the lock, once              its reader under the lock
 * links[v]  the worker that v waits at        the same
 * coarse    everyone, plain, a hint           everyone, plain
 * whole     the worker of the root            the same, or the next run's
 * the rest  under the lock, and between runs  between runs
 * </pre>
 * A plain read of {@code skip} is enough: what makes a node to be skipped lies before an arrival at it.
 */
final class GraphRun {
    static final int NONE = -1;
    static final long READY = -1;
    private static final long COARSE_NS = 500;
    private static final int SEVERAL = 16;
    private static final int MAX_SUPPRESSED = 100;

    private static final LongPairTask ROOT =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    ((GraphRun) ref).root(w);
                    return 0;
                }
            };

    static final LongPairTask PART =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    GraphRun run = (GraphRun) ref;
                    if (b == READY) {
                        run.loop.drain(run, w, (int) a, 0, 0, false);
                    } else {
                        run.loop.drain(run, w, NONE, (int) a, (int) b, false);
                    }
                    return 0;
                }
            };

    final GraphPlan plan;
    final Countdowns counts;
    byte[] skip; // by node; null while no body has failed
    boolean coarse; // nodes take long; a hint that lasts from run to run
    private final GraphKernel loop;
    private int[] links; // by node; null while no list was needed
    private boolean whole = true; // the last run came to its end
    private Throwable error;
    private int failed;
    private int skipped;

    GraphRun(GraphPlan plan) {
        this.plan = plan;
        counts = new Countdowns(plan.degree);
        Class<?> body = plan.body == null ? GraphLoop.class : plan.body.getClass();
        loop = GraphLoop.COPIES.get(body);
    }

    /** One run; the caller sees to it that there is no other. Throws what the first body threw. */
    void run(Engine engine) {
        error = null;
        failed = 0;
        skipped = 0;
        engine.invoke(ROOT, 0, 0, this);
        Throwable thrown = error;
        error = null;
        if (thrown != null) {
            throw Errors.sneak(thrown);
        }
    }

    int failed() {
        return failed;
    }

    int skipped() {
        return skipped;
    }

    private void root(Worker w) {
        if (!whole) { // the thread's stack overflowed or the heap was full, amid the engine's code
            counts.reset();
            skip = null;
        }
        whole = false;
        loop.drain(this, w, NONE, plan.edges, plan.next.length, true);
        whole = true;
        skip = null;
    }

    /**
     * So long did so many nodes take. One long node says that nodes are long, but it takes several
     * short ones to say that they are not: in most graphs some are there for the order alone.
     */
    void took(int some, long ns) {
        boolean tooLong = ns > COARSE_NS * some;
        if (coarse != tooLong && (tooLong || some >= SEVERAL)) {
            coarse = tooLong; // compared first: everyone reads this line
        }
    }

    /** Where each node of a list names the next; made when frames do not suffice for the first time. */
    synchronized int[] links() {
        if (links == null) {
            links = new int[plan.nodes];
        }
        return links;
    }

    // When bodies fail

    void failed(Worker w, int node, int h, Throwable thrown) {
        Throwable cause = thrown;
        if (w.head < h) {
            throw new IllegalStateException(
                    "node " + plan.names.of(node) + " joined forks that are not its own", cause);
        } else if (w.head > h) {
            cause =
                    thrown == null
                            ? w.joiner.unjoined(h)
                            : Errors.join(thrown, w.joiner.abandon(h));
        }
        w.counters.addFailed();
        synchronized (this) {
            if (error == null) {
                error = cause;
            } else if (cause != error && failed <= MAX_SUPPRESSED) {
                error.addSuppressed(cause);
            }
            failed++;
            if (skip == null) {
                skip = new byte[plan.nodes];
            }
        }
        skipAfter(node);
    }

    void skip(int node) {
        synchronized (this) {
            skipped++;
        }
        skipAfter(node);
    }

    private void skipAfter(int node) {
        for (int e = plan.first[node]; e < plan.first[node + 1]; e++) {
            skip[GraphPlan.target(plan.next[e])] = 1;
        }
    }
}
