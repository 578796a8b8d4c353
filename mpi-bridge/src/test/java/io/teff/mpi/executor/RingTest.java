// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ring between two threads that do nothing else: each frame once, whole, in order. */
class RingTest {
    private static final long SEED = 20251120;

    private static Ring ring(RingSize size) {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(Ring.bytes(size) + Ring.alignment())
                        .alignedSlice(8)
                        .order(ByteOrder.nativeOrder());
        Ring ring = new Ring(memory, 0, size);
        ring.clear();
        return ring;
    }

    private static void send(Ring ring, int frames, RingSize size) {
        SplittableRandom random = new SplittableRandom(SEED);
        Claim claim = new Claim();
        for (long i = 0; i < frames; i++) {
            int bytes = 8 * (1 + random.nextInt(size.frameBytes() / 8));
            while (!ring.claim(claim)) {
                Thread.yield();
            }
            for (int at = 0; at < bytes; at += 8) {
                claim.buffer.putLong(claim.offset + at, i * 31 + at);
            }
            ring.send(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"256, 8, 300000", "256, 120, 300000", "1024, 256, 300000", "4096, 3960, 30000"})
    void everyFrameComesOnceAndWhole(int capacity, int frameBytes, int frames) throws Exception {
        RingSize size = new RingSize(capacity, frameBytes);
        Ring ring = ring(size);
        FutureTask<Void> sender =
                new FutureTask<>(
                        () -> {
                            send(ring, frames, size);
                            return null;
                        });
        Thread thread = new Thread(sender, "sender");
        thread.start();
        SplittableRandom random = new SplittableRandom(SEED);
        long[] next = new long[1];
        FrameHandler check =
                (from, buffer, offset, bytes) -> {
                    int expected = 8 * (1 + random.nextInt(frameBytes / 8));
                    boolean whole = bytes == expected;
                    for (int at = 0; whole && at < bytes; at += 8) {
                        whole = buffer.getLong(offset + at) == next[0] * 31 + at;
                    }
                    if (!whole) {
                        throw new AssertionError("frame " + next[0] + " of " + expected + " bytes");
                    }
                    next[0]++;
                };
        while (next[0] < frames) {
            if (ring.poll(0, check, 5) == 0) {
                Thread.yield();
            }
        }
        sender.get();
        thread.join();
        assertThat(next[0]).isEqualTo(frames);
        assertThat(ring.poll(0, check, 5)).isZero();
    }
}
