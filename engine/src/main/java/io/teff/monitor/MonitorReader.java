// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import io.teff.monitor.BadMonitorFile.Reason;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads what an engine tells of itself in a file, live or after its end, from any process of its
 * machine. Reading costs the engine nothing, whatever becomes of the reader.
 *
 * <pre>{@code
 * try (MonitorReader reader = MonitorReader.open(path)) {
 *     EventCursor cursor = reader.cursor(false);
 *     while (reader.isLive()) {
 *         MonitorSnapshot now = reader.snapshot();
 *         System.out.println(now.value("tasks") + " tasks, " + now.workers());
 *         EventBatch events = cursor.poll(0, 1000); // of worker 0
 *         Thread.sleep(100);
 *     }
 * }
 * }</pre>
 *
 * <p>Any thread; methods that read wait for one another. A file that is cut while it is mapped makes the
 * JVM throw an {@link InternalError}, at the next system call at the latest: here that is the question
 * for the file's size with which each method ends, so it comes out as {@link BadMonitorFile}.
 */
public final class MonitorReader implements AutoCloseable {
    private static final int PATIENCE = 200; // times to look for a moment between two updates

    private final Path path;
    private final FileChannel channel;
    private final MappedByteBuffer buffer;
    private final Layout layout;
    private final MonitorInfo info;
    private final String[] names; // guarded by this

    private MonitorReader(Path path, FileChannel channel, MappedByteBuffer buffer, Layout layout) {
        this.path = path;
        this.channel = channel;
        this.buffer = buffer;
        this.layout = layout;
        names = new String[layout.names];
        info = readInfo();
    }

