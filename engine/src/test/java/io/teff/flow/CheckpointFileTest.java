// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from checkpoint files that are whole, torn, damaged, or something else. */
class CheckpointFileTest {
    private static final int RECORDS = 6;

    @TempDir Path folder;

    private static MemoKey key(int i) {
        return new MemoKey(ByteBuffer.allocate(MemoKey.BYTES).putInt(4, i));
    }

    private static byte[] result(int i) {
        return ("result " + "x".repeat(i) + i).getBytes(StandardCharsets.US_ASCII);
    }

    private Path written() throws IOException {
        Path path = folder.resolve("some.ckpt");
        Files.deleteIfExists(path);
        try (CheckpointFile file = CheckpointFile.open(path)) {
            for (int i = 0; i < RECORDS; i++) {
                file.put(key(i), result(i));
                if (i % 2 == 1) {
                    file.flush(i == 3);
                }
            }
        }
        return path;
    }

    private static Map<MemoKey, byte[]> read(Path path) {
        Map<MemoKey, byte[]> found = new LinkedHashMap<>();
        CheckpointFile.read(path, found::put);
        return found;
    }

    /** How many of the records of {@link #written} there are; fails if one is not as written. */
    private static int countRight(Map<MemoKey, byte[]> found) {
        int right = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] result = found.get(key(i));
            if (result != null) {
                assertThat(result).isEqualTo(result(i));
                right++;
            }
        }
        assertThat(found).hasSize(right);
        return right;
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        assertThat(countRight(read(written()))).isEqualTo(RECORDS);
    }

    /** Opens it as a flow does, appends a record, and looks whether that can be read. */
    private static int countAfterAppending(Path path) throws IOException {
        int before;
        try (CheckpointFile file = CheckpointFile.open(path)) {
            Map<MemoKey, byte[]> found = new LinkedHashMap<>();
            if (file.readAll(found::put).tail() > 0) {
                file.cutTail();
            }
            before = countRight(found);
            file.put(key(100), result(100));
            file.flush(false);
        }
        Map<MemoKey, byte[]> after = read(path);
        assertThat(after.remove(key(100))).isEqualTo(result(100));
        assertThat(countRight(after)).isEqualTo(before);
        return before;
    }

    @Test
    void aFileThatIsCutAnywhereIsReadAsFarAsItGoes() throws IOException {
        byte[] whole = Files.readAllBytes(written());
        Path path = folder.resolve("torn.ckpt");
        int last = 0;
        for (int n = 0; n <= whole.length; n++) {
            Files.write(path, Arrays.copyOf(whole, n));
            int count;
            if (n >= 12 && n < CheckpointFile.HEADER) {
                Path torn = path; // of a process that died early
                assertThat(read(torn)).isEmpty();
            }
            count = countAfterAppending(path);
            assertThat(count).isGreaterThanOrEqualTo(last);
            last = count;
        }
        assertThat(last).isEqualTo(RECORDS);
    }

    @Test
    void aDamagedByteAnywhereCostsAtMostOneRecord() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("CheckpointFileTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = Files.readAllBytes(written());
        Path path = folder.resolve("damaged.ckpt");
        for (int at = 0; at < whole.length; at++) {
            for (int change : new int[] {1, 0x80, 0xff, 1 + random.nextInt(255)}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) change;
                Files.write(path, damaged);
                if (at < CheckpointFile.HEADER) {
                    assertThatThrownBy(() -> read(path)).isInstanceOf(BadCheckpoint.class);
                    assertThatThrownBy(() -> CheckpointFile.open(path))
                            .isInstanceOf(BadCheckpoint.class);
                    assertThat(path).hasBinaryContent(damaged);
                } else {
                    assertThat(countAfterAppending(path)).as("byte " + at).isEqualTo(RECORDS - 1);
                }
            }
        }
    }

    @Test
    void garbageInsideAndBehindIsSkipped() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("CheckpointFileTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = Files.readAllBytes(written());
        Path path = folder.resolve("garbage.ckpt");
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            int from = CheckpointFile.HEADER + random.nextInt(whole.length - CheckpointFile.HEADER);
            int to = from + random.nextInt(whole.length - from);
            for (int k = from; k < to; k++) {
                damaged[k] = (byte) random.nextInt();
            }
            Files.write(path, damaged);
            countAfterAppending(path); // asserts that what is found is right
            byte[] tail = new byte[random.nextInt(5000)];
            random.nextBytes(tail);
            byte[] longer = Arrays.copyOf(whole, whole.length + tail.length);
            System.arraycopy(tail, 0, longer, whole.length, tail.length);
            Files.write(path, longer);
            assertThat(countAfterAppending(path)).isEqualTo(RECORDS);
        }
    }

    @Test
    void aCheckpointInsideAResultIsNotTakenForRecords() throws IOException {
        Path path = written();
        byte[] whole = Files.readAllBytes(path);
        try (CheckpointFile file = CheckpointFile.open(path)) {
            file.readAll((key, result) -> {});
            file.put(key(1000), whole); // of the same file, with its salt
            file.flush(false);
        }
        byte[] damaged = Files.readAllBytes(path);
        damaged[whole.length + 5] ^= 1; // in the head of the last record
        Files.write(path, damaged);
        Map<MemoKey, byte[]> found = new LinkedHashMap<>();
        CheckpointFile.Found state = CheckpointFile.read(path, found::put);
        assertThat(countRight(found)).isEqualTo(RECORDS);
        assertThat(state.records()).isEqualTo(RECORDS); // each once
        assertThat(state.tail()).isEqualTo(damaged.length - whole.length);
    }

    @Test
    void manyAndLargeRecords() throws IOException {
        Path path = folder.resolve("many.ckpt");
        byte[] large = new byte[3 << 20];
        Arrays.fill(large, (byte) 7);
        int n = 100_000;
        long start = System.nanoTime();
        try (CheckpointFile file = CheckpointFile.open(path)) {
            for (int i = 0; i < n; i++) {
                if (file.put(key(i), i % 30_000 == 0 ? large : result(i % 10))) {
                    file.flush(false);
                }
            }
            file.flush(false);
        }
        long written = System.nanoTime();
        Map<MemoKey, byte[]> found = read(path);
        long end = System.nanoTime();
        System.out.printf(
                "%d records: written in %d ms, read in %d ms%n",
                n, (written - start) / 1_000_000, (end - written) / 1_000_000);
        assertThat(found).hasSize(n);
        assertThat(found.get(key(60_000))).isEqualTo(large);
        assertThat(found.get(key(99_999))).isEqualTo(result(9));
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        for (String text : new String[] {"h", "hello, world\n", "x".repeat(10_000)}) {
            Path path = folder.resolve("notes.txt");
            Files.writeString(path, text);
            assertThatThrownBy(() -> CheckpointFile.open(path))
                    .isInstanceOf(BadCheckpoint.class)
                    .hasMessageContaining("notes.txt is no checkpoint");
            assertThatThrownBy(() -> read(path)).isInstanceOf(BadCheckpoint.class);
            assertThat(path).hasContent(text);
        }
        assertThatThrownBy(() -> CheckpointFile.open(folder))
                .isInstanceOf(BadCheckpoint.class)
                .hasMessageContaining(folder.toString());
        assertThatThrownBy(() -> read(folder.resolve("none")))
                .isInstanceOf(BadCheckpoint.class)
                .hasMessageContaining("cannot read checkpoint");
    }

    @Test
    void anotherVersionIsNamed() throws IOException {
        Path path = written();
        byte[] bytes = Files.readAllBytes(path);
        bytes[11] = 2;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 0, CheckpointFile.HEADER - 4);
        ByteBuffer.wrap(bytes).putInt(CheckpointFile.HEADER - 4, (int) crc.getValue());
        Files.write(path, bytes);
        assertThatThrownBy(() -> CheckpointFile.open(path))
                .isInstanceOf(BadCheckpoint.class)
                .hasMessageContaining("is of version 2, this program reads version 1");
    }

    @Test
    void anInterruptDoesNotCloseTheFile() throws IOException {
        Path path = folder.resolve("interrupted.ckpt");
        Thread.currentThread().interrupt();
        try (CheckpointFile file = CheckpointFile.open(path)) {
            file.put(key(0), result(0));
            file.flush(true);
            file.put(key(1), result(1));
            file.flush(false);
        }
        assertThat(countRight(read(path))).isEqualTo(2);
        assertThat(Thread.interrupted()).isTrue();
    }
}
