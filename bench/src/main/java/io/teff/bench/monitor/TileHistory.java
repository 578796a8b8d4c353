// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.BoardShape;
import io.teff.monitor.TileGrid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The latest iterations of a board: who computed each cell, when and how long. One thread at a time. */
final class TileHistory {
    private static final int MOST_CELLS = 2_000_000; // over all iterations that are kept
    private static final int MOST_ITERATIONS = 1000;

    private final BoardShape shape;
    private final int most;
    private final Deque<Iteration> iterations = new ArrayDeque<>(); // the newest last

    private final class Iteration {
        final int number;
        final int[] owner = new int[cells()];
        final float[] ns = new float[cells()];
        final double[] begin = new double[cells()];

        Iteration(int number) {
            this.number = number;
            Arrays.fill(owner, TileGrid.NOBODY);
        }
    }

    TileHistory(BoardShape shape) {
        this.shape = shape;
        most = Math.max(2, Math.min(MOST_ITERATIONS, MOST_CELLS / cells()));
    }

    BoardShape shape() {
        return shape;
    }

    private int cells() {
        return shape.cellColumns() * shape.cellRows();
    }

    /** A tile that was computed, by a worker or {@link TileGrid#CALLER}. */
    void add(int iteration, int tile, int owner, long beginNs, long ns) {
        if (tile >= 0 && tile < shape.columns() * shape.rows()) {
            put(iteration, shape.cellOf(tile), owner, (double) beginNs, (float) ns);
        }
    }

    /** All that a board shows now: for files without a timeline, and for tiles whose events were lost. */
    void add(TileGrid grid, long startNs) {
        for (int cell = 0; cell < Math.min(grid.size(), cells()); cell++) {
            if (grid.owner(cell) != TileGrid.NOBODY) {
                int iteration = (int) grid.iteration(cell) & 0xFF_FFFF;
                double begin = (double) (grid.beginNs(cell) - startNs);
                put(iteration, cell, grid.owner(cell), begin, (float) grid.ns(cell));
            }
        }
    }

    private void put(int number, int cell, int owner, double beginNs, float ns) {
        Iteration iteration = find(number);
        if (iteration != null) {
            iteration.owner[cell] = owner;
            iteration.begin[cell] = beginNs;
            iteration.ns[cell] = ns;
        }
    }

    /** The iteration of that number, new if it is the newest; null if it is no longer kept. */
    private Iteration find(int number) {
        for (var at = iterations.descendingIterator(); at.hasNext(); ) {
            Iteration iteration = at.next();
            if (iteration.number == number) {
                return iteration;
            }
            if (iteration.number < number) {
                break;
            }
        }
        if (!iterations.isEmpty() && iterations.peekLast().number > number) {
            return null;
        }
        Iteration made = new Iteration(number);
        iterations.addLast(made);
        if (iterations.size() > most) {
            iterations.removeFirst();
        }
        return made;
    }

    boolean isEmpty() {
        return iterations.isEmpty();
    }

    /**
     * An iteration as it goes to the page, little-endian: columns, rows, its number, the first and the
     * last that are kept, board, as ints; begins as doubles, durations as floats, owners as ints.
     *
     * @param number the one wanted, or the nearest that is kept; below 0 for the newest
     */
    byte[] encode(int board, int number) {
        Iteration wanted = iterations.peekLast();
        for (Iteration iteration : iterations) {
            if (number >= 0 && iteration.number >= number) {
                wanted = iteration;
                break;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(24 + cells() * 16).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(shape.cellColumns()).putInt(shape.cellRows()).putInt(wanted.number);
        out.putInt(iterations.peekFirst().number)
                .putInt(iterations.peekLast().number)
                .putInt(board);
        for (double begin : wanted.begin) {
            out.putDouble(begin);
        }
        for (float ns : wanted.ns) {
            out.putFloat(ns);
        }
        for (int owner : wanted.owner) {
            out.putInt(owner);
        }
        return out.array();
    }
}
