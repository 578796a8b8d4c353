// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * An exact count of the tasks that have run, cheap enough to be all that a task does.
 *
 * <pre>
 * FIELD             WRITTEN BY                      HOW             READ BY
 * cells[c]          the first thread that maps to   CAS, once       all: plain, a stale 0 or
 *                   c; its id makes it the owner                    other id takes the slow path
 * cells[c + 1]      the owner of c                  opaque store    total: opaque
 * stripes[s]        threads that own no cell        atomic add      total: opaque
 * claimed           slow path, under the lock       volatile        total: volatile
 * </pre>
 *
 * A long-lived worker owns a cell and counts by a plain addition, about one nanosecond; a thread
 * that finds its cell taken, such as most of a million virtual threads, adds atomically to a
 * stripe. Both are exact. Cells and stripes are 256 bytes apart. Any thread may call any method.
 */
public final class Tally {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int CELLS = 64;
    private static final int STRIDE = 32;

    private final long[] cells = new long[(CELLS + 1) * STRIDE];
    private final long[] stripes = new long[(CELLS + 1) * STRIDE];
    private volatile int[] claimed = {};
    private volatile boolean striped;

    /** Counts one. */
    public void increment() {
        long id = Thread.currentThread().getId();
        int cell = ((int) id & (CELLS - 1)) * STRIDE + STRIDE / 2;
        long[] cells = this.cells;
        if (cells[cell] == id) {
            LONGS.setOpaque(cells, cell + 1, cells[cell + 1] + 1);
        } else {
            incrementSlowly(id, cell);
        }
    }

    /** How many have been counted: never too many, and exact once all counting has ended. */
    public long total() {
        long total = 0;
        for (int cell : claimed) {
            total += (long) LONGS.getOpaque(cells, cell + 1);
        }
        if (striped) {
            for (int s = 0; s < CELLS; s++) {
                total += (long) LONGS.getOpaque(stripes, s * STRIDE + STRIDE / 2);
            }
        }
        return total;
    }

    private void incrementSlowly(long id, int cell) {
        if (LONGS.compareAndSet(cells, cell, 0L, id)) {
            LONGS.setOpaque(cells, cell + 1, 1L);
            claim(cell);
        } else {
            if (!striped) {
                striped = true;
            }
            LONGS.getAndAdd(stripes, cell, 1L);
        }
    }

    private synchronized void claim(int cell) {
        int[] longer = Arrays.copyOf(claimed, claimed.length + 1);
        longer[claimed.length] = cell;
        claimed = longer;
    }
}
