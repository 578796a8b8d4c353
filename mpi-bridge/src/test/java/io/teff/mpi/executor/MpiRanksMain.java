// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static io.teff.mpi.executor.Functions.FIBONACCI;
import static io.teff.mpi.executor.Functions.SQUARE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.teff.engine.EngineConfig;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.DataFile;
import io.teff.flow.Flow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Each rank of {@link MpiRanksTest}: does what its argument says, and prints that it went well. */
final class MpiRanksMain {
    private static final MpiFunction.Longs SLOW =
            MpiFunction.longs("slow", (a, b) -> MpiExecutor.current().rank() == 1 ? spin(a) : a);
    private static final MpiFunction.Bytes PID =
            MpiFunction.bytes(
                    "pid",
                    bytes -> Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII));
    private static final LongAdder HOPS = new LongAdder();

    /** A way of ranks, of which the first is this one: has the next go on, and waits. */
    private static final MpiFunction.Bytes RELAY = MpiFunction.bytes("relay", MpiRanksMain::relay);

    /** Goes on to another rank but 0 so many times, and waits for nothing. */
    private static final MpiFunction.Longs HOP = MpiFunction.longs("hop", (left, b) -> hop(left));

    private MpiRanksMain() {}

    private static byte[] relay(byte[] way) {
        MpiExecutor mpi = MpiExecutor.current();
        expect(way[0], mpi.rank(), "a station");
        byte[] rest = Arrays.copyOfRange(way, 1, way.length);
        return rest.length == 0 ? way : mpi.call(Placement.rank(rest[0]), RELAY, rest).join();
    }

    private static long hop(long left) {
        HOPS.increment();
        MpiExecutor mpi = MpiExecutor.current();
        if (left > 0) {
            mpi.call(Placement.rank(1 + mpi.rank() % (mpi.size() - 1)), HOP, left - 1, 0);
        }
        return left;
    }

    /** Served tasks call after their rank has closed: some that are waited for, some that are not. */
    private static void relay(MpiExecutor mpi) throws Exception {
        for (int rank = 1; rank < mpi.size(); rank++) {
            while (!mpi.submit(Placement.rank(rank), () -> MpiExecutor.current().isShutdown())
                    .get()) {
                Thread.yield();
            }
        }
        byte[] way = new byte[3 * mpi.size()];
        for (int i = 0; i < way.length; i++) {
            way[i] = (byte) ((i + 1) % mpi.size());
        }
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(mpi.call(Placement.rank(1), RELAY, way));
        }
        for (CompletableFuture<byte[]> call : calls) {
            expect(1, call.get().length, "the end of the way");
        }
        expect(5000, mpi.call(Placement.rank(1), HOP, 5000, 0).get(), "the first hop");
    }

    private static long spin(long a) {
        long end = System.nanoTime() + 1_000; // ten times what a call costs elsewhere, and more
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return a;
    }

    public static void main(String[] args) throws Exception {
        int exitCode = 0;
        MpiConfig config =
                MpiConfig.builder()
                        .engine(EngineConfig.builder().workers(1).build())
                        .placement(
                                args[0].equals("flow")
                                        ? Placement.ROUND_ROBIN
                                        : Placement.LEAST_LOADED)
                        .functions(
                                args[0].equals("mixed") && isOdd()
                                        ? new MpiFunction[] {SQUARE}
                                        : new MpiFunction[] {
                                            SQUARE, SLOW, PID, FIBONACCI, RELAY, HOP
                                        })
                        .build();
        try (MpiExecutor mpi = MpiExecutor.start(config)) {
            if (mpi.isRoot()) {
                switch (args[0]) {
                    case "calls" -> calls(mpi);
                    case "relay" -> relay(mpi);
                    case "kill" -> kill(mpi, Long.parseLong(args[1]));
                    case "flow" -> flow(mpi, Path.of(args[1]));
                    case "slow" -> slow(mpi, Integer.parseInt(args[1]));
                    default -> throw new IllegalArgumentException(args[0]);
                }
                System.out.println(args[0] + " went well on " + mpi.size() + " ranks");
                System.out.println("over " + mpi.transport());
            }
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            exitCode = 1;
        }
        if (args[0].equals("relay")) {
            System.out.println("hops " + HOPS.sum());
        }
        if (args[0].equals("kill")) {
            Runtime.getRuntime().halt(exitCode); // MPI cannot end in order after a loss
        }
        System.exit(exitCode);
    }

    private static boolean isOdd() {
        String rank = System.getenv("PMI_RANK");
        return Integer.parseInt(rank == null ? System.getenv("OMPI_COMM_WORLD_RANK") : rank) % 2
                == 1;
    }

    private static void expect(long expected, long got, String what) {
        if (expected != got) {
            throw new AssertionError(what + ": " + got + " and not " + expected);
        }
    }

    private static void calls(MpiExecutor mpi) throws Exception {
        for (int rank = 0; rank < mpi.size(); rank++) {
            Placement there = Placement.rank(rank);
            expect(50, mpi.call(there, SQUARE, 7, 1).get(), "a call");
            int self = rank;
            expect(self, mpi.submit(there, () -> MpiExecutor.current().rank()).get(), "a lambda");
        }
        expect(sumOfSquares(100_000), lane(mpi, 100_000), "a lane");
        expect(1346269, mpi.forkJoin(FIBONACCI, 31), "a fork/join computation");
    }

    /** Bodies on all ranks, which hand each other numbers and a file. */
    private static void flow(MpiExecutor mpi, Path folder) throws Exception {
        try (Flow flow = Flow.builder().executor("mpi", mpi).build()) {
            App2<Long, Long, Long> add = flow.app("add", (Long a, Long b) -> a + b);
            List<AppFuture<Long>> row = new ArrayList<>();
            for (long i = 0; i < 256; i++) {
                row.add(add.call(i, i));
            }
            while (row.size() > 1) {
                List<AppFuture<Long>> half = new ArrayList<>();
                for (int i = 0; i < row.size(); i += 2) {
                    half.add(add.call(row.get(i), row.get(i + 1)));
                }
                row = half;
            }
            expect(255L * 256, row.get(0).get(), "a tree of sums");
            App2<DataFile, String, Integer> write = flow.app("write", MpiRanksMain::write);
            App1<DataFile, Integer> writer = flow.app("writer", MpiRanksMain::writer);
            long others = 0;
            for (int i = 0; i < 2 * mpi.size(); i++) {
                DataFile file = DataFile.of(folder.resolve("by-a-rank-" + i));
                AppFuture<Integer> written =
                        write.with(o -> o.outputs(file)).call(file, "by rank ");
                int by = writer.call(written.outputs().get(0)).get();
                expect(by, written.get(), "the writer of " + file);
                others += by == 0 ? 0 : 1;
            }
            expect(1, Math.min(1, others), "files of other ranks");
        }
    }

    private static Integer write(DataFile file, String text) throws IOException {
        int rank = MpiExecutor.current().rank();
        Files.writeString(file.path(), text + rank);
        return rank;
    }

    private static Integer writer(DataFile file) throws IOException {
        return Integer.parseInt(Files.readString(file.path()).substring("by rank ".length()));
    }

    private static long sumOfSquares(long n) {
        long sum = 0;
        for (long i = 0; i < n; i++) {
            sum += i * i + 1;
        }
        return sum;
    }

    private static long lane(MpiExecutor mpi, int n) {
        AtomicLong sum = new AtomicLong();
        MpiLane lane =
                mpi.lane(Placement.ROUND_ROBIN, SQUARE, 64, (tag, value) -> sum.getAndAdd(value));
        for (int i = 0; i < n; i++) {
            lane.submit(i, i, 1);
        }
        lane.await();
        return sum.get();
    }

    /** Kills one rank but this at a random moment. */
    private static void kill(MpiExecutor mpi, long seed) throws Exception {
        Random random = new Random(seed);
        int victim = 1 + random.nextInt(mpi.size() - 1);
        long pid =
                Long.parseLong(
                        new String(
                                mpi.call(Placement.rank(victim), PID, new byte[0]).get(),
                                US_ASCII));
        long delayNs = random.nextInt(60_000_000);
        Thread killer =
                new Thread(
                        () -> {
                            long start = System.nanoTime();
                            while (System.nanoTime() - start < delayNs) {
                                Thread.onSpinWait();
                            }
                            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                        });
        killer.start();
        long start = System.nanoTime();
        int rounds = 0;
        while (!mpi.isLost(victim) || rounds < 3) {
            expect(sumOfSquares(20_000), lane(mpi, 20_000), "a lane");
            expect(28657, mpi.forkJoin(FIBONACCI, 23), "a fork/join computation");
            List<CompletableFuture<Long>> futures = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                long n = i;
                futures.add(mpi.call(Placement.LEAST_LOADED, SQUARE, i, 0));
                futures.add(mpi.submit(Placement.ROUND_ROBIN, () -> n));
            }
            for (int i = 0; i < 500; i++) {
                expect((long) i * i, futures.get(2 * i).get(), "a future");
                expect(i, futures.get(2 * i + 1).get(), "a lambda");
            }
            rounds++;
            if (System.nanoTime() - start > 20_000_000_000L) {
                throw new AssertionError("rank " + victim + " was not missed");
            }
        }
        killer.join();
        System.out.println("rank " + victim + " was missed after some rounds");
    }

    /** A slow rank beside a fast one must not fill memory: heaps could not hold all. */
    private static void slow(MpiExecutor mpi, int n) {
        AtomicLong sum = new AtomicLong();
        LongResults results = (tag, value) -> sum.getAndAdd(value);
        MpiLane slow = mpi.lane(Placement.rank(1), SLOW, 64, results);
        MpiLane fast = mpi.lane(Placement.rank(2), SLOW, 256, results);
        for (int i = 0; i < n; i++) {
            (i % 10 == 0 ? slow : fast).submit(i, i, 0);
        }
        slow.await();
        fast.await();
        expect((long) n * (n - 1) / 2, sum.get(), "lanes to a slow and a fast rank");
    }
}
