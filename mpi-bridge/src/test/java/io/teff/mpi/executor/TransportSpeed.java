// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.Mpi;
import io.teff.mpi.NativeBuffer;
import io.teff.mpi.SharedWindow;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * How fast frames go between two ranks, as a program for both: the best of several rounds of each.
 * Arguments: {@code rings} and a capacity in KiB, {@code messages} and their length, or {@code plain},
 * which is iSend and recv without a transport.
 */
final class TransportSpeed {
    private static final int ROUNDS = 5;
    private static final int TRIPS = 20_000;
    private static final long BYTES = 48 << 20;

    private static long got;
    private static long expected; // of earlier rounds; more may have come by their end

    private TransportSpeed() {}

    public static void main(String[] args) {
        Mpi mpi = Mpi.init();
        Comm world = mpi.world().dup();
        StringBuilder line = new StringBuilder(String.join(" ", args) + ", " + mpi.abi());
        line.append(", ").append(mpi.way());
        if (args[0].equals("plain")) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS; i++) {
                best = Math.min(best, plain(world));
            }
            line.append(": round trip ").append(best).append(" ns");
        } else {
            int size = Integer.parseInt(args[1]);
            measure(args[0].equals("rings") ? rings(world, size) : messages(world, size), line);
        }
        if (world.rank() == 0) {
            System.out.println(line);
        }
        mpi.close();
    }

    private static Transport messages(Comm world, int bytes) {
        return new MessageTransport(world, bytes - MessageTransport.HEADER);
    }

    private static Transport rings(Comm world, int kibibytes) {
        RingSize size = new RingSize(kibibytes << 10, 16 << 10);
        SharedWindow window = world.allocateShared(RingTransport.partBytes(2, size));
        ByteBuffer[] parts = {window.part(0), window.part(1)};
        RingTransport rings =
                new RingTransport(world.rank(), 2, new int[] {0, 1}, parts, size, () -> {});
        rings.clear();
        world.barrier();
        return rings;
    }

    private static void measure(Transport transport, StringBuilder line) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            best = Math.min(best, trips(transport));
        }
        line.append(": round trip ").append(best).append(" ns; M frames/s");
        for (int bytes : new int[] {64, 1 << 10, 3984, 16 << 10}) {
            if (bytes <= transport.frameBytes() + MessageTransport.HEADER) {
                int frame = Math.min(bytes, transport.frameBytes());
                int frames = (int) Math.min(most(transport), BYTES / frame);
                double most = 0;
                for (int i = 0; i < ROUNDS; i++) {
                    most = Math.max(most, stream(transport, frame, frames));
                }
                line.append(String.format(Locale.ROOT, " %d B %.2f", frame, most));
            }
        }
        transport.close();
    }

    private static long most(Transport transport) {
        return transport instanceof RingTransport ? 500_000 : 40_000;
    }

    private static void count(int from, ByteBuffer buffer, int offset, int bytes) {
        got++;
    }

    private static void send(Transport transport, Claim claim, int bytes, long value) {
        int to = 1 - transport.rank();
        while (!transport.claim(to, claim)) {
            transport.poll(TransportSpeed::count, 64);
        }
        for (int i = 0; i < bytes; i += Long.BYTES) {
            claim.buffer.putLong(claim.offset + i, value);
        }
        transport.send(to, claim, bytes);
    }

    private static void awaitUntil(Transport transport, long frames) {
        while (got < frames) {
            if (transport.poll(TransportSpeed::count, 64) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static long trips(Transport transport) {
        Claim claim = new Claim();
        long start = System.nanoTime();
        for (int i = 0; i < TRIPS; i++) {
            if (transport.rank() == 1) {
                awaitUntil(transport, expected + i + 1);
            }
            send(transport, claim, 8, i);
            if (transport.rank() == 0) {
                awaitUntil(transport, expected + i + 1);
            }
        }
        transport.poll(TransportSpeed::count, 1); // for the last one to leave
        expected += TRIPS;
        return (System.nanoTime() - start) / TRIPS;
    }

    /** From rank 0 to rank 1, which says when it has read all. */
    private static double stream(Transport transport, int bytes, int frames) {
        Claim claim = new Claim();
        long start = System.nanoTime();
        if (transport.rank() == 0) {
            for (int i = 0; i < frames; i++) {
                send(transport, claim, bytes, i);
            }
            expected++;
            awaitUntil(transport, expected);
        } else {
            expected += frames;
            awaitUntil(transport, expected);
            send(transport, claim, 8, 0);
            transport.poll(TransportSpeed::count, 1);
        }
        return 1e3 * frames / (System.nanoTime() - start);
    }

    private static long plain(Comm comm) {
        NativeBuffer buffer = NativeBuffer.allocate(8);
        int other = 1 - comm.rank();
        long start = System.nanoTime();
        for (int i = 0; i < TRIPS; i++) {
            if (comm.rank() == 1) {
                comm.recv(buffer, other, 1);
            }
            comm.iSend(buffer, 8, other, 1).waitFor();
            if (comm.rank() == 0) {
                comm.recv(buffer, other, 1);
            }
        }
        return (System.nanoTime() - start) / TRIPS;
    }
}
