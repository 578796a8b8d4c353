// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.monitor.EventBatch;
import io.teff.monitor.EventCursor;
import io.teff.monitor.EventKind;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorReader;
import io.teff.monitor.MonitorSnapshot;
import io.teff.monitor.MonitorSnapshot.BoardView;
import io.teff.monitor.TileGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One engine that pages look at: reads its file again and again, and keeps what the file itself soon
 * forgets. Any thread; the methods wait for one another.
 */
final class Watched implements AutoCloseable {
    private static final int EVENTS_KEPT = 1 << 20; // over all workers
    private static final int LEAST_EVENTS_KEPT = 1 << 12;
    private static final int BATCH = 1 << 14;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MonitorReader reader;
    private final EventCursor cursor;
    private final List<Track> tracks = new ArrayList<>();
    private final List<TimelineWindow.Current> currents = new ArrayList<>();
    private final Map<Integer, TileHistory> tiles = new TreeMap<>();
    private final long startNs;
    private MonitorSnapshot snapshot;
    private long now; // since startNs
    private boolean ended;
    private IOException problem;

    // Of the latest look, as the page gets it
    private byte[] json;
    private long looks;

    Watched(MonitorReader reader) throws IOException {
        this.reader = reader;
        startNs = reader.info().startNs();
        cursor = reader.info().ringCapacity() > 0 ? reader.cursor(true) : null;
        int slots = reader.info().slots();
        int events = Integer.highestOneBit(Math.max(LEAST_EVENTS_KEPT, EVENTS_KEPT / slots));
        int bins = slots <= 64 ? 1 << 15 : 1 << 13;
        for (int i = 0; i < slots; i++) {
            tracks.add(new Track(cursor == null ? 0 : events, bins));
            currents.add(new TimelineWindow.Current(PageState.STOPPED, 0));
        }
        look();
    }

    /** Reads the file once more, and wakes those that wait for it. */
    synchronized void look() throws IOException {
        if (ended) {
            return;
        }
        try {
            // Asked first: what an engine wrote before it ended is in the snapshot that follows.
            boolean live = reader.isLive();
            snapshot = reader.snapshot();
            long before = now;
            now = Math.max(now, (live ? System.nanoTime() : snapshot.head().nowNs()) - startNs);
            for (int w = 0; w < tracks.size(); w++) {
                follow(w, before);
            }
            if (cursor != null) {
                followCallers();
            }
            for (BoardView board : snapshot.boards()) {
                history(board).add(reader.tiles(board.index()), startNs);
            }
            json = JSON.writeValueAsBytes(SnapshotJson.of(this));
            ended = !live;
        } catch (IOException e) {
            problem = e;
            ended = true;
            throw e;
        } finally {
            looks++;
            notifyAll();
        }
    }

    private void follow(int w, long before) throws IOException {
        Track track = tracks.get(w);
        MonitorSnapshot.WorkerView worker = snapshot.workers().get(w);
        PageState state = PageState.of(worker.state());
        long since = worker.sinceNs() == 0 ? before : Math.min(now, worker.sinceNs() - startNs);
        if (cursor == null) {
            if (before > 0) {
                long switched = Math.max(before, since);
                track.spend(currents.get(w).state(), before, switched);
                track.spend(state, switched, now);
            }
            currents.set(w, new TimelineWindow.Current(state, now));
            return;
        }
        currents.set(w, new TimelineWindow.Current(state, since));
        EventBatch batch;
        do {
            batch = cursor.poll(w, BATCH);
            track.take(batch, startNs);
            takeTiles(w, batch);
        } while (batch.size() == BATCH);
    }

    /** They have no track, only tiles. */
    private void followCallers() throws IOException {
        EventBatch batch;
        do {
            batch = cursor.pollCallers(BATCH);
            takeTiles(TileGrid.CALLER, batch);
        } while (batch.size() == BATCH);
    }

    private void takeTiles(int owner, EventBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) != EventKind.TILE) {
                continue;
            }
            long arg = batch.arg(i);
            int board = MonitorEvent.board(arg);
            if (board < snapshot.boards().size()) {
                history(snapshot.boards().get(board))
                        .add(
                                MonitorEvent.iteration(arg),
                                MonitorEvent.tile(arg),
                                owner,
                                batch.beginNs(i) - startNs,
                                batch.endNs(i) - batch.beginNs(i));
            }
        }
    }

    private TileHistory history(BoardView board) {
        TileHistory history = tiles.get(board.index());
        if (history == null || !history.shape().equals(board.shape())) {
            history = new TileHistory(board.shape());
            tiles.put(board.index(), history);
        }
        return history;
    }

    // What pages ask for

    MonitorReader reader() {
        return reader;
    }

    synchronized MonitorSnapshot snapshot() {
        return snapshot;
    }

    /** Time of the latest look, since the engine's start. */
    synchronized long nowNs() {
        return now;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Whether its process is gone although it had not come to its end. */
    synchronized boolean isKilled() {
        return ended
                && problem == null
                && snapshot.head().status() != io.teff.monitor.EngineStatus.TERMINATED;
    }

    synchronized IOException problem() {
        return problem;
    }

    /** Nanoseconds that a worker spent in each state, the present one up to now. */
    synchronized long[] stateNs(int worker) {
        long[] ns = tracks.get(worker).stateNs();
        if (cursor != null) {
            TimelineWindow.Current current = currents.get(worker);
            ns[current.state().code()] += Math.max(0, now - current.sinceNs());
        }
        return ns;
    }

    synchronized long looks() {
        return looks;
    }

    synchronized byte[] json() {
        return json;
    }

    /** Waits for a look after the given one; at most so long. */
    synchronized void awaitLook(long after, long timeoutMs) throws InterruptedException {
        long end = System.nanoTime() + timeoutMs * 1_000_000;
        for (long left; looks <= after && (left = end - System.nanoTime()) > 0; ) {
            wait(left / 1_000_000 + 1);
        }
    }

    synchronized byte[] timeline(long low, long high, int columns) {
        int workers = SnapshotJson.shownWorkers(snapshot);
        return TimelineWindow.encode(
                tracks.subList(0, workers),
                currents.subList(0, workers),
                now,
                low,
                high,
                columns,
                cursor == null ? 0 : cursor.dropped());
    }

    /**
     * An iteration of a board; null if there is none.
     *
     * @param board below 0 for the one that was begun last
     */
    synchronized byte[] tiles(int board, int iteration) {
        BoardView wanted = null;
        for (BoardView view : snapshot.boards()) {
            TileHistory history = tiles.get(view.index());
            boolean newer = wanted == null || view.startedNs() > wanted.startedNs();
            if (history != null
                    && !history.isEmpty()
                    && (board < 0 ? newer : view.index() == board)) {
                wanted = view;
            }
        }
        return wanted == null ? null : tiles.get(wanted.index()).encode(wanted.index(), iteration);
    }

    /** As JSON. */
    static byte[] toJson(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        reader.close();
    }
}
