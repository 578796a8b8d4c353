// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

/**
 * A program for two ranks that talk to each other: rank 0 prints which library it is on, and how long
 * a message of 8 bytes takes. Further ranks only take part in the start and the end.
 */
public final class MpiCheck {
    /** What the line begins with. */
    public static final String MARK = "teff-mpi-check";

    private static final int WARM_UPS = 2_000;
    private static final int ROUNDS = 2_000;
    private static final int TAG = 1;

    private MpiCheck() {}

    /** Prints MARK, ABI, version, way of calling, ranks and nanoseconds, with tabs between. */
    public static void main(String[] args) {
        try (Mpi mpi = Mpi.init()) {
            Comm world = mpi.world();
            long ns = world.size() < 2 ? 0 : talk(world);
            if (world.rank() == 0) {
                System.out.println(
                        String.join(
                                "\t",
                                MARK,
                                mpi.abi(),
                                mpi.version(),
                                mpi.way(),
                                Integer.toString(world.size()),
                                Long.toString(ns)));
            }
        }
    }

    /** Half of a round trip. */
    private static long talk(Comm world) {
        if (world.rank() > 1) {
            return 0;
        }
        NativeBuffer buffer = NativeBuffer.allocate(Long.BYTES);
        int other = 1 - world.rank();
        long start = 0;
        for (int i = -WARM_UPS; i < ROUNDS; i++) {
            if (i == 0) {
                start = System.nanoTime();
            }
            if (world.rank() == 0) {
                buffer.bytes().putLong(0, i);
                world.send(buffer, Long.BYTES, other, TAG);
            }
            world.recv(buffer, other, TAG);
            if (buffer.bytes().getLong(0) != i) {
                throw new IllegalStateException(
                        "message " + i + " came as " + buffer.bytes().getLong(0));
            }
            if (world.rank() == 1) {
                world.send(buffer, Long.BYTES, other, TAG);
            }
        }
        return (System.nanoTime() - start) / ROUNDS / 2;
    }
}
