// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the words of a mapped file say, copied out into views. Whether a copy is of one moment is for
 * {@link MonitorReader} to see to, whose lock guards this.
 */
final class Contents {
    private final ByteBuffer buffer;
    private final Layout layout;
    private final MonitorInfo info;
    private final String[] names;

    Contents(ByteBuffer buffer, Layout layout, MonitorInfo info) {
        this.buffer = buffer;
        this.layout = layout;
        this.info = info;
        names = new String[layout.names];
    }

    private long word(int at) {
        return Words.opaque(buffer, at);
    }

    /** Where the engine is; any thread. */
    EngineStatus status() {
        return EngineStatus.of(word(layout.live(Layout.LIVE_STATUS)));
    }

    /** All of it, given whether it is known to be of one update. */
    MonitorSnapshot snapshot(boolean isWhole) {
        long[][] values = new long[1 + layout.slots()][layout.counters];
        for (int i = 0; i < values.length; i++) {
            Words.copy(buffer, layout.value(i - 1, 0), values[i], layout.counters);
        }
        long[] steals = new long[layout.matrix * layout.matrix];
        Words.copy(buffer, layout.steals(0, 0), steals, steals.length);
        MonitorSnapshot.Head head =
                new MonitorSnapshot.Head(
                        status(),
                        isWhole,
                        live(Layout.LIVE_UPDATES),
                        live(Layout.LIVE_NOW_NS),
                        live(Layout.LIVE_NOW_MS),
                        live(Layout.LIVE_ENDED_MS),
                        live(Layout.LIVE_NAMES_REFUSED),
                        live(Layout.LIVE_APPS_REFUSED),
                        live(Layout.LIVE_BOARDS_REFUSED));
        return new MonitorSnapshot(
                info,
                head,
                values,
                workers(),
                layout.matrix,
                steals,
                latencies(),
                apps(),
                edges(),
                boards(),
                queues());
    }

    private long live(int word) {
        return word(layout.live(word));
    }

    private int count(int word, int most) {
        return (int) Math.max(0, Math.min(most, Words.acquire(buffer, layout.live(word))));
    }

    private List<MonitorSnapshot.WorkerView> workers() {
        List<MonitorSnapshot.WorkerView> workers = new ArrayList<>();
        for (int i = 0; i < layout.slots(); i++) {
            int at = layout.worker(i);
            MonitorSnapshot.Place place =
                    i < layout.workers
                            ? MonitorSnapshot.Place.REGULAR
                            : layout.spareRest && i == layout.slots() - 1
                                    ? MonitorSnapshot.Place.REST
                                    : MonitorSnapshot.Place.SPARE;
            workers.add(
                    new MonitorSnapshot.WorkerView(
                            i,
                            place,
                            WorkerState.of(word(at + Layout.WORKER_STATE)),
                            (int) word(at + Layout.WORKER_CPU),
                            word(at + Layout.WORKER_THREAD),
                            word(at + Layout.WORKER_SINCE_NS),
                            name(word(at + Layout.WORKER_NAME)),
                            word(at + Layout.WORKER_TASK_NS)));
        }
        return workers;
    }

    private List<Latency> latencies() {
        List<Latency> latencies = new ArrayList<>();
        for (Latency.Kind kind : Latency.Kind.values()) {
            int at = layout.histogram(MonitorWriter.index(kind));
            long[] counts = new long[layout.buckets];
            Words.copy(buffer, at + Layout.HISTOGRAM_HEAD, counts, counts.length);
            latencies.add(new Latency(counts, word(at), word(at + 8)));
        }
        return latencies;
    }

    private List<MonitorSnapshot.AppView> apps() {
        List<MonitorSnapshot.AppView> apps = new ArrayList<>();
        for (int i = 0, n = count(Layout.LIVE_APPS, layout.apps); i < n; i++) {
            int at = layout.app(i);
            Map<String, Long> counts = new LinkedHashMap<>();
            for (int k = 0; k < Math.min(info.appStates().size(), MonitorSpec.MOST_STATES); k++) {
                counts.put(info.appStates().get(k), word(at + 16 + 8 * k));
            }
            apps.add(
                    new MonitorSnapshot.AppView(
                            name(word(at)), (int) word(at + 8), Map.copyOf(counts)));
        }
        return apps;
    }

    private List<MonitorSnapshot.EdgeView> edges() {
        List<MonitorSnapshot.EdgeView> edges = new ArrayList<>();
        for (int i = 0, n = count(Layout.LIVE_EDGES, layout.edges); i < n; i++) {
            int at = layout.edge(i);
            edges.add(
                    new MonitorSnapshot.EdgeView(
                            (int) word(at), (int) word(at + 8), word(at + 16)));
        }
        return edges;
    }

    private List<MonitorSnapshot.BoardView> boards() {
        List<MonitorSnapshot.BoardView> boards = new ArrayList<>();
        for (int i = 0, n = boardCount(); i < n; i++) {
            boards.add(board(i));
        }
        return boards;
    }

    private MonitorSnapshot.BoardView board(int i) {
        int at = layout.board(i);
        BoardShape shape =
                new BoardShape(
                        size(at + Layout.BOARD_WIDTH),
                        size(at + Layout.BOARD_HEIGHT),
                        size(at + Layout.BOARD_TILE),
                        size(at + Layout.BOARD_STEP));
        return new MonitorSnapshot.BoardView(
                i,
                name(word(at + Layout.BOARD_NAME)),
                shape,
                word(at + Layout.BOARD_ITERATION),
                word(at + Layout.BOARD_STARTED_NS),
                word(at + Layout.BOARD_DONE));
    }

    private int size(int at) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, word(at)));
    }

    private List<MonitorSnapshot.QueueView> queues() {
        List<MonitorSnapshot.QueueView> queues = new ArrayList<>();
        for (int i = 0; i < layout.queues; i++) {
            int at = layout.queue(i);
            if (word(at) != 0) {
                queues.add(
                        new MonitorSnapshot.QueueView(
                                name(word(at)), (int) word(at + 8), word(at + 16), word(at + 24)));
            }
        }
        return queues;
    }

    /** How many boards there are; any thread. */
    int boardCount() {
        return count(Layout.LIVE_BOARDS, layout.boards);
    }

    /** The tiles of a board that is there. */
    TileGrid tiles(int board, boolean isWhole) {
        MonitorSnapshot.BoardView view = board(board);
        long cells = (long) view.shape().cellColumns() * view.shape().cellRows();
        long[] words = new long[3 * (int) Math.min(cells, layout.cells)];
        Words.copy(buffer, layout.cell(board, 0), words, words.length);
        return new TileGrid(view, isWhole, words);
    }

    /** The name of this id; empty for 0, and for ids that were never given. */
    String name(long id) {
        if (id <= 0 || id > count(Layout.LIVE_NAMES, layout.names - 1)) {
            return "";
        }
        int i = (int) id;
        if (names[i] == null) {
            names[i] = Words.text(buffer, layout.name(i), Layout.NAME_BYTES);
        }
        return names[i];
    }
}
