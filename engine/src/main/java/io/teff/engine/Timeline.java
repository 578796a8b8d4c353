// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;

/**
 * The events of one worker. A look at the clock costs as much as a small task, so tasks are taken in
 * windows: one look after each window, as the next task begins. A window doubles while its tasks take less
 * than some microseconds together, and is a single task while tasks are long; it has the name of its first
 * task. Neighbours of one kind become one event. Owner thread only.
 */
final class Timeline {
    private static final int MAX_WINDOW = 1024;
    private static final long SHORT_NS = 10_000;
    private static final long LONG_NS = 20_000;
    private static final long GAP_NS = 2_000; // shorter ones do not show
    private static final long MERGED_NS = 50_000; // no event grows beyond this by merging

    private final EventRing ring;
    private final TaskNames names;
    private final Counters counters; // the worker's: tasks are not counted twice
    private int window = 1;
    private long opened; // tasks that the worker had counted when the window began
    private long lookAt; // at so many comes the next look
    private int name; // of the window's first task
    private long begunNs; // the window; since when it idles; when it fell asleep
    private long blockedNs;
    private boolean idles;

    // an event that may still grow; none if its kind is null
    private EventKind kind;
    private long beginNs;
    private long endNs;
    private int eventName;
    private int count;
    private long arg;

    Timeline(EventRing ring, TaskNames names, Counters counters) {
        this.ring = ring;
        this.names = names;
        this.counters = counters;
    }

    void begins() {
        begunNs = System.nanoTime();
        idles = false; // it was started for some work
        awaitFirst();
    }

    /** The next task to begin is the first of a window. */
    private void awaitFirst() {
        opened = counters.tasks;
        lookAt = opened;
    }

    /** The thread ends. */
    void ends() {
        if (ran() > 0) {
            look(System.nanoTime());
        }
        flush();
    }

    // Tasks

    /** A task begins, or the first of some that will be counted together. */
    void before(Object task) {
        if (counters.tasks >= lookAt) {
            next(task);
        }
    }

    /** After how many tasks, and no more than so many, it wants to see one again. */
    int stride(int most) {
        return Math.min(window, most);
    }

    private void next(Object first) {
        if (ran() > 0) {
            look(System.nanoTime());
        }
        name = names.of(first);
        opened = counters.tasks;
        lookAt = opened + window;
    }

    private void look(long now) {
        int ran = ran();
        long took = now - begunNs;
        add(EventKind.TASKS, begunNs, now, name, ran, 0);
        if (took > LONG_NS) {
            window = Math.max(1, took / ran > SHORT_NS ? 1 : window / 2);
        } else if (took < SHORT_NS) {
            window = Math.min(2 * window, MAX_WINDOW);
        }
        begunNs = now;
    }

    private int ran() {
        return (int) (counters.tasks - opened);
    }

    // Idleness

    void found() {
        if (idles) {
            long now = System.nanoTime();
            add(EventKind.SPIN, begunNs, now, 0, 1, 0);
            begunNs = now;
            awaitFirst();
            idles = false;
        }
    }

    void idle() {
        if (idles) {
            return;
        }
        long now = System.nanoTime();
        if (ran() > 0) {
            add(EventKind.TASKS, begunNs, now, name, ran(), 0);
        }
        begunNs = now;
        awaitFirst();
        idles = true;
    }

    void parks() {
        idle();
        long now = System.nanoTime();
        add(EventKind.SPIN, begunNs, now, 0, 1, 0);
        flush();
        begunNs = now;
    }

    void wakes() {
        long now = System.nanoTime();
        add(EventKind.PARK, begunNs, now, 0, 1, 0);
        flush();
        begunNs = now;
        idles = false; // if it finds nothing, it soon says so
    }

    // Within tasks

    void blocks() {
        flush();
        blockedNs = System.nanoTime();
    }

    void goesOn() {
        add(EventKind.BLOCKED, blockedNs, System.nanoTime(), 0, 1, 0);
    }

    /** It ran a stolen fork. */
    void fork(long fromNs, int victim) {
        add(EventKind.FORK, fromNs, System.nanoTime(), 0, 1, victim);
    }

    /** It ran a whole computation. */
    void root(Object task, long fromNs) {
        add(EventKind.ROOT, fromNs, System.nanoTime(), names.of(task), 1, 0);
    }

    private void add(EventKind next, long from, long to, int id, int n, long about) {
        if (kind == next
                && eventName == id
                && arg == about
                && from >= endNs
                && from - endNs < GAP_NS
                && to - beginNs < MERGED_NS) {
            endNs = to;
            count += n;
            return;
        }
        flush();
        kind = next;
        beginNs = from;
        endNs = to;
        eventName = id;
        count = n;
        arg = about;
        if (to - from > MERGED_NS) {
            flush(); // nothing will be added to it
        }
    }

    /** Lets the monitor have what there is. */
    void flush() {
        if (kind != null) {
            ring.write(beginNs, endNs, kind, eventName, count, arg);
            kind = null;
        }
    }
}
