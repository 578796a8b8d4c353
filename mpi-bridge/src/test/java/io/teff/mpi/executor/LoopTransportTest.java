// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The transport that other tests run on does what a transport does, and its damage too. */
class LoopTransportTest extends TransportContract {
    @Override
    void run(int ranks) throws Exception {
        LoopTransport[] transports = LoopTransport.open(ranks, 4096, 5);
        runHere(ranks, 1_000, i -> transports[i]);
    }

    private static void send(Transport from, int to, long value) {
        Claim claim = new Claim();
        assertThat(from.claim(to, claim)).isTrue();
        claim.buffer.putLong(claim.offset, value);
        from.send(to, claim, 8);
    }

    private static List<Long> takeAll(Transport transport) {
        List<Long> all = new ArrayList<>();
        transport.poll((from, buffer, offset, bytes) -> all.add(buffer.getLong(offset)), 100);
        return all;
    }

    @Test
    void damagedFrameDiffersInOneBit() {
        LoopTransport[] ranks = LoopTransport.open(2, 64, 5);
        ranks[0].damageNext(1);
        send(ranks[0], 1, 7);
        send(ranks[0], 1, 7);
        List<Long> got = takeAll(ranks[1]);
        assertThat(got).hasSize(2);
        assertThat(Long.bitCount(got.get(0) ^ 7)).isEqualTo(1);
        assertThat(got.get(1)).isEqualTo(7);
    }

    @Test
    void deadRankNeitherSendsNorReads() {
        LoopTransport[] ranks = LoopTransport.open(2, 64, 2);
        ranks[1].die();
        send(ranks[1], 0, 1);
        assertThat(takeAll(ranks[0])).isEmpty();
        send(ranks[0], 1, 1);
        send(ranks[0], 1, 2);
        assertThat(ranks[0].claim(1, new Claim())).isFalse();
        assertThat(takeAll(ranks[1])).isEmpty();
    }
}
