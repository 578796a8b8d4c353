// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;

/**
 * What every {@link Transport} has to do, as a program that all ranks run together: each check begins
 * and ends with a barrier. See {@link TransportContract}.
 */
final class TransportChecks {
    /** Waits for all ranks, by other means than the transport. */
    @FunctionalInterface
    interface Barrier {
        void await() throws Exception;
    }

    /** In the order in which they are to be run: after the last one a rank is forgotten. */
    static final List<String> ALL =
            List.of(
                    "refusals",
                    "allToAll",
                    "allToAllByTwoThreads",
                    "echoes",
                    "slowReader",
                    "fullUntilRead",
                    "throwingHandler",
                    "forgottenRank");

    private static final int POLLS = 100;
    private static final long END = -1;
    private static final int MANY = 100_000; // frames that no transport has room for

    private final Transport transport;
    private final Barrier barrier;
    private final int frames;
    private final int rank;
    private final int size;
    private final Claim claim = new Claim();
    private final long[] sent;
    private final long[] got;
    private final long[] ends; // how many frames there were, for checks in which that varies
    private int seed;

    /** For one rank. With so many frames for each pair in a check. */
    TransportChecks(Transport transport, Barrier barrier, int frames) {
        this.transport = transport;
        this.barrier = barrier;
        this.frames = frames;
        rank = transport.rank();
        size = transport.size();
        sent = new long[size];
        got = new long[size];
        ends = new long[size];
    }

    void run(String check) throws Exception {
        seed++;
        barrier.await();
        switch (check) {
            case "refusals" -> refusals();
            case "allToAll" -> allToAll();
            case "allToAllByTwoThreads" -> allToAllByTwoThreads();
            case "echoes" -> echoes();
            case "slowReader" -> slowReader();
            case "fullUntilRead" -> fullUntilRead();
            case "throwingHandler" -> throwingHandler();
            case "forgottenRank" -> forgottenRank();
            default -> throw new IllegalArgumentException(check);
        }
        barrier.await();
    }

    // Frames: a number that counts up for each pair, and words that follow from it

    private int length(int from, int to, long number) {
        SplittableRandom random = random(from, to, number);
        int most = random.nextInt(4) == 0 ? transport.frameBytes() / 8 : 16;
        return 8 * (1 + random.nextInt(most));
    }

    private SplittableRandom random(int from, int to, long number) {
        return new SplittableRandom(((seed * 1000L + from) * 1000 + to) * 1_000_000_000 + number);
    }

    private boolean trySend(int to, Claim claim) {
        if (!transport.claim(to, claim)) {
            return false;
        }
        int bytes = length(rank, to, sent[to]);
        SplittableRandom random = random(rank, to, sent[to]);
        ByteBuffer buffer = claim.buffer;
        assertThat(claim.offset % 8).isZero();
        buffer.putLong(claim.offset, sent[to]);
        for (int i = 8; i < bytes; i += 8) {
            buffer.putLong(claim.offset + i, random.nextLong());
        }
        transport.send(to, claim, bytes);
        sent[to]++;
        return true;
    }

    private void take(int from, ByteBuffer buffer, int offset, int bytes) {
        long number = buffer.getLong(offset);
        if (number == END) {
            ends[from] = buffer.getLong(offset + 8);
            return;
        }
        if (number != got[from] || bytes != length(from, rank, number) || offset % 8 != 0) {
            throw new AssertionError(
                    "frame "
                            + got[from]
                            + " from "
                            + from
                            + " came as "
                            + number
                            + " of "
                            + bytes
                            + " bytes at "
                            + offset);
        }
        SplittableRandom random = random(from, rank, number);
        for (int i = 8; i < bytes; i += 8) {
            if (buffer.getLong(offset + i) != random.nextLong()) {
                throw new AssertionError("word " + i / 8 + " of frame " + number + " from " + from);
            }
        }
        got[from]++;
    }

    private void begin() {
        for (int i = 0; i < size; i++) {
            sent[i] = 0;
            got[i] = 0;
            ends[i] = -1;
        }
    }

