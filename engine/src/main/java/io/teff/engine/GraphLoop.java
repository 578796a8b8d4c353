// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.GraphRun.NONE;
import static io.teff.engine.GraphRun.PART;
import static io.teff.engine.GraphRun.READY;

import io.teff.engine.Countdowns.Arrival;

/**
 * The loop in which workers run a {@link GraphPlan}. Whoever ends the last predecessor of a node goes
 * on with that node at once; of several that become ready, it forks all but the first. So what can be
 * stolen lies on the {@link ForkStack}, is private until somebody is hungry, and goes oldest first.
 *
 * <pre>
 * frame   a             b       means
 * node    the node      READY   run it: all its predecessors have ended
 * edges   first edge    end     follow these edges, and run what is ready by each before the next
 * </pre>
 * Frames of edges are for the successors of a node with more than 32, and for the nodes that come after
 * nothing. The frame stays while the node runs that its first edge led to, with one edge less: so it can
 * be stolen, or taken over when the node blocks. Frames below those of a run are of what runs it.
 *
 * <p>Alone: while no frame of a run is public and none is with a thief, nobody but the worker of its root
 * takes part, and counters need no atomic instruction. That worker makes frames public itself, so it
 * knows: its split lies at or below the base of the run. When all that was public has come back or ended,
 * it is alone again.
 *
 * <p>Coarse: where nodes take long, a frame that stays private until its worker looks again stays too
 * long. So now and then the worker looks at the clock, and while nodes take more than half a
 * microsecond everything is public before the next one begins.
 *
 * <p>Next: where each step needs what several workers did in the last one, as in a stencil, whoever comes
 * last would find all the nodes of the next step, keep one, and have the rest stolen: three cache lines
 * that go to and fro. So a worker that has nothing left waits for a moment for one of the nodes it has
 * just arrived at, and gets it from the last predecessor by the counter alone.
 *
 * <p>Waiting: nobody joins a node. A thief frees the frame before it runs what was in it, and the run
 * counts who is away; a worker whose own nodes have all run is done with its part, but for that of the
 * root, which steals further nodes of this run until nobody is away. So parts do not wait for each other
 * one inside the other. What does not fit on the fork stack waits in a list of this worker's own.
 */
final class GraphLoop extends GraphKernel {
    static final BodyCopies<GraphKernel> COPIES =
            new BodyCopies<>(GraphKernel.class, GraphLoop.class);

    private static final int WIDE = 32; // successors that are followed at once
    private static final int MAX_OPEN = 1 << 12; // frames of one level
    private static final int REFILL = 256; // from list to frames
    private static final int MAX_WINDOW = 256; // nodes between two looks at the clock
    private static final int MAX_SPINS = 1000; // until a node that is awaited is given up
    private static final int LOOK_EVERY = 4; // nodes, or edges: whether others are hungry
    private static final int EDGES = 16; // count as one node, for the clock
    private static final int SPINS = 16; // between two looks for the work of others

