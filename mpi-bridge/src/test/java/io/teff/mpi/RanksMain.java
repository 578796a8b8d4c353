// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Each rank of {@link MpiTest}: does what its argument says, and prints that it went well. */
final class RanksMain {
    private RanksMain() {}

    public static void main(String[] args) {
        try (Mpi mpi = Mpi.init()) {
            Comm world = mpi.world();
            switch (args[0]) {
                case "hello" -> {}
                case "ring" -> ring(world);
                case "requests" -> requests(world);
                case "collectives" -> collectives(world);
                case "errors" -> errors(world);
                case "manyRequests" -> manyRequests(world);
                case "shared" -> shared(world);
                default -> throw new IllegalArgumentException(args[0]);
            }
            System.out.println(
                    args[0]
                            + " went well on "
                            + world
                            + " of "
                            + mpi.abi()
                            + " by "
                            + mpi.way()
                            + ", "
                            + mpi.version());
        }
    }

    private static void expect(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** A text goes around, and each rank adds its number. */
    private static void ring(Comm comm) {
        NativeBuffer buffer = NativeBuffer.allocate(100);
        int next = (comm.rank() + 1) % comm.size();
        int before = (comm.rank() + comm.size() - 1) % comm.size();
        if (comm.rank() == 0) {
            buffer.bytes().put(0, (byte) '0');
            comm.send(buffer, 1, next, 7);
        }
        Status status = comm.recv(buffer, before, 7);
        expect(status.source() == before && status.tag() == 7, status.toString());
        if (comm.rank() == 0) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < comm.size(); i++) {
                all.append(i);
            }
            expect(
                    buffer.text(0, status.bytes()).equals(all.toString()),
                    buffer.text(0, status.bytes()));
        } else {
            byte[] digit = Integer.toString(comm.rank()).getBytes(StandardCharsets.UTF_8);
            buffer.bytes().put(status.bytes(), digit);
            comm.send(buffer, status.bytes() + digit.length, next, 7);
        }
    }

    /** Every rank sends a thousand numbers to rank 0, which sees them in order for each. */
    private static void requests(Comm world) {
        Comm comm = world.dup();
        int n = 1000;
        if (comm.rank() != 0) {
            NativeBuffer buffer = NativeBuffer.allocate(8);
            for (int i = 0; i < n; i++) {
                buffer.bytes().putLong(0, i);
                comm.iSend(buffer, 8, 0, comm.rank()).waitFor();
            }
            return;
        }
        long[] next = new long[comm.size()];
        NativeBuffer buffer = NativeBuffer.allocate(64);
        for (int i = 0; i < n * (comm.size() - 1); i++) {
            Status seen;
            do {
                seen = comm.iProbe(Comm.ANY_SOURCE, Comm.ANY_TAG);
            } while (seen == null);
            Request request = comm.iRecv(buffer, seen.source(), seen.tag());
            Status status = request.waitFor();
            expect(status.equals(seen) && status.bytes() == 8, status + " after " + seen);
            expect(request.buffer() == buffer && request.test(), "a request that is done");
            long value = buffer.bytes().getLong(0);
            expect(value == next[status.source()]++, "out of order: " + value);
        }
    }

    /** Rank 0 has many receives, of which some are for messages that are too long. */
    private static void manyRequests(Comm world) {
        int n = 100;
        int senders = world.size() - 1;
        NativeBuffer buffer = NativeBuffer.allocate(16 * n);
        if (world.rank() != 0) {
            Requests requests = world.requests(0, n);
            for (int i = 0; i < n; i++) {
                buffer.bytes().putLong(16 * i, i);
                requests.send(i, buffer, 16 * i, i % 10 == 3 ? 16 : 8, 0, 5);
            }
            refused(() -> requests.send(-1, buffer, 0, 8, 0, 5), "is the key of a receive");
            boolean[] isDone = new boolean[n];
            while (requests.sends() > 0) {
                for (int i = requests.testSome(); --i >= 0; ) {
                    expect(!isDone[requests.done(i)], "done twice: " + requests.done(i));
                    isDone[requests.done(i)] = true;
                    expect(requests.error(i) == null, "an error: " + requests.error(i));
                }
            }
            for (int i = 0; i < n; i++) {
                expect(isDone[i], "not done: " + i);
            }
            expect(requests.testSome() == 0, "done again");
            requests.close();
            return;
        }
        int receives = 4;
        int[] sums = new int[2]; // of those that came, and of those that were too long
        Requests requests = world.requests(receives, 0);
        int[] next = new int[receives];
        for (int i = 0; i < receives; i++) {
            requests.receive(i, buffer, 16 * i, 8, Comm.ANY_TAG);
            next[i] = i;
        }
        refused(() -> requests.receive(4, buffer, 0, 8, 0), "receive 4 of 4");
        requests.start(next, receives);
        while (sums[0] + sums[1] < n * senders) {
            int done = requests.testSome();
            for (int i = 0; i < done; i++) {
                next[i] = requests.done(i);
                MpiException error = requests.error(i);
                sums[error == null ? 0 : 1]++;
                expect(
                        error == null
                                ? buffer.bytes().getLong(16 * next[i]) % 10 != 3
                                : error.getMessage().contains("truncate"),
                        "message " + i + ", " + error);
            }
            if (done > 0) {
                requests.start(next, done);
            }
        }
        expect(sums[1] == n / 10 * senders, sums[1] + " were too long");
        requests.close();
    }

    private static void collectives(Comm world) {
        int size = world.size();
        long rank = world.rank();
        world.barrier();
        expect(world.allReduce(rank + 1, Comm.Op.SUM) == (long) size * (size + 1) / 2, "sum");
        expect(world.allReduce(rank, Comm.Op.MAX) == size - 1, "max");
        expect(world.allReduce(rank, Comm.Op.MIN) == 0, "min");
        expect(world.allReduce(0.5, Comm.Op.SUM) == 0.5 * size, "sum of doubles");
        NativeBuffer buffer = NativeBuffer.allocate(8);
        buffer.bytes().putLong(0, rank == 1 % size ? 42 : 0);
        world.bcast(buffer, 8, 1 % size);
        expect(buffer.bytes().getLong(0) == 42, "bcast");
        Comm node = world.node();
        expect(node.size() == size && node.rank() == world.rank(), "one node");
    }

    /** Each rank writes into the parts of all, and all read what is there. */
    private static void shared(Comm world) {
        Comm node = world.node();
        int size = node.size();
        SharedWindow window = node.allocateShared(Long.BYTES * size * (node.rank() + 1));
        for (int i = 0; i < size; i++) {
            ByteBuffer part = window.part(i);
            int expected = Long.BYTES * size * (i + 1);
            expect(part.capacity() >= expected, part + " of rank " + i);
            part.putLong(part.capacity() - Long.BYTES * (1 + node.rank()), 10 * i + node.rank());
        }
        Request all = node.iBarrier();
        expect(all.waitFor().bytes() == 0 && all.test() && all.buffer() == null, "a barrier");
        for (int i = 0; i < size; i++) {
            ByteBuffer part = window.part(i);
            for (int writer = 0; writer < size; writer++) {
                long value = part.getLong(part.capacity() - Long.BYTES * (1 + writer));
                expect(value == 10 * i + writer, value + " by " + writer + " in part " + i);
            }
        }
        refused(() -> window.part(size), "there is no rank " + size);
        refused(() -> node.allocateShared(-1), "a part of -1 bytes");
        window.close();
        window.close();
        node.allocateShared(8); // which the end of MPI frees
    }

    private static void refused(Runnable action, String why) {
        try {
            action.run();
        } catch (IllegalArgumentException e) {
            expect(e.getMessage().contains(why), e.getMessage());
            return;
        }
        throw new AssertionError("not refused: " + why);
    }

    private static void errors(Comm world) {
        NativeBuffer small = NativeBuffer.allocate(1);
        NativeBuffer large = NativeBuffer.allocate(100);
        String caught = "none";
        if (world.rank() == 1) {
            world.send(large, 100, 0, 1);
        } else if (world.rank() == 0) {
            try {
                world.recv(small, 1, 1);
            } catch (MpiException e) {
                caught = e.getMessage();
            }
            expect(caught.startsWith("MPI_Recv: ") && caught.contains("truncate"), caught);
        }
        try {
            world.send(small, 1, world.size(), 1);
            throw new AssertionError("sent to nobody");
        } catch (IllegalArgumentException e) {
            expect(e.getMessage().contains("there is no rank " + world.size()), e.getMessage());
        }
        try {
            world.send(small, 2, 0, 1);
            throw new AssertionError("sent more than there is");
        } catch (IllegalArgumentException e) {
            expect(e.getMessage().equals("2 bytes of a buffer of 1 bytes"), e.getMessage());
        }
        world.barrier();
    }
}
