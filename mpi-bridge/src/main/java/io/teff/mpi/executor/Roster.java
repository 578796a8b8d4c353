// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Things that are open: each is entered on the next line of the last page, and struck out by whoever is
 * first to end it. Those who enter and those who strike out are different threads mostly, and write
 * different cache lines, which the counter of a concurrent map's entries would not allow. Thread-safe.
 *
 * <pre>
 * FIELD   WRITTEN BY            HOW                        READ BY
 * last    whoever fills a page  volatile, under lock       whoever enters: volatile
 * used    whoever enters        getAndIncrement            the same
 * line    whoever enters        volatile set, once         everybody: volatile
 *         whoever strikes out   getAndSet of null, once
 * struck  whoever strikes out   incrementAndGet            the same: the last one drops the page
 * </pre>
 */
final class Roster<T> {
    private static final int LINES = 1024;

    private final Queue<Page<T>> pages = new ConcurrentLinkedQueue<>();
    private volatile Page<T> last = new Page<>();

    private static final class Page<T> extends AtomicReferenceArray<T> {
        private static final long serialVersionUID = 1L;

        private final AtomicInteger used = new AtomicInteger();
        private final AtomicInteger struck = new AtomicInteger();

        Page() {
            super(LINES);
        }
    }

    /** Where something is entered. */
    static final class Line<T> {
        private final Page<T> page;
        private final int number;

        private Line(Page<T> page, int number) {
            this.page = page;
            this.number = number;
        }
    }

    /** Nothing yet. */
    Roster() {
        pages.add(last);
    }

    /** Takes a line, on which the thing is to be entered by {@link #enter}. */
    Line<T> line() {
        while (true) {
            Page<T> page = last;
            int number = page.used.getAndIncrement();
            if (number < LINES) {
                return new Line<>(page, number);
            }
            turn(page);
        }
    }

    private synchronized void turn(Page<T> full) {
        if (last == full) {
            full.used.set(LINES); // lest it wraps
            Page<T> next = new Page<>();
            pages.add(next);
            last = next;
        }
    }

    /** It is open from now on. Volatile: who shuts down, which is volatile too, and then asks must find it. */
    void enter(Line<T> line, T entry) {
        line.page.set(line.number, entry);
    }

    /** It is open no more; true for the first to say so. */
    boolean strike(Line<T> line) {
        Page<T> page = line.page;
        if (page.get(line.number) == null || page.getAndSet(line.number, null) == null) {
            return false;
        }
        if (page.struck.incrementAndGet() == LINES) {
            pages.remove(page);
        }
        return true;
    }

    /** Whether it is open. */
    boolean has(Line<T> line) {
        return line.page.get(line.number) != null;
    }

    boolean isEmpty() {
        for (Page<T> page : pages) {
            for (int i = 0; i < LINES; i++) {
                if (page.get(i) != null) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All that are open, of about one moment, in the order of their lines. */
    List<T> all() {
        List<T> all = new ArrayList<>();
        for (Page<T> page : pages) {
            for (int i = 0; i < LINES; i++) {
                T entry = page.get(i);
                if (entry != null) {
                    all.add(entry);
                }
            }
        }
        return all;
    }
}
