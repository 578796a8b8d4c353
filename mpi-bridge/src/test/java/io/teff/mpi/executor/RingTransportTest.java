// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rings between threads, over plain direct memory. Those between processes: OnRanksTest. */
class RingTransportTest extends TransportContract {
    @Override
    void run(int ranks) throws Exception {
        RingTransport[] transports =
                open(ranks, new RingSize(1 << 10, 512), new int[] {0, 1, 2}, () -> {});
        runHere(ranks, 5_000, i -> transports[i]);
    }

    /** Of the first ranks of those named. */
    private static RingTransport[] open(int n, RingSize ring, int[] names, Runnable onDeath) {
        ByteBuffer[] parts = new ByteBuffer[n];
        int[] ranks = new int[n];
        int size = 0;
        for (int i = 0; i < n; i++) {
            ranks[i] = names[i];
            size = Math.max(size, names[i] + 1);
            parts[i] =
                    ByteBuffer.allocateDirect(RingTransport.partBytes(n, ring))
                            .order(ByteOrder.nativeOrder());
            for (int at = 0; at < parts[i].capacity(); at++) {
                parts[i].put(at, (byte) 0x55); // memory of which nothing is known
            }
        }
        RingTransport[] transports = new RingTransport[n];
        for (int i = 0; i < n; i++) {
            transports[i] = new RingTransport(ranks[i], size, ranks, parts, ring, onDeath);
            transports[i].clear();
        }
        return transports;
    }

    private static void send(Transport from, int to, long value, int bytes) {
        Claim claim = new Claim();
        assertThat(from.claim(to, claim)).isTrue();
        claim.buffer.putLong(claim.offset, value);
        from.send(to, claim, bytes);
    }

    @Test
    void ranksOfAnotherNodeAreNotReached() {
        RingTransport[] two = open(2, new RingSize(1 << 10, 64), new int[] {1, 3}, () -> {});
        assertThat(two[1].rank()).isEqualTo(3);
        assertThat(two[1].size()).isEqualTo(4);
        send(two[1], 1, 5, 8);
        assertThat(two[0].poll((from, b, o, n) -> assertThat(from).isEqualTo(3), 9)).isEqualTo(1);
        assertThatThrownBy(() -> two[0].claim(2, new Claim()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rank 2 is not another rank on the node of rank 1");
    }

    @Test
    void lowLimitLeavesNoSenderOut() {
        RingTransport[] ranks = open(3, new RingSize(1 << 10, 64), new int[] {0, 1, 2}, () -> {});
        for (int i = 0; i < 3; i++) {
            send(ranks[1], 0, i, 8);
            send(ranks[2], 0, i, 8);
        }
        StringBuilder senders = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            assertThat(ranks[0].poll((from, b, o, n) -> senders.append(from), 1)).isEqualTo(1);
        }
        assertThat(senders.toString()).isIn("121212", "212121");
    }

    @Test
    void handlerMayForgetTheSender() {
        AtomicInteger deaths = new AtomicInteger();
        RingTransport[] ranks =
                open(3, new RingSize(1 << 10, 64), new int[] {0, 1, 2}, deaths::incrementAndGet);
        for (int i = 0; i < 3; i++) {
            send(ranks[1], 0, i, 8);
        }
        send(ranks[2], 0, 7, 8);
        StringBuilder got = new StringBuilder();
        FrameHandler forgetting =
                (from, buffer, offset, bytes) -> {
                    got.append(from).append(buffer.getLong(offset));
                    if (from == 1) {
                        ranks[0].forget(1);
                    }
                };
        ranks[0].poll(forgetting, 10);
        ranks[0].poll(forgetting, 10);
        assertThat(got.toString()).isIn("1027", "2710");
        assertThat(deaths).hasValue(1);
    }

    @Test
    void damagedMemoryIsNamed() {
        RingSize size = new RingSize(1 << 10, 64);
        ByteBuffer memory =
                ByteBuffer.allocateDirect(Ring.bytes(size) + Ring.alignment())
                        .alignedSlice(8)
                        .order(ByteOrder.nativeOrder());
        Ring ring = new Ring(memory, 0, size);
        ring.clear();
        Claim claim = new Claim();
        assertThat(ring.claim(claim)).isTrue();
        ring.send(8);
        memory.putInt(claim.offset - Ring.HEADER, 1 << 20);
        assertThatThrownBy(() -> ring.poll(4, (from, b, o, n) -> {}, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the memory shared with rank 4 is damaged: at 0 there is 100000");
    }

    @Test
    void ringsOfANodeFitIntoItsShare() {
        for (int ranks = 1; ranks <= 64; ranks++) {
            RingSize size = RingSize.of(ranks);
            assertThat((long) ranks * RingTransport.partBytes(ranks, size))
                    .as("%d ranks, %s", ranks, size)
                    .isLessThan(48 << 20);
            assertThat(size.frameBytes()).isBetween(1024, 16 << 10);
        }
        assertThatThrownBy(() -> new RingSize(1000, 8)).hasMessageContaining("power of two");
        assertThatThrownBy(() -> new RingSize(1024, 1024)).hasMessageEndingWith("888: 1024");
    }
}