    private void poll(int limit) {
        int taken = transport.poll(this::take, limit);
        assertThat(taken).isBetween(0, limit);
        if (taken == 0) {
            Thread.yield();
        }
    }

    private boolean gotAll(int most) {
        for (int i = 0; i < most; i++) {
            if (i != rank && got[i] < frames) {
                return false;
            }
        }
        return true;
    }

    private boolean sentAll(int most) {
        for (int i = 0; i < most; i++) {
            if (i != rank && sent[i] < frames) {
                return false;
            }
        }
        return true;
    }

    private void exchange(int most) {
        while (!sentAll(most) || !gotAll(most)) {
            for (int to = 0; to < most; to++) {
                if (to != rank && sent[to] < frames) {
                    trySend(to, claim);
                }
            }
            poll(10);
        }
    }

    /** What was sent leaves at the next poll, or soon after. */
    private void flush() {
        for (int i = 0; i < POLLS; i++) {
            transport.poll(this::take, 1);
        }
    }

    // Checks

    private void refusals() {
        for (int nobody : new int[] {-1, rank, size}) {
            assertThatThrownBy(() -> transport.claim(nobody, claim))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rank " + nobody);
        }
        int other = (rank + 1) % size;
        begin();
        assertThatThrownBy(() -> transport.send(other, claim, 8))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no frame has been claimed");
        assertThat(transport.claim(other, claim)).isTrue();
        assertThatThrownBy(() -> transport.claim(other, new Claim()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not been sent");
        for (int bytes : new int[] {-8, 0, 7, 12, transport.frameBytes() + 8}) {
            assertThatThrownBy(() -> transport.send(other, claim, bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith(" bytes: " + bytes);
        }
        claim.buffer.putLong(claim.offset, 42);
        transport.send(other, claim, 8);
        long[] word = new long[2];
        while (word[1] == 0) {
            transport.poll(
                    (from, buffer, offset, bytes) -> {
                        word[0] = buffer.getLong(offset);
                        word[1] += bytes;
                    },
                    1);
        }
        flush();
        assertThat(word).containsExactly(42, 8);
        assertThat(transport.frameBytes() % 8).isZero();
        assertThat(transport.poll(this::take, 0)).isZero();
    }

    private void allToAll() {
        begin();
        exchange(size);
        flush();
    }

    private void allToAllByTwoThreads() throws Exception {
        begin();
        FutureTask<Void> sender =
                new FutureTask<>(
                        () -> {
                            Claim claim = new Claim();
                            while (!sentAll(size)) {
                                boolean any = false;
                                for (int to = 0; to < size; to++) {
                                    if (to != rank && sent[to] < frames) {
                                        any |= trySend(to, claim);
                                    }
                                }
                                if (!any) {
                                    Thread.yield();
                                }
                            }
                            return null;
                        });
        Thread thread = new Thread(sender, "sender-" + rank);
        thread.start();
        while (!gotAll(size) || !sender.isDone()) {
            poll(7);
        }
        sender.get();
        thread.join();
        flush();
    }

    /** Rank 0 sends, and the handlers of the others answer at once. */
    private void echoes() {
        begin();
        if (rank == 0) {
            exchangeWithEchoes();
            return;
        }
        while (got[0] < frames || sent[0] < frames) {
            int taken =
                    transport.poll(
                            (from, buffer, offset, bytes) -> {
                                take(from, buffer, offset, bytes);
                                trySend(0, claim);
                            },
                            3);
            if (taken == 0) {
                Thread.yield();
            }
            if (sent[0] < got[0]) { // those for which there was no room
                trySend(0, claim);
            }
        }
        flush();
    }

    private void exchangeWithEchoes() {
        for (int to = 1; to < size; to++) {
            while (got[to] < frames) {
                if (sent[to] < frames && sent[to] - got[to] < 3) {
                    trySend(to, claim);
                }
                poll(2);
                assertThat(got[to]).isLessThanOrEqualTo(sent[to]);
            }
        }
    }

    /** Rank 0 reads one frame at a time, and seldom. */
    private void slowReader() {
        begin();
        if (rank != 0) {
            while (sent[0] < frames) {
                if (!trySend(0, claim)) {
                    poll(1);
                }
            }
            flush();
            return;
        }
        while (!gotAll(size)) {
            for (int i = 0; i < 50; i++) {
                Thread.yield();
            }
            poll(1);
        }
    }

    /** Sends until there is no room, of which there is an end; what was sent then arrives. */
    private void fullUntilRead() throws Exception {
        begin();
        if (rank != 0) {
            while (trySend(0, claim)) {
                assertThat(sent[0]).isLessThan(MANY);
                flush();
            }
            assertThat(sent[0]).isPositive();
        }
        barrier.await(); // until here nobody has read
        if (rank != 0) {
            long all = sent[0] + frames;
            while (sent[0] < all) {
                if (!trySend(0, claim)) {
                    poll(1);
                }
            }
            while (!transport.claim(0, claim)) {
                poll(1);
            }
            claim.buffer.putLong(claim.offset, END).putLong(claim.offset + 8, all);
            transport.send(0, claim, 16);
            flush();
            return;
        }
        for (int from = 1; from < size; from++) {
            while (ends[from] < 0) {
                poll(5);
            }
            assertThat(got[from]).isEqualTo(ends[from]).isGreaterThan(frames);
        }
    }

    /** A handler that fails has had its frame, and the next one comes next. */
    private void throwingHandler() {
        begin();
        int before = (rank + size - 1) % size;
        int after = (rank + 1) % size;
        int[] thrown = new int[1];
        while (sent[after] < frames || got[before] < frames) {
            if (sent[after] < frames) {
                trySend(after, claim);
            }
            try {
                transport.poll(
                        (from, buffer, offset, bytes) -> {
                            take(from, buffer, offset, bytes);
                            if (got[from] % 3 == 0) {
                                throw new UnsupportedOperationException("as agreed");
                            }
                        },
                        10);
            } catch (UnsupportedOperationException e) {
                thrown[0]++;
            }
            Thread.yield();
        }
        assertThat(thrown[0]).isEqualTo(frames / 3);
        flush();
    }

    /** The last rank is about to die: {@code end} ends its process. The others go on without it. */
    void death(Runnable end) {
        begin();
        int dead = size - 1;
        if (rank == dead) {
            while (sent[0] < frames || sent[1] < frames) {
                for (int to = 0; to < dead; to++) {
                    if (sent[to] < frames) {
                        trySend(to, claim);
                    }
                }
                poll(10);
            }
            flush();
            end.run();
        }
        while (got[dead] < frames || trySend(dead, claim)) { // until it has died, and is full
            if (got[dead] < frames) {
                trySend(dead, claim);
            }
            poll(10);
        }
        transport.forget(dead);
        exchange(dead);
        flush();
        assertThat(transport.claim(dead, claim)).isFalse();
    }

    /** The last rank does not read, says one thing more, and the others go on without it. */
    private void forgottenRank() throws Exception {
        begin();
        int dead = size - 1;
        while (rank != dead && trySend(dead, claim)) {
            assertThat(sent[dead]).isLessThan(MANY);
            flush();
        }
        barrier.await();
        if (rank == dead) {
            for (int to = 0; to < dead; to++) {
                assertThat(trySend(to, claim)).isTrue();
            }
            transport.poll((from, buffer, offset, bytes) -> {}, 1); // for it to leave
            barrier.await();
            for (int other = 0; other < dead; other++) {
                transport.forget(other); // as it is alive, and ends MPI with the others
            }
            return;
        }
        barrier.await();
        transport.forget(dead);
        transport.forget(dead);
        assertThat(transport.claim(dead, claim)).isFalse();
        exchange(dead);
        flush();
        assertThat(got[dead]).as("frames of the dead").isZero();
        assertThat(transport.claim(dead, claim)).isFalse();
    }
}
