// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.monitor.BadMonitorFile.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as a writer makes them and a reader reads them, whole and damaged. */
class MonitorFileTest {
    private static final List<MonitorCounter> COUNTERS =
            List.of(
                    MonitorCounter.ofWorkers("tasks", "tasks"),
                    MonitorCounter.gaugeOfWorkers("deque", "tasks"),
                    MonitorCounter.ofEngine("stuck", "workers"));

    @TempDir private Path folder;

    private static MonitorSpec spec(int workers, int ring) {
        return new MonitorSpec(
                "grain",
                workers,
                1,
                true,
                1,
                3,
                ring,
                7,
                COUNTERS,
                AppSource.STATES,
                2,
                Map.of("host", "here\nand there"));
    }

    private Path path() {
        return folder.resolve("a.teffmon");
    }

    @Test
    void readerSeesWhatWasWritten() throws IOException {
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(2, 8));
                MonitorReader reader = MonitorReader.open(path())) {
            MonitorInfo info = reader.info();
            assertThat(info.engine()).isEqualTo("grain");
            assertThat(info.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(info.workers()).isEqualTo(2);
            assertThat(info.slots()).isEqualTo(3);
            assertThat(info.rank()).isEqualTo(1);
            assertThat(info.ranks()).isEqualTo(3);
            assertThat(info.sampling()).isEqualTo(7);
            assertThat(info.counters()).isEqualTo(COUNTERS);
            assertThat(info.appStates()).isEqualTo(AppSource.STATES);
            assertThat(info.texts()).containsEntry("host", "here and there");
            assertThat(info.isProcessAlive()).isTrue();

            writer.begin();
            writer.value(0, 0, 5);
            writer.value(1, 0, Long.MAX_VALUE - 5);
            writer.value(2, 9);
            int name = writer.name("Työ");
            assertThat(writer.name("Työ")).isEqualTo(name);
            writer.worker(1, WorkerState.BLOCKED, 3, 17, 100, name, 50);
            writer.steals(2, 1, 44);
            writer.app(0, name, 6, new long[] {1, 0, 2});
            writer.edge(0, 0, 0, 8);
            writer.queue(1, name, -1, 12, 16);
            BoardShape shape = writer.board(0, name, 100, 50, 16);
            writer.boardProgress(0, 4, 99, 28);
            writer.tile(0, 8, 1, 4, 1000, 10);
            writer.tile(0, 28, 1, 4, 1000, 10); // there is no such tile
            long[] counts = new long[LogBuckets.COUNT];
            counts[LogBuckets.of(1000)] = 3;
            writer.latency(Latency.Kind.RUN, counts, 3000, 1001);
            writer.status(EngineStatus.SHUTDOWN);
            writer.end();

            MonitorSnapshot now = reader.snapshot();
            assertThat(now.head().isWhole()).isTrue();
            assertThat(now.head().status()).isEqualTo(EngineStatus.SHUTDOWN);
            assertThat(now.value("tasks")).isEqualTo(Long.MAX_VALUE);
            assertThat(now.value(0, "tasks")).isEqualTo(5);
            assertThat(now.value("stuck")).isEqualTo(9);
            MonitorSnapshot.WorkerView worker = now.workers().get(1);
            assertThat(worker.state()).isEqualTo(WorkerState.BLOCKED);
            assertThat(worker.cpu()).isEqualTo(3);
            assertThat(worker.task()).isEqualTo("Työ");
            assertThat(worker.place()).isEqualTo(MonitorSnapshot.Place.REGULAR);
            assertThat(now.workers().get(2).place()).isEqualTo(MonitorSnapshot.Place.REST);
            assertThat(now.workers().get(0).cpu()).isEqualTo(-1);
            assertThat(now.steals(2, 1)).isEqualTo(44);
            assertThat(now.steals(1, 2)).isZero();
            assertThat(now.apps().get(0).counts())
                    .containsEntry("PENDING", 1L)
                    .containsEntry("RUNNING", 2L);
            assertThat(now.edges()).containsExactly(new MonitorSnapshot.EdgeView(0, 0, 8));
            assertThat(now.queues())
                    .containsExactly(new MonitorSnapshot.QueueView("Työ", -1, 12, 16));
            assertThat(now.latency(Latency.Kind.RUN).count()).isEqualTo(3);
            assertThat(now.latency(Latency.Kind.RUN).meanNs()).isEqualTo(1000);
            assertThat(now.latency(Latency.Kind.RUN).percentileNs(50)).isBetween(1000L, 1001L);
            assertThat(now.latency(Latency.Kind.WAIT).count()).isZero();

            TileGrid grid = reader.tiles(0);
            assertThat(grid.board().shape()).isEqualTo(shape);
            assertThat(grid.size()).isEqualTo(7 * 4);
            assertThat(grid.owner(8)).isEqualTo(1);
            assertThat(grid.iteration(8)).isEqualTo(4);
            assertThat(grid.ns(8)).isEqualTo(10);
            assertThat(grid.owner(9)).isEqualTo(TileGrid.NOBODY);
        }
    }

    @Test
    void callersAreNoWorkersButTheirTilesAreTold() throws IOException {
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(1, 4));
                MonitorReader reader = MonitorReader.open(path())) {
            EventCursor cursor = reader.cursor(true);
            assertThat(cursor.workers()).isEqualTo(2); // with the place for a spare one
            writer.begin();
            writer.board(0, writer.name("body"), 10, 10, 10);
            writer.tile(0, 0, TileGrid.CALLER, 7, 1000, 10);
            writer.end();
            writer.callersRing()
                    .write(1000, 1010, EventKind.TILE, 0, 1, MonitorEvent.tileArg(0, 7, 0));

            TileGrid grid = reader.tiles(0);
            assertThat(grid.owner(0)).isEqualTo(TileGrid.CALLER);
            assertThat(grid.iteration(0)).isEqualTo(7);
            assertThat(cursor.poll(0, 10).size()).isZero();
            assertThat(cursor.poll(1, 10).size()).isZero();
            assertThat(cursor.pollCallers(10).events())
                    .singleElement()
                    .satisfies(e -> assertThat(MonitorEvent.iteration(e.arg())).isEqualTo(7));
            assertThatThrownBy(() -> cursor.poll(2, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void cursorSaysWhatItHasMissed() throws IOException {
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(1, 4));
                MonitorReader reader = MonitorReader.open(path())) {
            EventRing ring = writer.ring(0);
            EventCursor cursor = reader.cursor(true);
            for (int i = 0; i < 3; i++) {
                ring.write(i, i + 1, EventKind.TASKS, 0, i, -i);
            }
            assertThat(cursor.poll(0, 2).events())
                    .extracting(MonitorEvent::sequence)
                    .containsExactly(0L, 1L);
            for (int i = 3; i < 11; i++) {
                ring.write(i, i + 1, EventKind.PARK, 0, i, -i);
            }
            EventBatch batch = cursor.poll(0, 100);
            assertThat(batch.dropped()).isEqualTo(5);
            assertThat(batch.events())
                    .extracting(MonitorEvent::beginNs)
                    .containsExactly(7L, 8L, 9L, 10L);
            assertThat(batch.event(3))
                    .isEqualTo(new MonitorEvent(10, 10, 11, EventKind.PARK, 0, 10, -10));
            assertThat(cursor.dropped()).isEqualTo(5);
            assertThat(cursor.poll(0, 100).size()).isZero();
        }
    }

    /** A reader beside a writer at full speed: each event is whole, and none is lost without a count. */
    @Test
    void noEventIsTornOrLostUncounted() throws Exception {
        int events = 300_000;
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(1, 64));
                MonitorReader reader = MonitorReader.open(path())) {
            EventCursor cursor = reader.cursor(true);
            EventRing ring = writer.ring(0);
            Thread thread =
                    new Thread(
                            () -> {
                                for (int i = 0; i < events; i++) {
                                    ring.write(i, i + 1L, EventKind.TASKS, 0, i, 3L * i);
                                }
                            });
            thread.start();
            long seen = 0;
            long next = 0;
            while (next < events) {
                EventBatch batch = cursor.poll(0, 64);
                for (int k = 0; k < batch.size(); k++) {
                    long i = batch.first() + k;
                    assertThat(batch.beginNs(k)).isEqualTo(i);
                    assertThat(batch.endNs(k)).isEqualTo(i + 1);
                    assertThat(batch.count(k)).isEqualTo((int) i);
                    assertThat(batch.arg(k)).isEqualTo(3 * i);
                }
                seen += batch.size();
                next = batch.next();
            }
            thread.join();
            assertThat(seen + cursor.dropped()).isEqualTo(events);
        }
    }

    /** What is written in one update is read as one. */
    @Test
    void snapshotIsOfOneUpdate() throws Exception {
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(2, 0));
                MonitorReader reader = MonitorReader.open(path())) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread thread =
                    new Thread(
                            () -> {
                                for (long i = 1; !stop.get(); i++) {
                                    writer.begin();
                                    writer.value(0, 0, i);
                                    writer.value(1, 0, i);
                                    writer.value(2, i);
                                    writer.end();
                                    Thread.yield();
                                }
                            });
            thread.start();
            try {
                long last = 0;
                for (int whole = 0; whole < 200; ) {
                    MonitorSnapshot now = reader.snapshot();
                    if (now.head().isWhole()) {
                        whole++;
                        assertThat(now.value("tasks")).isEqualTo(2 * now.value("stuck"));
                    }
                    assertThat(now.value("stuck")).isGreaterThanOrEqualTo(last);
                    last = now.value("stuck");
                }
            } finally {
                stop.set(true);
                thread.join();
            }
        }
    }

    // Files that are not as they should be

    private void assertRefused(Reason reason, String message) {
        assertThatThrownBy(() -> MonitorReader.open(path()))
                .isInstanceOf(BadMonitorFile.class)
                .hasMessageContaining(path().toString())
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((BadMonitorFile) e).reason()).isEqualTo(reason));
        assertThat(MonitorFiles.look(path()).life()).isEqualTo(MonitorFiles.Life.UNREADABLE);
    }

    private void writeWord(int at, long word) throws IOException {
        try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0, word);
            channel.write(bytes, at);
        }
    }

    @Test
    void foreignFileIsRefused() throws IOException {
        Files.writeString(path(), "root:x:0:0:root:/root:/bin/bash\n");
        assertRefused(Reason.FOREIGN, "does not begin with TEFFMON1");
        Files.writeString(path(), "");
        assertRefused(Reason.FOREIGN, "0 bytes");
        assertThatThrownBy(() -> MonitorWriter.create(path(), spec(1, 0)))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("was not written by an engine");
        assertThat(path()).isEmptyFile();
        assertThat(folder).isDirectoryContaining(path()::equals);
        try (var files = Files.list(folder)) {
            assertThat(files).as("nothing is left behind").hasSize(1);
        }
    }

    @Test
    void truncatedFileIsRefused() throws IOException {
        MonitorWriter.create(path(), spec(1, 0)).close();
        for (long size : new long[] {100_000, 300, 20}) {
            try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                channel.truncate(size);
            }
            assertRefused(Reason.TRUNCATED, size + " bytes");
        }
    }

    @Test
    void otherVersionsAreRefused() throws IOException {
        MonitorWriter.create(path(), spec(1, 0)).close();
        writeWord(Layout.AT_VERSION, Layout.VERSION + 1);
        assertRefused(Reason.NEWER, "has layout 3, and this reader reads 2");
        writeWord(Layout.AT_VERSION, 1);
        assertRefused(Reason.OLDER, "has layout 1");
    }

    @Test
    void damagedHeaderIsRefused() throws IOException {
        MonitorWriter.create(path(), spec(1, 0)).close();
        writeWord(Layout.Section.STEALS.entry(), 1L << 40);
        assertRefused(Reason.DAMAGED, "STEALS");
        writeWord(Layout.Section.STEALS.entry(), -8);
        assertRefused(Reason.DAMAGED, "STEALS");
        writeWord(Layout.AT_WORKERS, -1);
        assertRefused(Reason.DAMAGED, "header's word at 64");
    }

    @Test
    void readerNoticesThatFileIsCut() throws IOException {
        try (MonitorWriter writer = MonitorWriter.create(path(), spec(1, 8));
                MonitorReader reader = MonitorReader.open(path())) {
            EventCursor cursor = reader.cursor(true);
            assertThat(writer.isWhole()).isTrue();
            try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                channel.truncate(4096);
            }
            assertThat(writer.isWhole()).isFalse();
            assertThatThrownBy(reader::snapshot)
                    .isInstanceOf(BadMonitorFile.class)
                    .hasMessageContaining("truncated");
            assertThatThrownBy(() -> cursor.poll(0, 1)).isInstanceOf(BadMonitorFile.class);
        }
    }

    @Test
    void readerNoticesThatFileIsReplaced() throws IOException {
        try (MonitorWriter first = MonitorWriter.create(path(), spec(1, 8));
                MonitorReader reader = MonitorReader.open(path())) {
            first.value(0, 0, 1);
            assertThat(reader.isReplaced()).isFalse();
            try (MonitorWriter second = MonitorWriter.create(path(), spec(2, 8))) {
                second.value(0, 0, 2);
                assertThatThrownBy(reader::snapshot)
                        .isInstanceOf(BadMonitorFile.class)
                        .hasMessageContaining("open it again");
                try (MonitorReader again = MonitorReader.open(path())) {
                    assertThat(again.snapshot().value("tasks")).isEqualTo(2);
                }
            }
            Files.delete(path());
            assertThat(reader.isReplaced()).as("deleted, but by nobody replaced").isFalse();
            assertThat(reader.snapshot().value("tasks")).isEqualTo(1);
        }
    }

    @Test
    void folderListsWhatIsInIt() throws IOException {
        assertThat(MonitorFiles.list(folder.resolve("none"))).isEmpty();
        Files.writeString(folder.resolve("z.teffmon"), "x");
        Files.writeString(folder.resolve("other.txt"), "x");
        MonitorWriter writer = MonitorWriter.create(path(), spec(1, 0));
        MonitorWriter ended = MonitorWriter.create(folder.resolve("b.teffmon"), spec(1, 0));
        ended.status(EngineStatus.TERMINATED);
        assertThat(MonitorFiles.list(folder))
                .extracting(MonitorFiles.Found::life)
                .containsExactly(
                        MonitorFiles.Life.LIVE,
                        MonitorFiles.Life.ENDED,
                        MonitorFiles.Life.UNREADABLE);
        writeWord(Layout.AT_PROCESS_START_MS, 1); // as if the process id were another process's now
        assertThat(MonitorFiles.look(path()).life()).isEqualTo(MonitorFiles.Life.KILLED);
        assertThat(MonitorFiles.prune(folder, 1)).hasSize(1);
        assertThat(MonitorFiles.prune(folder, 0)).hasSize(1);
        assertThat(MonitorFiles.list(folder)).hasSize(1);
        writer.close();
        ended.close();
    }

    @Test
    void bucketsCoverAllValuesOnce() {
        for (int i = 0; i < LogBuckets.COUNT; i++) {
            assertThat(LogBuckets.of(LogBuckets.lowest(i))).isEqualTo(i);
            assertThat(LogBuckets.of(LogBuckets.highest(i))).isEqualTo(i);
        }
        assertThat(LogBuckets.of(-1)).isZero();
        assertThat(LogBuckets.of(Long.MAX_VALUE)).isEqualTo(LogBuckets.COUNT - 1);
    }

    @Test
    void largePlaneHasCoarserCells() {
        BoardShape shape = BoardShape.within(100, 1000, 500, 10);
        assertThat(shape.step()).isEqualTo(8);
        assertThat((long) shape.cellColumns() * shape.cellRows()).isLessThanOrEqualTo(100);
        assertThat(shape.cellOf(100 * 50 - 1))
                .isEqualTo(shape.cellColumns() * shape.cellRows() - 1);
    }
}
