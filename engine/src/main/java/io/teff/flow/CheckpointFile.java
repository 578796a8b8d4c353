// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * A checkpoint on disk: results by key, appended one after the other, never changed. One thread at a
 * time. Interrupts do not close it, as they would a channel.
 *
 * <pre>
 * file     magic 8 | version 4 | salt 8 | crc 4                          | record ...
 * record   mark 4 | length 4 | crc of the payload 4 | crc of the head 4  | payload
 * payload  key 32 | result, see ResultCodec
 * </pre>
 *
 * All numbers big-endian, all sums CRC32C. The sum of a record's head also covers the file's salt and
 * the record's place, so that no bytes inside a result can pass for a record. Where a head is
 * damaged, reading goes on at the next good one. What follows the last good record is what a process
 * was writing when it died; whoever opens the file to append cuts it off.
 */
final class CheckpointFile implements Closeable {
    static final int HEADER = 24;
    static final int HEAD = 16;
    private static final long MAGIC = 0x5445_4646_434b_5054L; // TEFFCKPT
    private static final int VERSION = 1;
    private static final int MARK = 0xc4_ec_1e_d0;
    private static final int WINDOW = 1 << 20;
    private static final int BATCH = 1 << 20;

    /**
     * Those that this JVM has open to append. An operating system may drop all locks that a process
     * has on a file when the process closes it once, so none of them is opened a second time.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path; // real
    private final RandomAccessFile file;
    private final CRC32C crc = new CRC32C();
    private long salt;
    private long end; // of the last good record
    private byte[] window = new byte[0];
    private long windowAt;
    private int windowSize;
    private ByteBuffer batch = ByteBuffer.allocate(8192);

    private CheckpointFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * What was found in a file.
     *
     * @param records read
     * @param damaged places that were skipped
     * @param tail bytes after the last good record
     */
    record Found(long records, long damaged, long tail) {
        boolean isWhole() {
            return damaged == 0 && tail == 0;
        }
    }

    // Opening

