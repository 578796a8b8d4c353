// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.EngineConfig;
import io.teff.remote.NotTransferable;
import io.teff.remote.Payload;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads of many frames, and those that are too large, which fail their own call and no other. */
@Timeout(60)
class LargePayloadTest {
    private static final Placement OTHER = Placement.rank(1);
    private static final int LIMIT = 100_000;
    private static final MpiFunction.Longs SQUARE = MpiFunction.longs("square", (a, b) -> a * a);
    private static final MpiFunction.Longs BROKEN =
            MpiFunction.longs(
                    "broken",
                    (a, b) -> {
                        throw new IllegalStateException("x".repeat(3000));
                    });
    private static final MpiFunction.Bytes ECHO = MpiFunction.bytes("echo", bytes -> bytes);
    private static final MpiFunction.Bytes MAKE =
            MpiFunction.bytes("make", size -> filled(ByteBuffer.wrap(size).getInt()));

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 >>> 3);
        }
        return bytes;
    }

    private static byte[] size(int size) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(size).array();
    }

    /** Ranks that take so many bytes each. */
    private static InOneJvm ranks(int ofRoot, int ofOther) {
        AtomicInteger next = new AtomicInteger();
        return new InOneJvm(
                2,
                b ->
                        b.functions(SQUARE, BROKEN, ECHO, MAKE)
                                .mostBytes(next.getAndIncrement() == 0 ? ofRoot : ofOther));
    }

    @Test
    void fiftyMegabytesComeBack() throws Exception {
        int size = 50_000_000;
        byte[] expected = filled(size);
        try (InOneJvm ranks = new InOneJvm(2, b -> b.functions(SQUARE, BROKEN, ECHO, MAKE))) {
            MpiExecutor mpi = ranks.root();
            assertThat(Arrays.equals(mpi.call(OTHER, ECHO, expected).get(), expected)).isTrue();
            RemoteCallable<byte[]> makes = () -> filled(size);
            assertThat(Arrays.equals(mpi.submit(OTHER, makes).get(), expected)).isTrue();
            RemoteCallable<List<byte[]>> serializes = () -> List.of(filled(size));
            List<byte[]> list = mpi.submit(OTHER, serializes).get();
            assertThat(Arrays.equals(list.get(0), expected)).isTrue();
            assertThat(mpi.stats().damaged()).isZero();
        }
    }

    /** Calls of other kinds around those that fail. */
    private static void assertOnlyItFails(
            InOneJvm ranks, CompletableFuture<?> large, String... message) throws Exception {
        MpiExecutor mpi = ranks.root();
        List<CompletableFuture<Long>> numbers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            numbers.add(mpi.call(OTHER, SQUARE, i, 0));
        }
        assertThatThrownBy(large::get)
                .cause()
                .satisfies(
                        e -> // the latter if the failure is too large but for its text
                        assertThat(e instanceof NotTransferable || e instanceof RemoteFailure)
                                        .isTrue())
                .satisfies(e -> assertThat(e.getMessage()).contains(message));
        for (int i = 0; i < 100; i++) {
            assertThat(numbers.get(i).get()).isEqualTo((long) i * i);
        }
        assertThat(mpi.call(OTHER, ECHO, filled(999)).get()).isEqualTo(filled(999));
        assertThat(mpi.isLost(1)).isFalse();
        assertThat(mpi.stats().damaged() + ranks.ranks.get(1).stats().damaged()).isZero();
    }

    @Test
    void resultAboveTheLimitFailsItsCallOnly() throws Exception {
        try (InOneJvm ranks = ranks(LIMIT, LIMIT)) {
            MpiExecutor mpi = ranks.root();
            assertThat(mpi.call(OTHER, MAKE, size(LIMIT)).get()).isEqualTo(filled(LIMIT));
            assertOnlyItFails(
                    ranks,
                    mpi.call(OTHER, MAKE, size(LIMIT + 1)),
                    "a result of 100001 bytes; the most is 100000: send it in parts");
            RemoteCallable<byte[]> makes = () -> filled(LIMIT + 1);
            assertOnlyItFails(
                    ranks,
                    mpi.submit(OTHER, makes),
                    "the result has 100001 bytes, the limit is 100000: send it in parts");
            RemoteCallable<List<byte[]>> serializes = () -> List.of(filled(LIMIT));
            assertOnlyItFails(
                    ranks,
                    mpi.submit(OTHER, serializes),
                    "the result has 1000",
                    " bytes, the limit is 100000: send it in parts");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> mpi.call(OTHER, ECHO, new byte[LIMIT + 1]))
                    .withMessage(
                            "an argument of 100001 bytes; the most is 100000: send it in parts");
        }
    }

    /** In one frame, and in many. */
    @ParameterizedTest
    @ValueSource(ints = {2000, 50_000})
    void rankThatHasNoPlaceForAPayloadRefusesIt(int size) throws Exception {
        try (InOneJvm ranks = ranks(1000, LIMIT)) {
            MpiExecutor mpi = ranks.root();
            assertOnlyItFails(
                    ranks,
                    mpi.call(OTHER, MAKE, size(size)),
                    "a result of " + size + " bytes; the most is 1000: send it in parts");
            RemoteCallable<byte[]> makes = () -> filled(size);
            assertOnlyItFails(ranks, mpi.submit(OTHER, makes), "a result of " + size / 1000);
            List<Throwable> ofTheLane = new CopyOnWriteArrayList<>();
            MpiLane lane = mpi.lane(OTHER, BROKEN, 4, new LaneFailures(ofTheLane));
            for (int i = 0; i < 4; i++) {
                lane.submit(i, i, 0);
            }
            lane.await();
            assertThat(ofTheLane)
                    .hasSize(4)
                    .allSatisfy(e -> assertThat(e).hasMessageContaining("the most is 1000"));
        }
        try (InOneJvm ranks = ranks(LIMIT, 1000)) {
            assertOnlyItFails(
                    ranks,
                    ranks.root().call(OTHER, ECHO, new byte[size]),
                    "a call of " + size + " bytes; the most is 1000: send it in parts");
        }
    }

    /** The other rank is this test, which says of a result that it is longer than an array can be. */
    @Test
    void resultThatNoMemoryHoldsFailsItsCallOnly() throws Exception {
        LoopTransport[] transports = LoopTransport.open(2, 4096, 16);
        AtomicBoolean isGone = new AtomicBoolean();
        MpiConfig config =
                MpiConfig.builder()
                        .engine(EngineConfig.builder().workers(1).build())
                        .functions(SQUARE, ECHO)
                        .silence(Duration.ofMinutes(5))
                        .mostBytes(Integer.MAX_VALUE)
                        .build();
        try (MpiExecutor mpi =
                new MpiExecutor(
                                config,
                                transports[0],
                                new Payload(config.rules(), Map.of()),
                                rank -> isGone.get(),
                                () -> {})
                        .serve()) {
            CompletableFuture<byte[]> large = mpi.call(OTHER, ECHO, new byte[8]);
            CompletableFuture<Long> number = mpi.call(OTHER, SQUARE, 7, 0);
            sendHugeResult(transports[1], awaitCall(transports[1]));
            assertThatThrownBy(large::get)
                    .cause()
                    .isInstanceOf(NotTransferable.class)
                    .hasMessageContaining(
                            "a result of 2147483647 bytes, for which rank 0 has no memory: its heap")
                    .hasMessageContaining("raise -Xmx");
            assertThat(mpi.isLost(1)).isFalse();
            assertThat(mpi.stats().damaged()).isZero();
            isGone.set(true); // now its calls run here
            assertThat(number.get()).isEqualTo(49);
        }
    }

    /** The number of the first call with bytes. */
    private static int awaitCall(LoopTransport transport) {
        AtomicInteger number = new AtomicInteger(-1);
        while (number.get() < 0) {
            transport.poll(
                    (from, buffer, offset, bytes) -> {
                        if ((buffer.getInt(offset + Wire.HEADER) & 0xff) == Wire.BYTES_CALL) {
                            number.set(buffer.getInt(offset + Wire.HEADER + 4));
                        }
                    },
                    1);
            Thread.onSpinWait();
        }
        return number.get();
    }

    private static void sendHugeResult(LoopTransport transport, int number) {
        Claim claim = new Claim();
        while (!transport.claim(0, claim)) {
            Thread.onSpinWait();
        }
        int at = claim.offset + Wire.HEADER;
        int[] record = {Wire.BYTES_RESULT, number, Integer.MAX_VALUE, 0, Long.BYTES, 0, 1, 2};
        for (int i = 0; i < record.length; i++) {
            claim.buffer.putInt(at + i * Integer.BYTES, record[i]);
        }
        int bytes = Wire.HEADER + record.length * Integer.BYTES;
        claim.buffer.putInt(claim.offset + Wire.BYTES_AT, bytes);
        claim.buffer.putInt(claim.offset + Wire.NUMBER_AT, 0);
        claim.buffer.putInt(claim.offset + Wire.RECORDS_AT, 1);
        int sum = Wire.checksum(claim.buffer, claim.offset, bytes);
        claim.buffer.putInt(claim.offset, sum);
        transport.send(0, claim, bytes);
    }
}
