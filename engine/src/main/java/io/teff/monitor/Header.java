// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import io.teff.monitor.BadMonitorFile.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What does not change in a file: the header, the texts and the counters. Written once, before anybody
 * sees the file; checked and read by those who open it.
 */
final class Header {
    private Header() {}

    /** Writes all but the magic number, with which the file is {@link #finish finished}. */
    static void write(ByteBuffer buffer, Layout layout, MonitorSpec spec) {
        layout.write(buffer);
        ProcessHandle self = ProcessHandle.current();
        long nowMs = System.currentTimeMillis();
        Optional<Instant> start = self.info().startInstant();
        Words.setOpaque(buffer, Layout.AT_ID, new SplittableRandom().nextLong());
        Words.setOpaque(buffer, Layout.AT_PID, self.pid());
        Words.setOpaque(
                buffer, Layout.AT_PROCESS_START_MS, start.map(Instant::toEpochMilli).orElse(0L));
        Words.setOpaque(buffer, Layout.AT_START_MS, nowMs);
        Words.setOpaque(buffer, Layout.AT_START_NS, System.nanoTime());
        Words.putText(buffer, layout.text(), layout.textBytes(), spec.text());
        for (int i = 0; i < layout.counters; i++) {
            MonitorCounter counter = spec.counters().get(i);
            int at = layout.counter(i);
            Words.setOpaque(buffer, at, counter.type().code());
            Words.setOpaque(buffer, at + 8, counter.scope().code());
            Words.putText(buffer, at + 16, Layout.LABEL_BYTES, counter.label());
            Words.putText(buffer, at + 16 + Layout.LABEL_BYTES, Layout.UNIT_BYTES, counter.unit());
        }
    }

    static void finish(ByteBuffer buffer) {
        Words.setRelease(buffer, Layout.AT_MAGIC, Layout.MAGIC); // pairs with the reader's check
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

    /**
     * Checks a file before it is mapped.
     *
     * @throws BadMonitorFile if this version cannot read it
     */
    static Layout check(Path path, FileChannel channel) throws IOException {
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
            throw BadMonitorFile.truncated(path, channel.size(), Layout.HEADER_BYTES);
        }
        Layout layout;
        try {
            layout = new Layout(header);
        } catch (IllegalStateException e) {
            throw new BadMonitorFile(path, Reason.DAMAGED, e.getMessage());
        }
        if (channel.size() < layout.bytes) {
            throw BadMonitorFile.truncated(path, channel.size(), layout.bytes);
        }
        return layout;
    }

    /** What it says, in a file that was checked. */
    static MonitorInfo read(ByteBuffer buffer, Layout layout) {
        Map<String, String> texts =
                MonitorSpec.parse(Words.text(buffer, layout.text(), layout.textBytes()));
        String states = texts.getOrDefault("app.states", "");
        List<MonitorCounter> counters = new ArrayList<>();
        for (int i = 0; i < layout.counters; i++) {
            int at = layout.counter(i);
            counters.add(
                    new MonitorCounter(
                            Words.text(buffer, at + 16, Layout.LABEL_BYTES),
                            MonitorCounter.Type.of(Words.opaque(buffer, at)),
                            MonitorCounter.Scope.of(Words.opaque(buffer, at + 8)),
                            Words.text(buffer, at + 16 + Layout.LABEL_BYTES, Layout.UNIT_BYTES)));
        }
        return new MonitorInfo(
                (int) Words.opaque(buffer, Layout.AT_VERSION),
                Words.opaque(buffer, Layout.AT_ID),
                layout.bytes,
                texts.getOrDefault("engine", ""),
                Words.opaque(buffer, Layout.AT_PID),
                Words.opaque(buffer, Layout.AT_PROCESS_START_MS),
                Words.opaque(buffer, Layout.AT_START_MS),
                Words.opaque(buffer, Layout.AT_START_NS),
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
}
