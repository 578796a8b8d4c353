// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a file for {@link MonitorReader}s: an engine's own, or a simulator's. The layout is that of
 * the package's description.
 *
 * <p>Each slot, a value or a ring or a row, has one writer at a time; {@link #name} may be called by any
 * thread. Updates between {@link #begin} and {@link #end}, which belong to one thread, are seen by
 * readers as one; without these two calls they are seen one by one, and never torn in themselves.
 *
 * <p>The file has its full size from the start, written and not just promised, so that a full device is
 * an {@link IOException} of {@link #create} and never a fault later on; and it comes to its path by a
 * rename, so that nobody sees half of it, and who reads the file that was there before goes on reading
 * that one.
 */
public final class MonitorWriter implements AutoCloseable {
    private final Path path;
    private final Layout layout;
    private final FileChannel channel;
    private final MappedByteBuffer buffer;
    private final Map<String, Integer> names = new HashMap<>(); // guarded by itself
    private final BoardShape[] boards;

    private MonitorWriter(Path path, Layout layout, FileChannel channel, MappedByteBuffer buffer) {
        this.path = path;
        this.layout = layout;
        this.channel = channel;
        this.buffer = buffer;
        boards = new BoardShape[layout.boards];
    }

    /**
     * Makes a file, in the place of another engine's that may be there.
     *
     * @throws IOException if that is not possible, or the path has a file that no engine has written
     * @throws IllegalArgumentException if the file would be larger than 2 GiB
     */
    public static MonitorWriter create(Path path, MonitorSpec spec) throws IOException {
        Layout layout = new Layout(spec);
        if (Files.exists(path) && !Header.isMonitorFile(path)) {
            throw new FileAlreadyExistsException(
                    path.toString(), null, "it is there, and was not written by an engine");
        }
        try (NewFile file = new NewFile(path)) {
            FileChannel channel = file.open(layout.bytes);
            MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, layout.bytes);
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            MonitorWriter writer = new MonitorWriter(path, layout, channel, buffer);
            writer.initialize(spec);
            file.moveToItsPlace();
            return writer;
        }
    }

    /** Writes what a file has before anything happens. */
    private void initialize(MonitorSpec spec) {
        Header.write(buffer, layout, spec);
        for (int i = 0; i < layout.slots(); i++) {
            Words.setOpaque(buffer, layout.worker(i) + Layout.WORKER_CPU, -1);
        }
        begin();
        end();
        Header.finish(buffer);
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /**
     * Whether the file still has its size. If somebody has cut it, writing to it would fault: close the
     * writer then. Asks the system, and so delivers the error of a fault that has happened already.
     *
     * @throws IOException if the system does not tell
     */
    public boolean isWhole() throws IOException {
        return channel.size() >= layout.bytes;
    }

    // Updates

    /** What follows, up to {@link #end}, belongs together. */
    public void begin() {
        int at = layout.live(Layout.LIVE_STAMP);
        Words.setOpaque(buffer, at, Words.opaque(buffer, at) | 1);
        VarHandle.storeStoreFence(); // odd before what follows; pairs with the reader's
        // loadLoadFence
    }

    /** The end of an update, which says when it was. */
    public void end() {
        live(Layout.LIVE_NOW_NS, System.nanoTime());
        live(Layout.LIVE_NOW_MS, System.currentTimeMillis());
        add(Layout.LIVE_UPDATES);
        int at = layout.live(Layout.LIVE_STAMP);
        Words.setRelease(buffer, at, (Words.opaque(buffer, at) | 1) + 1); // pairs with an acquire
    }

    private void live(int word, long value) {
        Words.setOpaque(buffer, layout.live(word), value);
    }

    private void add(int word) {
        live(word, Words.opaque(buffer, layout.live(word)) + 1);
    }

    /** Where the engine is in its life. With {@link EngineStatus#TERMINATED} says when that was. */
    public void status(EngineStatus status) {
        if (status == EngineStatus.TERMINATED) {
            live(Layout.LIVE_ENDED_MS, System.currentTimeMillis());
        }
        live(Layout.LIVE_STATUS, status.code());
    }

    /** The value of a worker's counter, by its index in {@link MonitorSpec#counters()}. */
    public void value(int slot, int counter, long value) {
        Words.setOpaque(buffer, layout.value(checkSlot(slot), checkCounter(counter)), value);
    }

    /** The value of a counter of the engine. */
    public void value(int counter, long value) {
        Words.setOpaque(buffer, layout.value(-1, checkCounter(counter)), value);
    }

    private int checkCounter(int counter) {
        return check("counter", counter, layout.counters);
    }

    private int checkSlot(int slot) {
        return check("worker", slot, layout.slots());
    }

    private static int check(String what, int i, int n) {
        if (i < 0 || i >= n) {
            throw new IndexOutOfBoundsException(what + " " + i + " of " + n);
        }
        return i;
    }

    /**
     * What a worker is at.
     *
     * @param cpu that its thread is pinned to; -1 if it is not
     * @param threadId the JVM's, 0 for none
     * @param sinceNs when this state began
     * @param name of the task that it runs; 0 if that is not known or there is none
     * @param taskNs when that task began, or was first seen; 0 if that is not known
     */
    public void worker(
            int slot,
            WorkerState state,
            int cpu,
            long threadId,
            long sinceNs,
            int name,
            long taskNs) {
        int at = layout.worker(checkSlot(slot));
        Words.setOpaque(buffer, at + Layout.WORKER_STATE, state.code());
        Words.setOpaque(buffer, at + Layout.WORKER_CPU, cpu);
        Words.setOpaque(buffer, at + Layout.WORKER_THREAD, threadId);
        Words.setOpaque(buffer, at + Layout.WORKER_SINCE_NS, sinceNs);
        Words.setOpaque(buffer, at + Layout.WORKER_NAME, name);
        Words.setOpaque(buffer, at + Layout.WORKER_TASK_NS, taskNs);
    }

    /**
     * The ring of a worker, to write to. Ask for it once.
     *
     * @throws IllegalStateException if the file has no timeline
     */
    public EventRing ring(int slot) {
        return ringAt(checkSlot(slot));
    }

    /**
     * The ring of threads that are no workers, for the tiles that they compute. Ask for it once.
     *
     * @throws IllegalStateException if the file has no timeline
     */
    public EventRing callersRing() {
        return ringAt(layout.slots());
    }

    private EventRing ringAt(int i) {
        if (layout.ring == 0) {
            throw new IllegalStateException("the file was made without a timeline");
        }
        return new EventRing(buffer, layout.ring(i), layout.ring);
    }

    /** Rows and columns of the steal matrix: places for workers, or groups of these if there are many. */
    public int matrixSize() {
        return layout.matrix;
    }

    /** The row and column of a worker. */
    public int matrixIndex(int slot) {
        return checkSlot(slot) / layout.perRow();
    }

    /** How often the thieves of a row have stolen from the victims of a column, in all. */
    public void steals(int row, int column, long total) {
        check("row", row, layout.matrix);
        check("column", column, layout.matrix);
        Words.setOpaque(buffer, layout.steals(row, column), total);
    }

    /** A whole histogram: a count for each of the {@link LogBuckets}, and the sum and maximum of values. */
    public void latency(Latency.Kind kind, long[] counts, long sumNs, long maxNs) {
        int at = layout.histogram(index(kind));
        Words.setOpaque(buffer, at, sumNs);
        Words.setOpaque(buffer, at + 8, maxNs);
        for (int i = 0; i < layout.buckets; i++) {
            Words.setOpaque(buffer, at + Layout.HISTOGRAM_HEAD + 8 * i, counts[i]);
        }
    }

    @SuppressWarnings("EnumOrdinal") // the order is part of the layout
    static int index(Latency.Kind kind) {
        return kind.ordinal();
    }

    // Names, apps, boards, queues

    /** Any thread: the id of a name, the same each time; 0 if there is no room for more names. */
    public int name(String name) {
        synchronized (names) {
            Integer known = names.get(name);
            if (known != null) {
                return known;
            }
            int id = names.size() + 1;
            if (id >= layout.names) {
                add(Layout.LIVE_NAMES_REFUSED);
                return 0;
            }
            Words.putText(buffer, layout.name(id), Layout.NAME_BYTES, name);
            Words.setRelease(buffer, layout.live(Layout.LIVE_NAMES), id); // pairs with an acquire
            names.put(name, id);
            return id;
        }
    }

    /** Apps that there is room for. */
    public int mostApps() {
        return layout.apps;
    }

    /**
     * How many tasks of an app are in each state.
     *
     * @param i from 0, without gaps
     * @param flow a number for the flow that the app belongs to
     * @param counts in the order of {@link MonitorSpec#appStates()}
     */
    public void app(int i, int name, int flow, long[] counts) {
        int at = layout.app(check("app", i, layout.apps));
        Words.setOpaque(buffer, at, name);
        Words.setOpaque(buffer, at + 8, flow);
        for (int k = 0; k < Math.min(counts.length, MonitorSpec.MOST_STATES); k++) {
            Words.setOpaque(buffer, at + 16 + 8 * k, counts[k]);
        }
        raise(Layout.LIVE_APPS, i + 1);
    }

    /** Apps that there was no room for. */
    public void appsRefused(long n) {
        live(Layout.LIVE_APPS_REFUSED, n);
    }

    /** Edges of the flow graph that there is room for. */
    public int mostEdges() {
        return layout.edges;
    }

    /** How often tasks of one app took a result of another's, by the indices of both. */
    public void edge(int i, int fromApp, int toApp, long count) {
        int at = layout.edge(check("edge", i, layout.edges));
        Words.setOpaque(buffer, at, fromApp);
        Words.setOpaque(buffer, at + 8, toApp);
        Words.setOpaque(buffer, at + 16, count);
        raise(Layout.LIVE_EDGES, i + 1);
    }

    private void raise(int word, long least) {
        int at = layout.live(word);
        if (Words.opaque(buffer, at) < least) {
            Words.setRelease(buffer, at, least); // after what it counts; pairs with an acquire
        }
    }

    /** Boards that there is room for. */
    public int mostBoards() {
        return layout.boards;
    }

    /** A board there was no room for. */
    public void boardRefused() {
        add(Layout.LIVE_BOARDS_REFUSED);
    }

    /** Begins a board: a plane of tiles that is computed, once or again and again. */
    public BoardShape board(int board, int name, int width, int height, int tile) {
        check("board", board, layout.boards);
        BoardShape shape = BoardShape.within(layout.cells, width, height, tile);
        int at = layout.board(board);
        Words.setOpaque(buffer, at + Layout.BOARD_NAME, name);
        Words.setOpaque(buffer, at + Layout.BOARD_WIDTH, width);
        Words.setOpaque(buffer, at + Layout.BOARD_HEIGHT, height);
        Words.setOpaque(buffer, at + Layout.BOARD_TILE, tile);
        Words.setOpaque(buffer, at + Layout.BOARD_STEP, shape.step());
        boards[board] = shape;
        raise(Layout.LIVE_BOARDS, board + 1);
        return shape;
    }

    /** The newest iteration of a board, when it began, and how many tiles were ever computed on it. */
    public void boardProgress(int board, long iteration, long startedNs, long done) {
        int at = layout.board(check("board", board, layout.boards));
        Words.setOpaque(buffer, at + Layout.BOARD_ITERATION, iteration);
        Words.setOpaque(buffer, at + Layout.BOARD_STARTED_NS, startedNs);
        Words.setOpaque(buffer, at + Layout.BOARD_DONE, done);
    }

    /** A tile was computed. Nothing happens if the board has no such tile. */
    public void tile(int board, int tile, int owner, long iteration, long beginNs, long ns) {
        BoardShape shape = board < 0 || board >= boards.length ? null : boards[board];
        if (shape == null || tile < 0 || tile >= (long) shape.columns() * shape.rows()) {
            return;
        }
        int at = layout.cell(board, shape.cellOf(tile));
        Words.setOpaque(buffer, at + Layout.CELL_BEGIN, beginNs);
        Words.setOpaque(buffer, at + Layout.CELL_NS, ns);
        Words.setOpaque(
                buffer,
                at + Layout.CELL_OWNER,
                (long) (owner + 1) << 32 | iteration & 0xFFFF_FFFFL);
    }

    /**
     * How much waits in a queue.
     *
     * @param owner the worker that it belongs to; -1 for none
     * @param capacity what it holds at most
     */
    public void queue(int i, int name, int owner, long depth, long capacity) {
        int at = layout.queue(check("queue", i, layout.queues));
        Words.setOpaque(buffer, at, name);
        Words.setOpaque(buffer, at + 8, owner);
        Words.setOpaque(buffer, at + 16, depth);
        Words.setOpaque(buffer, at + 24, capacity);
    }

    /** Ends writing. The file stays; do not write to it any more. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "monitor file " + path;
    }
}