    @Override
    void drain(GraphRun run, Worker w, int start, int from, int to, boolean root) {
        GraphPlan plan = run.plan;
        int[] first = plan.first;
        int[] next = plan.next;
        NodeBody body = plan.body;
        Countdowns counts = run.counts;
        int[] links = null;
        int list = NONE;
        int base = w.head;
        int room = Math.min(base + MAX_OPEN, w.crew.config.maxForks() / 2);
        int node = start;
        int edge = from;
        int end = to;
        int awaited = NONE;
        boolean alone = root;
        int window = 1;
        int left = window;
        long then = System.nanoTime();
        if (edge < end && w.head < room) {
            w.pushQuietly(PART, edge, end, run);
            edge = end;
        }
        for (; ; ) {
            if (w.head > w.split && (run.coarse && node != NONE || w.isHungry())) {
                give(run, w, base, room);
                alone = false; // until it is found out anew
            }
            if (node != NONE) {
                runNode(run, plan, body, w, node);
                edge = first[node];
                end = first[node + 1];
                node = NONE;
                if (--left <= 0) {
                    long now = System.nanoTime();
                    run.took(window - left, now - then);
                    then = now;
                    window = Math.min(2 * window, MAX_WINDOW);
                    left = window;
                }
                if (end - edge > WIDE && w.head < room) {
                    w.pushQuietly(PART, edge, end, run);
                    edge = end;
                }
            }
            if (w.split > base || !alone) {
                alone = root && w.split <= base && run.isAlone();
            }
            for (int e = end - 1; e >= edge; e--) { // backwards: the first one is run next
                int ready = next[e];
                if (ready < 0) {
                    ready = ~ready;
                } else if (alone) {
                    if (!counts.arriveAlone(ready)) {
                        continue;
                    }
                } else if (e == edge && node == NONE && list == NONE && w.hasNone(base)) {
                    Arrival arrival = counts.arriveAndWait(ready);
                    if (arrival == Arrival.WAITS) {
                        awaited = ready;
                    }
                    if (arrival != Arrival.LAST) {
                        continue;
                    }
                } else if (!counts.arrive(ready)) {
                    continue;
                }
                if (node != NONE) {
                    if (w.head < room) {
                        w.push(PART, node, READY, run);
                        alone &= w.split <= base;
                    } else {
                        if (links == null) {
                            links = run.links();
                        }
                        links[node] = list;
                        list = node;
                    }
                }
                node = ready;
            }
            edge = end;
            boolean hasPair = node == NONE || plan.pairs[node] != GraphPlan.NO_PAIR;
            if (hasPair && alone && list == NONE && w.head < room && !run.coarse) {
                long on = runAlone(run, w, node, left, base);
                node = (int) on;
                left = (int) (on >>> Integer.SIZE);
                alone = w.split <= base;
            }
            if (node != NONE) {
                continue;
            }
            if (w.head == base) {
                if (awaited != NONE) {
                    node = await(counts, w, awaited);
                    awaited = NONE;
                    continue;
                }
                if (list == NONE) {
                    return;
                }
                node = list;
                list = links[node];
                for (int i = 0; i < REFILL && list != NONE && w.head < room; i++) {
                    w.push(PART, list, READY, run);
                    list = links[list];
                }
                continue;
            }
            int newest = w.head - 1;
            if (!w.pop(newest)) {
                Throwable error =
                        w.joiner.dropDetached(newest); // stolen: its thief sees to the rest
                if (error != null) {
                    throw Errors.sneak(error);
                }
                continue;
            }
            Frame frame = w.frames[newest];
            if (frame.b == READY) {
                node = (int) frame.a;
                continue;
            }
            int begin = (int) frame.a;
            int at = begin;
            do { // no body runs meanwhile, so the frame need not be there
                int ready = next[at++];
                if (ready < 0) {
                    node = ~ready;
                } else if (alone ? counts.arriveAlone(ready) : counts.arrive(ready)) {
                    node = ready;
                }
            } while (node == NONE && at < frame.b && !w.isHungry());
            if (at < frame.b) {
                frame.a = at;
                w.head = newest + 1;
            }
            left -= (at - begin) / EDGES;
        }
    }

    /**
     * Makes frames public: the older half; or, if nodes take long, all. If the newest is several edges of
     * this run, it is cut before that as far as there is room: in two, or so often that the last is one
     * edge. What lies below {@code base} is others', and only made public.
     */
    private static void give(GraphRun run, Worker w, int base, int room) {
        boolean coarse = run.coarse;
        boolean isCut = false;
        while (w.head > Math.max(base, w.split) && w.head < room && (coarse || !isCut)) {
            Frame frame = w.frames[w.head - 1];
            long edge = frame.a;
            if (frame.b == READY || frame.b - edge < 2) {
                break;
            }
            long middle = edge + frame.b + 1 >>> 1;
            frame.a = middle;
            w.push(PART, edge, middle, run);
            isCut = true;
        }
        if (coarse) {
            w.shareAll();
        } else if (w.isHungry()) { // still: a push gives, too
            w.share();
        }
    }

