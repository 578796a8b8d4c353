// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

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
 * away      thieves, atomic                   the root's worker: acquire
 * waiting   the root's worker, volatile       the last thief
 * broken    under the lock                    the root's worker, once nobody is away
 * whole     the worker of the root            the same, or the next run's
 * the rest  under the lock, and between runs  between runs
 * </pre>
 * A plain read of {@code skip} is enough: what makes a node to be skipped lies before an arrival at it.
 */
final class GraphRun implements Forkable.Detached {
    static final int NONE = Integer.MAX_VALUE; // no node's number; ~NONE is no edge
    static final long READY = -1;
    private static final long COARSE_NS = 500;
    private static final int SEVERAL = 16;
    private static final int MAX_SUPPRESSED = 100;
    private static final int SPINS = 1000;
    private static final int YIELDS = 100;
    private static final long PARK_NS = 1_000_000;

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
                Detached group(Object ref) {
                    return (GraphRun) ref;
                }

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

    private static final int AWAY = 16; // in the middle of two cache lines

    final GraphPlan plan;
    final Countdowns counts;
    private final AtomicIntegerArray away = new AtomicIntegerArray(2 * AWAY + 1);
    private volatile Worker waiting; // of the root, at the end
    byte[] skip; // by node; null while no body has failed
    boolean coarse; // nodes take long; a hint that lasts from run to run
    private final GraphKernel loop;
    private int[] links; // by node; null while no list was needed
    private boolean whole = true; // the last run came to its end
    private Throwable broken; // by what the engine's own code threw
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
        int base = w.head;
        try {
            loop.drain(this, w, NONE, plan.edges + plan.relays, plan.next.length, true);
        } catch (Throwable thrown) {
            broke(Errors.join(thrown, w.joiner.abandon(base)));
        }
        awaitOthers(w);
        Throwable thrown = broken;
        if (thrown != null) {
            broken = null;
            throw Errors.sneak(thrown);
        }
        whole = true;
        skip = null;
    }

    // Parts that were stolen

    /** Whether no part of this run is with a thief. Pairs with {@link #begins} and {@link #ends}. */
    boolean isAlone() {
        return away.getAcquire(AWAY) == 0;
    }

    @Override
    public boolean test(Frame frame) {
        return frame.task == PART && frame.ref == this;
    }

    @Override
    public void begins() {
        away.getAndIncrement(AWAY);
    }

    @Override
    public void ends(Throwable thrown) {
        if (thrown != null) {
            broke(thrown);
        }
        if (away.decrementAndGet(AWAY) == 0) {
            Worker root = waiting;
            if (root != null) {
                root.unpark();
            }
        }
    }

    /** The root has run out of nodes: runs those of others, and nothing else, until all have ended. */
    private void awaitOthers(Worker w) {
        boolean interrupted = false;
        for (int rounds = 0; !isAlone(); ) {
            if (Errors.stackHasRoom() && w.joiner.stealOf(this)) {
                rounds = 0;
            } else if (rounds < SPINS) {
                rounds++;
                Thread.onSpinWait();
            } else if (rounds < SPINS + YIELDS || !Errors.stackHasRoomToWake()) {
                rounds++;
                Thread.yield();
            } else {
                interrupted |= park(w);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean park(Worker w) {
        waiting = w;
        w.crew.beginBlocking(w);
        try {
            if (away.get(AWAY) != 0) { // after waiting was set, a fence
                LockSupport.parkNanos(this, PARK_NS);
            }
        } finally {
            w.crew.endBlocking();
            waiting = null;
        }
        return Thread.interrupted();
    }

    private synchronized void broke(Throwable thrown) {
        broken = Errors.join(broken, thrown);
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
            links = new int[plan.nodes + plan.relays];
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
                skip = new byte[plan.nodes + plan.relays];
            }
        }
        skipAfter(node);
    }

    void skip(int node) {
        if (node < plan.nodes) {
            synchronized (this) {
                skipped++;
            }
        }
        skipAfter(node);
    }

    private void skipAfter(int node) {
        for (int e = plan.first[node]; e < plan.first[node + 1]; e++) {
            skip[GraphPlan.target(plan.next[e])] = 1;
        }
    }
}