    /** Opens a file to append, or makes it, with its folder. */
    static CheckpointFile open(Path path) {
        Path real;
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            real = real(path);
        } catch (IOException e) {
            throw cannot("open", path, e);
        }
        if (!OPEN.add(real)) {
            throw inUse(path, "another flow of this program");
        }
        RandomAccessFile file = null;
        boolean interrupted = Thread.interrupted(); // a lock is taken through a channel
        boolean done = false;
        try {
            file = new RandomAccessFile(real.toFile(), "rw");
            if (file.getChannel().tryLock() == null) {
                throw inUse(path, "another process");
            }
            CheckpointFile checkpoint = new CheckpointFile(real, file);
            if (checkpoint.isNew()) {
                checkpoint.create();
            } else {
                checkpoint.readHeader();
            }
            done = true;
            return checkpoint;
        } catch (OverlappingFileLockException e) {
            throw inUse(path, "another part of this program");
        } catch (IOException | UnsupportedOperationException e) {
            throw cannot("open", path, e);
        } finally {
            if (!done) {
                try {
                    closeAfterFailure(file);
                } finally {
                    OPEN.remove(real);
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads a file that nobody of this JVM appends to. */
    static Found read(Path path, BiConsumer<MemoKey, byte[]> into) {
        try {
            Path real = path.toRealPath();
            if (OPEN.contains(real)) {
                throw inUse(path, "another flow of this program");
            }
            try (RandomAccessFile file = new RandomAccessFile(real.toFile(), "r")) {
                CheckpointFile checkpoint = new CheckpointFile(real, file);
                if (checkpoint.isNew()) {
                    return new Found(0, 0, 0);
                }
                checkpoint.readHeader();
                return checkpoint.readAll(into);
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw cannot("read", path, e);
        }
    }

    /** Whether this is a checkpoint, whole or not, that nobody of this JVM appends to. */
    static boolean isOne(Path path) throws IOException {
        Path real = path.toRealPath();
        if (OPEN.contains(real) || !Files.isRegularFile(real) || !Files.isReadable(real)) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(real.toFile(), "r")) {
            return file.length() >= HEADER && file.readLong() == MAGIC;
        }
    }

    static boolean isSame(Path a, Path b) {
        try {
            return real(a).equals(real(b));
        } catch (IOException e) {
            return false; // opening it will say what is wrong
        }
    }

    /** A path of which there is only one, also for a file that is still to be made. */
    private static Path real(Path path) throws IOException {
        if (Files.exists(path)) {
            return path.toRealPath();
        }
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        return folder == null || name == null ? absolute : folder.toRealPath().resolve(name);
    }

    private static BadCheckpoint inUse(Path path, String who) {
        return new BadCheckpoint(
                "checkpoint "
                        + path
                        + " is in use by "
                        + who
                        + "; close that one first, or take another file",
                null);
    }

    private static BadCheckpoint cannot(String what, Path path, Exception e) {
        return new BadCheckpoint("cannot " + what + " checkpoint " + path + ": " + e, e);
    }

    private static void closeAfterFailure(RandomAccessFile file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new BadCheckpoint("cannot close a checkpoint that cannot be used", e);
            }
        }
    }

    // Reading

    /** Empty, or what is left of a process that died while it made the file. */
    private boolean isNew() throws IOException {
        long size = file.length();
        if (size >= HEADER) {
            return false;
        }
        byte[] start = new byte[(int) size];
        file.seek(0);
        file.readFully(start);
        byte[] fixed = ByteBuffer.allocate(12).putLong(MAGIC).putInt(VERSION).array();
        int n = Math.min(start.length, fixed.length);
        return Arrays.equals(start, 0, n, fixed, 0, n);
    }

    private void create() throws IOException {
        salt = ThreadLocalRandom.current().nextLong();
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.putLong(MAGIC).putInt(VERSION).putLong(salt);
        header.putInt(sum(header.array(), 0, header.position()));
        file.setLength(0);
        file.seek(0);
        file.write(header.array());
        end = HEADER;
    }

    private void readHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        file.seek(0);
        int n;
        while (header.hasRemaining()
                && (n = file.read(header.array(), header.position(), header.remaining())) > 0) {
            header.position(header.position() + n);
        }
        if (header.hasRemaining() || header.getLong(0) != MAGIC) {
            throw new BadCheckpoint(
                    path + " is no checkpoint: it does not start as one; was it meant?", null);
        }
        int version = header.getInt(8);
        if (sum(header.array(), 0, HEADER - 4) != header.getInt(HEADER - 4)) {
            throw new BadCheckpoint(
                    "the first " + HEADER + " bytes of checkpoint " + path + " are damaged", null);
        }
        if (version != VERSION) {
            throw new BadCheckpoint(
                    "checkpoint "
                            + path
                            + " is of version "
                            + version
                            + ", this program reads version "
                            + VERSION,
                    null);
        }
        salt = header.getLong(12);
        end = HEADER;
    }

    /** Hands over all good records, oldest first. */
    Found readAll(BiConsumer<MemoKey, byte[]> into) throws IOException {
        long size = file.length();
        long at = HEADER;
        long records = 0;
        long damaged = 0;
        while (at < size) {
            int length = lengthAt(at, size);
            if (length < 0) {
                long next = findHead(at + 1, size);
                if (next < 0) {
                    break;
                }
                damaged++;
                at = next;
                continue;
            }
            if (length > size - at - HEAD) {
                break;
            }
            int head = load(at, HEAD);
            int crcOfPayload = ByteBuffer.wrap(window).getInt(head + 8);
            int from = load(at + HEAD, length); // may replace the window
            if (sum(window, from, length) == crcOfPayload) {
                MemoKey key = new MemoKey(ByteBuffer.wrap(window, from, MemoKey.BYTES));
                into.accept(key, Arrays.copyOfRange(window, from + MemoKey.BYTES, from + length));
                records++;
            } else {
                damaged++;
            }
            at += HEAD + length;
        }
        window = new byte[0];
        windowSize = 0;
        end = at;
        return new Found(records, damaged, size - at);
    }

