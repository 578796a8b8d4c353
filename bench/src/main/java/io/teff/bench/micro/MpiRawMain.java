// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.mpi.Comm;
import io.teff.mpi.Mpi;
import io.teff.mpi.NativeBuffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** {@code mpi_reference.c} in Java, over the binding alone: the same orders, the same answers. */
public final class MpiRawMain {
    private static final int STREAM_BYTES = 65536;
    private static final int ROUND_TRIP = 1;
    private static final int STREAM = 2;
    private static final int ORDER = 3; // a tag

    private MpiRawMain() {}

    /** Each of two ranks. */
    public static void main(String[] args) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Mpi mpi = Mpi.init()) {
            Comm world = mpi.world();
            NativeBuffer order = NativeBuffer.allocate(2 * Long.BYTES);
            while (true) {
                if (world.rank() == 0) {
                    String line = in.readLine();
                    String[] words = line == null ? new String[] {"", "0"} : line.split(" ", 2);
                    int what =
                            words[0].equals("round-trip")
                                    ? ROUND_TRIP
                                    : words[0].equals("stream") ? STREAM : 0;
                    order.bytes().putLong(0, what).putLong(8, Long.parseLong(words[1]));
                    world.send(order, 2 * Long.BYTES, 1, ORDER);
                } else {
                    while (world.iProbe(0, ORDER) == null) {
                        LockSupport.parkNanos(1_000_000); // others may be measured meanwhile
                    }
                    world.recv(order, 0, ORDER);
                }
                long n = order.bytes().getLong(8);
                int what = (int) order.bytes().getLong(0);
                if (what == 0) {
                    return;
                }
                world.barrier();
                long start = System.nanoTime();
                boolean isRight = what == ROUND_TRIP ? roundTrips(world, n) : stream(world, n);
                if (world.rank() == 0) {
                    System.out.println(isRight ? System.nanoTime() - start : "wrong");
                }
            }
        }
    }

    private static boolean roundTrips(Comm world, long n) {
        NativeBuffer buffer = NativeBuffer.allocate(Long.BYTES);
        boolean isRight = true;
        for (long i = 0; i < n; i++) {
            if (world.rank() == 0) {
                buffer.bytes().putLong(0, i);
                world.send(buffer, Long.BYTES, 1, 0);
                world.recv(buffer, 1, 0);
                isRight &= buffer.bytes().getLong(0) == i + 1;
            } else {
                world.recv(buffer, 0, 0);
                buffer.bytes().putLong(0, buffer.bytes().getLong(0) + 1);
                world.send(buffer, Long.BYTES, 0, 0);
            }
        }
        return isRight;
    }

    private static boolean stream(Comm world, long n) {
        NativeBuffer buffer = NativeBuffer.allocate(STREAM_BYTES);
        long sum = 0;
        for (long i = 0; i < n; i++) {
            if (world.rank() == 0) {
                buffer.bytes().putLong(0, i);
                world.send(buffer, STREAM_BYTES, 1, 1);
            } else {
                world.recv(buffer, 0, 1);
                sum += buffer.bytes().getLong(0);
            }
        }
        if (world.rank() == 0) {
            world.recv(buffer, 1, 2);
            return buffer.bytes().getLong(0) == n * (n - 1) / 2;
        }
        buffer.bytes().putLong(0, sum);
        world.send(buffer, Long.BYTES, 0, 2);
        return true;
    }
}
