// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.BoardShape;
import io.teff.monitor.EventBatch;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The planes of tiles that an engine shows: a board for each size and body, an iteration for each loop.
 * Any thread begins loops; the rest is the monitor's thread's, under its lock.
 */
final class Boards {
    private final List<Board> all = new ArrayList<>(); // guarded by itself
    private final TaskNames names;
    private int most = Integer.MAX_VALUE; // guarded by all
    private int refused; // the same
    private int refusalsWritten;

    private static final class Board {
        final int width;
        final int height;
        final int tile;
        final int name;
        long iteration; // guarded by the list
        long startedNs; // the same
        long done; // the monitor's thread
        boolean written; // the same
        BoardShape shape; // the same, once it is written
        long[] newest; // the same: when what a cell shows began

        Board(int width, int height, int tile, int name) {
            this.width = width;
            this.height = height;
            this.tile = tile;
            this.name = name;
        }
    }

    /** A loop that begins. */
    record Begun(int board, long iteration) {}

    Boards(TaskNames names) {
        this.names = names;
    }

    void limit(int boards) {
        synchronized (all) {
            most = boards;
        }
    }

    /** A loop begins; null if there is no place for its board. */
    Begun begin(int width, int height, int tile, Object body) {
        int name = names.of(body);
        synchronized (all) {
            Board board = null;
            int i = 0;
            for (; i < all.size() && board == null; i++) {
                Board b = all.get(i);
                if (b.width == width && b.height == height && b.tile == tile && b.name == name) {
                    board = b;
                }
            }
            if (board == null) {
                if (all.size() >= most) {
                    refused++;
                    return null;
                }
                board = new Board(width, height, tile, name);
                all.add(board);
                i = all.size();
            }
            board.iteration++;
            board.startedNs = System.nanoTime();
            return new Begun(i - 1, board.iteration);
        }
    }

    /** A tile was computed. */
    void tile(MonitorWriter writer, EventBatch batch, int i, int owner) {
        Board board;
        int index = MonitorEvent.board(batch.arg(i));
        synchronized (all) {
            board = all.get(index);
        }
        write(writer, index, board);
        board.done++;
        int tile = MonitorEvent.tile(batch.arg(i));
        int cell = board.shape.cellOf(tile);
        long beginNs = batch.beginNs(i);
        if (beginNs < board.newest[cell]) {
            return; // one worker's events are read after another's
        }
        board.newest[cell] = beginNs;
        writer.tile(
                index,
                tile,
                owner,
                MonitorEvent.iteration(batch.arg(i)),
                beginNs,
                batch.endNs(i) - beginNs);
    }

    private static void write(MonitorWriter writer, int i, Board board) {
        if (!board.written) {
            board.shape = writer.board(i, board.name, board.width, board.height, board.tile);
            board.newest = new long[board.shape.cellColumns() * board.shape.cellRows()];
            Arrays.fill(board.newest, Long.MIN_VALUE);
            board.written = true;
        }
    }

    /** What has changed besides. */
    void writeTo(MonitorWriter writer) {
        synchronized (all) {
            for (int i = 0; i < all.size(); i++) {
                Board board = all.get(i);
                write(writer, i, board);
                writer.boardProgress(i, board.iteration, board.startedNs, board.done);
            }
            for (; refusalsWritten < refused; refusalsWritten++) {
                writer.boardRefused();
            }
        }
    }
}