    /**
     * Opens a file.
     *
     * @throws NoSuchFileException if there is none
     * @throws BadMonitorFile if it is none that this reader can read; says why
     */
    public static MonitorReader open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new BadMonitorFile(
                    path, Reason.FOREIGN, "is a folder: name one of the files in it");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean done = false;
        try {
            Layout layout = check(path, channel);
            MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, layout.bytes);
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            MonitorReader reader = new MonitorReader(path, channel, buffer, layout);
            reader.checkWhole();
            done = true;
            return reader;
        } catch (InternalError fault) {
            throw truncated(path, channel.size(), -1);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static Layout check(Path path, FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocateDirect(Layout.HEADER_BYTES);
        while (header.hasRemaining() && channel.read(header, header.position()) > 0) {}
        int n = header.position();
        if (n < 16 || Words.opaque(header, Layout.AT_MAGIC) != Layout.MAGIC) {
            throw new BadMonitorFile(
                    path,
                    Reason.FOREIGN,
                    "is no monitor file: "
                            + (n < 16
                                    ? "it has " + channel.size() + " bytes"
                                    : "it does not begin with TEFFMON1"));
        }
        long version = Words.opaque(header, Layout.AT_VERSION);
        if (version != Layout.VERSION) {
            boolean newer = version > Layout.VERSION;
            throw new BadMonitorFile(
                    path,
                    newer ? Reason.NEWER : Reason.OLDER,
                    "has layout "
                            + version
                            + ", and this reader reads "
                            + Layout.VERSION
                            + ": take the reader of the "
                            + (newer ? "newer" : "older")
                            + " Teff that wrote it");
        }
        if (n < Layout.HEADER_BYTES) {
            throw truncated(path, channel.size(), Layout.HEADER_BYTES);
        }
        Layout layout;
        try {
            layout = new Layout(header);
        } catch (IllegalStateException e) {
            throw new BadMonitorFile(path, Reason.DAMAGED, e.getMessage());
        }
        if (channel.size() < layout.bytes) {
            throw truncated(path, channel.size(), layout.bytes);
        }
        return layout;
    }

    private static BadMonitorFile truncated(Path path, long size, long bytes) {
        return new BadMonitorFile(
                path,
                Reason.TRUNCATED,
                "is truncated: it has "
                        + size
                        + " bytes"
                        + (bytes < 0 ? "" : ", and its header says " + bytes));
    }

    /** Whether a file begins as monitor files of any version do; false if it cannot be read. */
    static boolean isMonitorFile(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer magic = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            return channel.read(magic, 0) == 8 && magic.getLong(0) == Layout.MAGIC;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private MonitorInfo readInfo() {
        Map<String, String> texts =
                MonitorSpec.parse(Words.text(buffer, layout.text(), layout.textBytes()));
        String states = texts.getOrDefault("app.states", "");
        List<MonitorCounter> counters = new ArrayList<>();
        for (int i = 0; i < layout.counters; i++) {
            int at = layout.counter(i);
            counters.add(
                    new MonitorCounter(
                            Words.text(buffer, at + 16, Layout.LABEL_BYTES),
                            MonitorCounter.Type.of(word(at)),
                            MonitorCounter.Scope.of(word(at + 8)),
                            Words.text(buffer, at + 16 + Layout.LABEL_BYTES, Layout.UNIT_BYTES)));
        }
        return new MonitorInfo(
                (int) word(Layout.AT_VERSION),
                word(Layout.AT_ID),
                layout.bytes,
                texts.getOrDefault("engine", ""),
                word(Layout.AT_PID),
                word(Layout.AT_PROCESS_START_MS),
                word(Layout.AT_START_MS),
                word(Layout.AT_START_NS),
                layout.workers,
                layout.spares,
                layout.spareRest,
                layout.rank,
                layout.ranks,
                layout.ring,
                layout.sampling,
                List.copyOf(counters),
                states.isEmpty() ? List.of() : List.of(states.split(",", -1)),
                Map.copyOf(texts));
    }

    private long word(int at) {
        return Words.opaque(buffer, at);
    }

    /** Where the file is, as it was opened. */
    public Path path() {
        return path;
    }

    /** What does not change. */
    public MonitorInfo info() {
        return info;
    }

    // Whether it is still worth reading

    /** Whether the engine has not ended, by its own word, and its process lives. */
    public boolean isLive() {
        return status() != EngineStatus.TERMINATED && info.isProcessAlive();
    }

    private EngineStatus status() {
        return EngineStatus.of(word(layout.live(Layout.LIVE_STATUS)));
    }

    /**
     * Whether another file has taken the path. This reader goes on reading the one it opened.
     *
     * @throws IOException if that cannot be told
     */
    public boolean isReplaced() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Layout.AT_ID + 8).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel now = FileChannel.open(path, StandardOpenOption.READ)) {
            while (head.hasRemaining() && now.read(head, head.position()) > 0) {}
        } catch (NoSuchFileException e) {
            return false; // deleted; whoever has it open may read on
        }
        return head.hasRemaining()
                ? channel.size() >= layout.bytes // cut, unless it is another file
                : head.getLong(Layout.AT_ID) != info.id();
    }

    /** Throws if the file was cut. */
    private void checkWhole() throws IOException {
        long size = channel.size();
        if (size < layout.bytes) {
            throw truncated(path, size, layout.bytes);
        }
    }

    // Reading

    /**
     * All that the file says now.
     *
     * @throws BadMonitorFile if it was cut, or another file has taken its path
     */
    public MonitorSnapshot snapshot() throws IOException {
        if (isReplaced()) {
            throw new BadMonitorFile(
                    path,
                    Reason.REPLACED,
                    "was replaced by another file while it was read: open it again");
        }
        return read(this::copySnapshot);
    }

    /** What is copied, given whether it is known to be of one update. */
    @FunctionalInterface
    private interface Copy<T> {
        T copy(boolean isWhole);
    }

    /** Copies between two updates, if there is such a moment. */
    private synchronized <T> T read(Copy<T> copy) throws IOException {
        try {
            int at = layout.live(Layout.LIVE_STAMP);
            for (int i = 0; i < PATIENCE; i++) {
                long stamp = Words.acquire(buffer, at); // pairs with the writer's end
                if ((stamp & 1) == 0) {
                    T copied = copy.copy(true);
                    VarHandle.loadLoadFence(); // pairs with the writer's begin
                    if (Words.opaque(buffer, at) == stamp) {
                        checkWhole();
                        return copied;
                    }
                }
                Thread.onSpinWait();
                if (i % 8 == 7) {
                    Thread.yield();
                }
            }
            T copied = copy.copy(false);
            checkWhole();
            return copied;
        } catch (InternalError fault) { // see the class's description
            throw truncated(path, channel.size(), layout.bytes);
        }
    }

    private <T> T readOnce(Supplier<T> copy) throws IOException {
        try {
            T copied = copy.get();
            checkWhole();
            return copied;
        } catch (InternalError fault) {
            throw truncated(path, channel.size(), layout.bytes);
        }
    }

    private MonitorSnapshot copySnapshot(boolean isWhole) {
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
                copyWorkers(),
                layout.matrix,
                steals,
                copyLatencies(),
                copyApps(),
                copyEdges(),
                copyBoards(),
                copyQueues());
    }

    private long live(int word) {
        return word(layout.live(word));
    }

    private int count(int word, int most) {
        return (int) Math.max(0, Math.min(most, Words.acquire(buffer, layout.live(word))));
    }

    private List<MonitorSnapshot.WorkerView> copyWorkers() {
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
                            nameAt(word(at + Layout.WORKER_NAME)),
                            word(at + Layout.WORKER_TASK_NS)));
        }
        return workers;
    }

    private List<Latency> copyLatencies() {
        List<Latency> latencies = new ArrayList<>();
        for (Latency.Kind kind : Latency.Kind.values()) {
            int at = layout.histogram(MonitorWriter.index(kind));
            long[] counts = new long[layout.buckets];
            Words.copy(buffer, at + Layout.HISTOGRAM_HEAD, counts, counts.length);
            latencies.add(new Latency(counts, word(at), word(at + 8)));
        }
        return latencies;
    }

    private List<MonitorSnapshot.AppView> copyApps() {
        List<MonitorSnapshot.AppView> apps = new ArrayList<>();
        for (int i = 0, n = count(Layout.LIVE_APPS, layout.apps); i < n; i++) {
            int at = layout.app(i);
            Map<String, Long> counts = new LinkedHashMap<>();
            for (int k = 0; k < Math.min(info.appStates().size(), MonitorSpec.MOST_STATES); k++) {
                counts.put(info.appStates().get(k), word(at + 16 + 8 * k));
            }
            apps.add(
                    new MonitorSnapshot.AppView(
                            nameAt(word(at)), (int) word(at + 8), Map.copyOf(counts)));
        }
        return apps;
    }

    private List<MonitorSnapshot.EdgeView> copyEdges() {
        List<MonitorSnapshot.EdgeView> edges = new ArrayList<>();
        for (int i = 0, n = count(Layout.LIVE_EDGES, layout.edges); i < n; i++) {
            int at = layout.edge(i);
            edges.add(
                    new MonitorSnapshot.EdgeView(
                            (int) word(at), (int) word(at + 8), word(at + 16)));
        }
        return edges;
    }

    private List<MonitorSnapshot.BoardView> copyBoards() {
        List<MonitorSnapshot.BoardView> boards = new ArrayList<>();
        for (int i = 0, n = count(Layout.LIVE_BOARDS, layout.boards); i < n; i++) {
            boards.add(copyBoard(i));
        }
        return boards;
    }

    private MonitorSnapshot.BoardView copyBoard(int i) {
        int at = layout.board(i);
        BoardShape shape =
                new BoardShape(
                        size(at + Layout.BOARD_WIDTH),
                        size(at + Layout.BOARD_HEIGHT),
                        size(at + Layout.BOARD_TILE),
                        size(at + Layout.BOARD_STEP));
        return new MonitorSnapshot.BoardView(
                i,
                nameAt(word(at + Layout.BOARD_NAME)),
                shape,
                word(at + Layout.BOARD_ITERATION),
                word(at + Layout.BOARD_STARTED_NS),
                word(at + Layout.BOARD_DONE));
    }

    private int size(int at) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, word(at)));
    }

    private List<MonitorSnapshot.QueueView> copyQueues() {
        List<MonitorSnapshot.QueueView> queues = new ArrayList<>();
        for (int i = 0; i < layout.queues; i++) {
            int at = layout.queue(i);
            if (word(at) != 0) {
                queues.add(
                        new MonitorSnapshot.QueueView(
                                nameAt(word(at)),
                                (int) word(at + 8),
                                word(at + 16),
                                word(at + 24)));
            }
        }
        return queues;
    }

    /**
     * The tiles of a board.
     *
     * @throws IllegalArgumentException if there is no such board
     * @throws BadMonitorFile if the file was cut
     */
    public TileGrid tiles(int board) throws IOException {
        int n = count(Layout.LIVE_BOARDS, layout.boards);
        if (board < 0 || board >= n) {
            throw new IllegalArgumentException("no board " + board + ": the file has " + n);
        }
        return read(
                isWhole -> {
                    MonitorSnapshot.BoardView view = copyBoard(board);
                    long cells = (long) view.shape().cellColumns() * view.shape().cellRows();
                    long[] words = new long[3 * (int) Math.min(cells, layout.cells)];
                    Words.copy(buffer, layout.cell(board, 0), words, words.length);
                    return new TileGrid(view, isWhole, words);
                });
    }

    /** The name of this id; empty for 0, and for ids that were never given. */
    public String name(int id) {
        return nameAt(id);
    }

    private synchronized String nameAt(long id) {
        if (id <= 0 || id > count(Layout.LIVE_NAMES, layout.names - 1)) {
            return "";
        }
        int i = (int) id;
        if (names[i] == null) {
            names[i] = Words.text(buffer, layout.name(i), Layout.NAME_BYTES);
        }
        return names[i];
    }

    /**
     * A cursor over the rings of all workers, and of the threads that are none.
     *
     * @param fromOldest whether to begin with the oldest event that is still there, or with the next
     *     one to come
     * @throws IllegalStateException if the file has no timeline
     */
    public EventCursor cursor(boolean fromOldest) {
        if (layout.ring == 0) {
            throw new IllegalStateException(
                    "the file has no timeline: turn it on in the engine's configuration");
        }
        long[] next = new long[layout.slots() + 1];
        for (int i = 0; i < next.length; i++) {
            long tail = ring(i).tail();
            next[i] = fromOldest ? Math.max(0, tail - layout.ring) : tail;
        }
        return new EventCursor(this, next);
    }

    EventBatch events(int ring, long from, int most) throws IOException {
        return readOnce(() -> ring(ring).read(from, most));
    }

    private EventRing ring(int i) {
        return new EventRing(buffer, layout.ring(i), layout.ring);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "monitor file " + path;
    }
}
