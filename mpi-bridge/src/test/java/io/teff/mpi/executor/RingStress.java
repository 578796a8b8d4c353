// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * What a {@link Ring} promises: each frame comes once, whole and in order. Frames are the word k, mostly
 * twelve times, which with the word of the ring is two lines; what a reader has got is the frames' k as
 * digits, or -1 if one is not whole.
 */
public class RingStress {
    private static final int WORDS = 12;
    private static final int BYTES = WORDS * Long.BYTES;
    private static final RingSize SIZE = new RingSize(512, BYTES); // for three frames

    /** More rings than jcstress has at a time, as it is slow to allocate each. */
    private static final int RINGS = 1 << 15;

    private static final ByteBuffer MEMORY =
            ByteBuffer.allocateDirect(Ring.bytes(SIZE) * RINGS + Long.BYTES)
                    .alignedSlice(Long.BYTES)
                    .order(ByteOrder.nativeOrder());

    private static final AtomicInteger NEXT = new AtomicInteger();

    private static Ring ring() {
        int at = (NEXT.getAndIncrement() & RINGS - 1) * Ring.bytes(SIZE);
        for (int i = 0; i < Ring.bytes(SIZE); i += Long.BYTES) {
            MEMORY.putLong(at + i, -1); // something that is no word of a ring
        }
        Ring ring = new Ring(MEMORY, at, SIZE);
        ring.clear();
        return ring;
    }

    private static boolean send(Ring ring, Claim claim, long k) {
        return send(ring, claim, k, WORDS, WORDS);
    }

    /** Writes so many of the words that it claims, and sends fewer or all of them. */
    private static boolean send(Ring ring, Claim claim, long k, int words, int written) {
        if (!ring.claim(claim)) {
            return false;
        }
        for (int i = 0; i < written; i++) {
            claim.buffer.putLong(claim.offset + i * Long.BYTES, k);
        }
        ring.send(words * Long.BYTES);
        return true;
    }

    /** Takes the frames of a poll. */
    private static final class Reader implements FrameHandler {
        private final int expected; // bytes of each frame
        private long all;

        Reader(int expected) {
            this.expected = expected;
        }

        @Override
        public void onFrame(int from, ByteBuffer buffer, int offset, int bytes) {
            long k = buffer.getLong(offset);
            for (int i = 0; i < bytes; i += Long.BYTES) {
                if (buffer.getLong(offset + i) != k) {
                    k = -1;
                }
            }
            all = bytes != expected || k <= 0 || all < 0 ? -1 : 10 * all + k;
        }

        long poll(Ring ring) {
            all = 0;
            try {
                ring.poll(0, this, 9);
            } catch (IllegalStateException damaged) {
                all = -1;
            }
            return all;
        }
    }

    /** A frame is sent while the reader looks. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "1, 1, 0"},
            expect = ACCEPTABLE,
            desc = "seen, or seen later")
    @Outcome(expect = FORBIDDEN, desc = "lost, torn, or seen twice")
    @State
    public static class SendVsPoll {
        final Ring ring = ring();
        final Claim claim = new Claim();
        final Reader reader = new Reader(BYTES);

        @Actor
        public void sender(JJJ_Result r) {
            r.r1 = send(ring, claim, 1) ? 1 : 0;
        }

        @Actor
        public void reader(JJJ_Result r) {
            r.r2 = reader.poll(ring);
        }

        @Arbiter
        public void rest(JJJ_Result r) {
            r.r3 = reader.poll(ring);
        }
    }

    /**
     * Frames of one line. The send before has cleared the word behind the second; over that behind the
     * third its sender has written since.
     */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 123", "1, 1, 23", "1, 12, 3", "1, 123, 0"},
            expect = ACCEPTABLE,
            desc = "seen, or seen later")
    @Outcome(expect = FORBIDDEN, desc = "lost, torn, or seen twice")
    @State
    public static class ShortSendsVsPoll {
        final Ring ring = ring();
        final Claim claim = new Claim();
        final Reader reader = new Reader(Long.BYTES);

        @Actor
        public void sender(JJJ_Result r) {
            boolean sent = send(ring, claim, 1, 1, 1) && send(ring, claim, 2, 1, 1);
            r.r1 = sent && send(ring, claim, 3, 1, WORDS) ? 1 : 0;
        }

        @Actor
        public void reader(JJJ_Result r) {
            r.r2 = reader.poll(ring);
        }

        @Arbiter
        public void rest(JJJ_Result r) {
            r.r3 = reader.poll(ring);
        }
    }

    /** The ring is full: the sender may only go on where the reader has been. */
    @JCStressTest
    @Outcome(
            id = {"0, 123, 0", "1, 123, 4", "1, 1234, 0"},
            expect = ACCEPTABLE,
            desc = "no room, or the room of what was read")
    @Outcome(expect = FORBIDDEN, desc = "overwritten, lost, torn, or seen twice")
    @State
    public static class FullSendVsPoll {
        final Ring ring = ring();
        final Claim claim = new Claim();
        final Reader reader = new Reader(BYTES);

        public FullSendVsPoll() {
            send(ring, claim, 1);
            send(ring, claim, 2);
            send(ring, claim, 3);
        }

        @Actor
        public void sender(JJJ_Result r) {
            r.r1 = send(ring, claim, 4) ? 1 : 0;
        }

        @Actor
        public void reader(JJJ_Result r) {
            r.r2 = reader.poll(ring);
        }

        @Arbiter
        public void rest(JJJ_Result r) {
            r.r3 = reader.poll(ring);
        }
    }
}
