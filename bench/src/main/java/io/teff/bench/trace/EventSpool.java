// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.monitor.EventBatch;
import io.teff.monitor.EventKind;
import io.teff.monitor.MonitorEvent;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.BitSet;
import java.util.zip.GZIPOutputStream;

/**
 * Events of one run on their way into a page: in a temporary file until it is known how many there are.
 * Little-endian records of 32 bytes, in the order of reading:
 *
 * <pre>
 * 0   begin, end        doubles; ns since the run's zero
 * 16  row + 2^20 x kind, name, count (of a tile: its iteration), arg (lowest 32 bits)   ints
 * </pre>
 */
final class EventSpool implements AutoCloseable {
    static final int RECORD = 32;
    private static final int KIND_SHIFT = 20;
    private static final long LARGEST = 0xFFFF_FFFFL;

    private final Path file;
    private final OutputStream out;
    private final ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    private final BitSet names = new BitSet();
    private final long[] counts;
    private final long zeroNs;
    private long size;

    EventSpool(int rows, long zeroNs) throws IOException {
        this.zeroNs = zeroNs;
        counts = new long[rows];
        file = Files.createTempFile("teff-trace", ".events");
        out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    @SuppressWarnings("EnumOrdinal") // the page has them in the same order
    void add(int row, EventBatch batch) throws IOException {
        for (int i = 0; i < batch.size(); i++) {
            EventKind kind = batch.kind(i);
            if (kind == EventKind.NONE || kind == EventKind.OTHER) {
                continue;
            }
            long end = batch.endNs(i) - zeroNs;
            boolean isTile = kind == EventKind.TILE;
            record.clear();
            record.putDouble((double) Math.min(end, batch.beginNs(i) - zeroNs));
            record.putDouble((double) end);
            record.putInt(row | kind.ordinal() << KIND_SHIFT).putInt(batch.name(i));
            record.putInt(isTile ? MonitorEvent.iteration(batch.arg(i)) : batch.count(i));
            record.putInt(
                    (int)
                            (isTile
                                    ? MonitorEvent.tile(batch.arg(i))
                                    : Math.min(LARGEST, Math.max(0, batch.arg(i)))));
            out.write(record.array());
            names.set(batch.name(i));
            counts[row]++;
            size++;
        }
    }

    /** Ids of the names that the events have. */
    BitSet names() {
        return names;
    }

    /** How many of the oldest events of each row are left out if there may be no more than so many. */
    long[] surplus(long most) {
        long[] surplus = new long[counts.length];
        if (size > most) {
            long busy = java.util.Arrays.stream(counts).filter(n -> n > 0).count();
            for (int w = 0; w < counts.length; w++) {
                surplus[w] = Math.max(0, counts[w] - most / busy);
            }
        }
        return surplus;
    }

    /** Writes them, compressed and in base 64, but for the oldest of each row. */
    void writeTo(OutputStream page, long[] surplus) throws IOException {
        out.close();
        long[] left = surplus.clone();
        OutputStream text = Base64.getEncoder().wrap(new Unclosed(page));
        try (GZIPOutputStream zip = new GZIPOutputStream(text, 1 << 16);
                InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            byte[] bytes = record.array();
            while (in.readNBytes(bytes, 0, RECORD) == RECORD) {
                int row = record.getInt(16) & (1 << KIND_SHIFT) - 1;
                if (left[row] > 0) {
                    left[row]--;
                } else {
                    zip.write(bytes);
                }
            }
        }
    }

    /** Base 64 needs an end; the page goes on. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int n) throws IOException {
            out.write(bytes, from, n);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
