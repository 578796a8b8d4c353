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
    private final Contents contents; // guarded by this, but for what any thread may call

    private MonitorReader(Path path, FileChannel channel, MappedByteBuffer buffer, Layout layout) {
        this.path = path;
        this.channel = channel;
        this.buffer = buffer;
        this.layout = layout;
        info = Header.read(buffer, layout);
        contents = new Contents(buffer, layout, info);
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
            Layout layout = Header.check(path, channel);
            MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, layout.bytes);
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            MonitorReader reader = new MonitorReader(path, channel, buffer, layout);
            reader.checkWhole();
            done = true;
            return reader;
        } catch (InternalError fault) {
            throw BadMonitorFile.truncated(path, channel.size(), -1);
        } finally {
            if (!done) {
                channel.close();
            }
        }
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
        return contents.status() != EngineStatus.TERMINATED && info.isProcessAlive();
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
            throw BadMonitorFile.truncated(path, size, layout.bytes);
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
        return read(contents::snapshot);
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
            throw BadMonitorFile.truncated(path, channel.size(), layout.bytes);
        }
    }

    private <T> T readOnce(Supplier<T> copy) throws IOException {
        try {
            T copied = copy.get();
            checkWhole();
            return copied;
        } catch (InternalError fault) {
            throw BadMonitorFile.truncated(path, channel.size(), layout.bytes);
        }
    }

    /**
     * The tiles of a board.
     *
     * @throws IllegalArgumentException if there is no such board
     * @throws BadMonitorFile if the file was cut
     */
    public TileGrid tiles(int board) throws IOException {
        int n = contents.boardCount();
        if (board < 0 || board >= n) {
            throw new IllegalArgumentException("no board " + board + ": the file has " + n);
        }
        return read(isWhole -> contents.tiles(board, isWhole));
    }

    /** The name of this id; empty for 0, and for ids that were never given. */
    public synchronized String name(int id) {
        return contents.name(id);
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
