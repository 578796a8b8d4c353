// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final int OFFSET = 64;

    private final SplittableRandom random = new SplittableRandom(7);

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32, 40, 48, 56, 64, 72, 8_192})
    void anyWordThatDiffersShowsInTheSum(int bytes) {
        ByteBuffer frame = frame(bytes);
        int sum = Wire.checksum(frame, OFFSET, bytes);
        for (int at = Wire.BYTES_AT; at < bytes; at += Integer.BYTES) {
            int was = frame.getInt(OFFSET + at);
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                frame.putInt(OFFSET + at, was ^ 1 << bit);
                assertThat(Wire.checksum(frame, OFFSET, bytes))
                        .as("%d, %d", at, bit)
                        .isNotEqualTo(sum);
            }
            frame.putInt(OFFSET + at, was);
        }
        assertThat(Wire.checksum(frame, OFFSET, bytes)).isEqualTo(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 40, 64, 72, 1_024})
    void wordsInAnotherOrderShowInTheSum(int bytes) {
        ByteBuffer frame = frame(bytes);
        int sum = Wire.checksum(frame, OFFSET, bytes);
        for (int i = Long.BYTES; i < bytes; i += Long.BYTES) {
            for (int j = i + Long.BYTES; j < bytes; j += Long.BYTES) {
                swap(frame, i, j);
                assertThat(Wire.checksum(frame, OFFSET, bytes))
                        .as("%d, %d", i, j)
                        .isNotEqualTo(sum);
                swap(frame, i, j);
            }
        }
    }

    /** As the words are summed up in four columns. */
    @ParameterizedTest
    @ValueSource(ints = {40, 72, 1_032})
    void columnsInAnotherOrderShowInTheSum(int bytes) {
        ByteBuffer frame = frame(bytes);
        int sum = Wire.checksum(frame, OFFSET, bytes);
        for (int i = 1; i <= 4; i++) {
            for (int j = i + 1; j <= 4; j++) {
                swapColumns(frame, bytes, i, j);
                assertThat(Wire.checksum(frame, OFFSET, bytes))
                        .as("%d, %d", i, j)
                        .isNotEqualTo(sum);
                swapColumns(frame, bytes, i, j);
            }
        }
    }

    private static void swapColumns(ByteBuffer frame, int bytes, int i, int j) {
        for (int at = 0; at < bytes - Long.BYTES; at += 4 * Long.BYTES) {
            swap(frame, at + i * Long.BYTES, at + j * Long.BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 40, 72})
    void whatIsAroundTheFrameDoesNotCount(int bytes) {
        ByteBuffer frame = frame(bytes);
        int sum = Wire.checksum(frame, OFFSET, bytes);
        frame.putInt(OFFSET, ~frame.getInt(OFFSET)); // where the sum itself is
        frame.put(OFFSET - 1, (byte) ~frame.get(OFFSET - 1));
        frame.put(OFFSET + bytes, (byte) ~frame.get(OFFSET + bytes));
        assertThat(Wire.checksum(frame, OFFSET, bytes)).isEqualTo(sum);
    }

    private ByteBuffer frame(int bytes) {
        byte[] all = new byte[OFFSET + bytes + Long.BYTES];
        random.nextBytes(all);
        return ByteBuffer.allocateDirect(all.length).order(ByteOrder.nativeOrder()).put(0, all);
    }

    private static void swap(ByteBuffer frame, int i, int j) {
        long first = frame.getLong(OFFSET + i);
        frame.putLong(OFFSET + i, frame.getLong(OFFSET + j));
        frame.putLong(OFFSET + j, first);
    }
}