    /**
     * Runs a node, and what becomes ready by it, one after the other, and then what is in the frames:
     * what {@link #drain} does most, by itself. The inner loop calls nothing after which it goes on, but
     * for the body and that only if it is not inlined: so the compiler keeps what it needs in registers,
     * and looks at what no node changes once for several. Leaves before the last node of a window, before
     * a node without a pair, when two nodes are ready, when there is work to give away, when the worker
     * is no longer alone, when a body has failed, and when no frame is left. An edge by which nothing
     * becomes ready counts as a node.
     *
     * @return see {@link #goOn}
     */
    private static long runAlone(GraphRun run, Worker w, int start, int window, int base) {
        GraphPlan plan = run.plan;
        long[] pairs = plan.pairs;
        NodeBody body = plan.body; // read once, so that what the compiler asks of it is asked once
        Countdowns counts = run.counts;
        int node = start;
        int left = window;
        while (left > 1 && run.skip == null && (w.head == w.split || !w.isHungry())) {
            int few = Math.min(left - 1, LOOK_EVERY); // nodes
            left -= few;
            do {
                int head = w.head;
                while (node == NONE && few > 0) {
                    if (head == base) {
                        return goOn(NONE, left + few);
                    }
                    Frame frame = w.frames[head - 1];
                    int edge = (int) frame.a;
                    if (frame.b == READY) {
                        node = edge;
                        w.head = --head;
                        break;
                    }
                    if (edge + 1 < frame.b) {
                        frame.a = edge + 1L;
                    } else {
                        w.head = --head;
                    }
                    node = follow(counts, plan.next[edge]);
                    few -= node == NONE ? 1 : 0;
                }
                for (; few > 0; few--) {
                    long pair = pairs[node];
                    if (pair == GraphPlan.NO_PAIR) {
                        return goOn(node, left + few);
                    }
                    Throwable thrown = null;
                    try {
                        run(plan, body, w, node);
                    } catch (Throwable error) {
                        thrown = error;
                    }
                    if (thrown != null || w.head != head || w.split > base) {
                        node = endUnusual(run, w, node, head, thrown);
                        return goOn(node, left + few - 1);
                    }
                    int later = follow(counts, GraphPlan.second(pair));
                    node = follow(counts, GraphPlan.first(pair)); // last, as it is run next
                    if (node == NONE) {
                        node = later;
                        if (node == NONE) {
                            few--;
                            break;
                        }
                    } else if (later != NONE) {
                        // after this no further arrival: others may take it
                        w.push(PART, later, READY, run);
                        return goOn(node, left + few - 1);
                    }
                }
            } while (few > 0);
        }
        return goOn(node, left);
    }

    /** After a body that has failed, or has forked so that frames below may have been taken. */
    private static int endUnusual(GraphRun run, Worker w, int node, int head, Throwable thrown) {
        if (thrown != null || w.head != head) {
            run.failed(w, node, head, thrown);
        }
        return followAmongOthers(run, w, node);
    }

    /** The node at the end of an edge, if it has become ready; alone. */
    private static int follow(Countdowns counts, int target) {
        return target < 0 ? ~target : counts.arriveAlone(target) ? target : NONE;
    }

    /** A node, or none, to go on with, and above it what is left of the window. */
    private static long goOn(int node, int left) {
        return (long) left << Integer.SIZE | node & 0xffff_ffffL;
    }

    /** Follows the edges of a node that has run, as others may take part. */
    private static int followAmongOthers(GraphRun run, Worker w, int from) {
        GraphPlan plan = run.plan;
        int node = NONE;
        for (int e = plan.first[from + 1] - 1; e >= plan.first[from]; e--) {
            int ready = plan.next[e];
            if (ready < 0) {
                ready = ~ready;
            } else if (!run.counts.arrive(ready)) {
                continue;
            }
            if (node != NONE) {
                w.push(PART, node, READY, run);
            }
            node = ready;
        }
        return node;
    }

    /**
     * Waits for the other predecessors of a node, for a moment and while nobody has work to give away.
     * Returns the node once it is ready, or none.
     */
    private static int await(Countdowns counts, Worker w, int node) {
        for (int spins = 1; spins <= MAX_SPINS; spins++) {
            if (counts.hasCome(node)) {
                return node;
            }
            if (spins % SPINS == 0 && w.joiner.seesForks()) {
                break;
            }
            Thread.onSpinWait();
        }
        return counts.giveUp(node) ? NONE : node;
    }

    /** Runs the body of a node: the plan's one body, or its own if there is none. */
    private static void runNode(GraphRun run, GraphPlan plan, NodeBody body, Worker w, int node) {
        byte[] skip = run.skip;
        if (skip != null && skip[node] != 0) {
            run.skip(node);
            return;
        }
        if (node >= plan.nodes) {
            return; // a relay
        }
        int h = w.head;
        Throwable thrown = null;
        try {
            run(plan, body, w, node);
        } catch (Throwable error) {
            thrown = error;
        }
        if (thrown != null || w.head != h) {
            run.failed(w, node, h, thrown);
        }
    }

    private static void run(GraphPlan plan, NodeBody body, Worker w, int node) throws Exception {
        if (body != null) {
            body.run(w, node);
        } else {
            plan.bodies[node].run(w, plan.index[node]);
        }
    }
}