    /** Length of the payload of the record at a place; -1 if no good head is there. */
    private int lengthAt(long at, long size) throws IOException {
        if (size - at < HEAD) {
            return -1;
        }
        int from = load(at, HEAD);
        ByteBuffer head = ByteBuffer.wrap(window, from, HEAD);
        int mark = head.getInt();
        int length = head.getInt();
        int crcOfPayload = head.getInt();
        return mark == MARK
                        && length > MemoKey.BYTES
                        && head.getInt() == sumOfHead(at, length, crcOfPayload)
                ? length
                : -1;
    }

    private long findHead(long from, long size) throws IOException {
        for (long at = from; size - at >= HEAD; at++) {
            int i = load(at, HEAD);
            if (window[i] == (byte) (MARK >> 24) && lengthAt(at, size) >= 0) {
                return at;
            }
        }
        return -1;
    }

    /** Where in {@code window} the {@code n} bytes at a place are; makes sure that they are there. */
    private int load(long at, int n) throws IOException {
        if (at < windowAt || at + n > windowAt + windowSize) {
            if (window.length < n || window.length < WINDOW) {
                window = new byte[Math.max(n, WINDOW)];
            }
            file.seek(at);
            windowAt = at;
            windowSize = 0;
            int read;
            while (windowSize < window.length
                    && (read = file.read(window, windowSize, window.length - windowSize)) > 0) {
                windowSize += read;
            }
            if (windowSize < n) {
                throw new EOFException(path + " became shorter while it was read");
            }
        }
        return (int) (at - windowAt);
    }

    private int sum(byte[] bytes, int from, int n) {
        crc.reset();
        crc.update(bytes, from, n);
        return (int) crc.getValue();
    }

    private int sumOfHead(long at, int length, int crcOfPayload) {
        ByteBuffer head = ByteBuffer.allocate(28);
        head.putLong(salt).putLong(at).putInt(MARK).putInt(length).putInt(crcOfPayload);
        return sum(head.array(), 0, head.capacity());
    }

    /** After {@link #readAll}: cuts off what follows the last good record. */
    void cutTail() throws IOException {
        file.setLength(end);
    }

    // Writing

    /**
     * Adds a record to those that {@link #flush} writes.
     *
     * @return whether it would be better to flush now
     */
    boolean put(MemoKey key, byte[] result) {
        int length = Math.addExact(MemoKey.BYTES, result.length);
        int start = batch.position();
        int needed = Math.addExact(start, Math.addExact(HEAD, length));
        if (needed > batch.capacity()) {
            int size = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(2L * start, needed));
            batch = ByteBuffer.allocate(Math.max(size, needed)).put(batch.flip());
        }
        batch.position(start + HEAD);
        key.put(batch);
        batch.put(result);
        int crcOfPayload = sum(batch.array(), start + HEAD, length);
        batch.putInt(start, MARK).putInt(start + 4, length).putInt(start + 8, crcOfPayload);
        batch.putInt(start + 12, sumOfHead(end + start, length, crcOfPayload));
        return batch.position() >= BATCH;
    }

    /** Writes what was put, in one piece. If that fails, the file is as before, or has a tail. */
    void flush(boolean force) throws IOException {
        int n = batch.position();
        try {
            file.seek(end);
            file.write(batch.array(), 0, n);
            if (force) {
                file.getFD().sync();
            }
            end += n;
        } catch (IOException e) {
            try {
                file.setLength(end);
            } catch (IOException worse) {
                e.addSuppressed(worse);
            }
            throw e;
        } finally {
            batch.clear();
            if (batch.capacity() > 4 * BATCH) {
                batch = ByteBuffer.allocate(8192);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close(); // and the lock goes
        } finally {
            OPEN.remove(path);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
