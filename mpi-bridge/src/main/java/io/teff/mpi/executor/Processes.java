// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.Mpi;
import io.teff.mpi.NativeBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** The processes of all ranks, some of which can be seen from here. Thread-safe. */
final class Processes {
    private static final int ELSEWHERE = 0;
    private static final long LATE_NS = TimeUnit.MINUTES.toNanos(1);

    private final long[] pids; // by rank

    private Processes(long[] pids) {
        this.pids = pids;
    }

    /** Asks all ranks, all of which call it. */
    static Processes of(Comm world) {
        long[] pids = new long[world.size()];
        long here = host();
        NativeBuffer buffer = NativeBuffer.allocate(2 * Long.BYTES);
        for (int rank = 0; rank < pids.length; rank++) {
            buffer.bytes().putLong(0, here).putLong(Long.BYTES, ProcessHandle.current().pid());
            world.bcast(buffer, 2 * Long.BYTES, rank);
            boolean isVisible = buffer.bytes().getLong(0) == here;
            pids[rank] = isVisible ? buffer.bytes().getLong(Long.BYTES) : ELSEWHERE;
        }
        return new Processes(pids);
    }

    /** The same for two processes that can see each other: of one start of one machine, by its numbers. */
    private static long host() {
        CRC32C sum = new CRC32C();
        try {
            String start = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
            sum.update(start.getBytes(StandardCharsets.UTF_8));
            String numbers = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            sum.update(numbers.getBytes(StandardCharsets.UTF_8));
            return sum.getValue();
        } catch (IOException e) {
            return -ProcessHandle.current().pid() << 32 ^ System.nanoTime(); // sees nobody
        }
    }

    /** Whether the process of a rank was to be seen from here, and is no more. */
    boolean isGone(int rank) {
        return pids[rank] != ELSEWHERE && ProcessHandle.of(pids[rank]).isEmpty();
    }

    /**
     * Ends MPI, once the others do; not if one of them has died meanwhile. Those elsewhere, of which that
     * is not known, have a minute.
     */
    void end(Mpi mpi) {
        long start = System.nanoTime();
        mpi.closeUnless(() -> isAnyMissing(System.nanoTime() - start > LATE_NS));
    }

    private boolean isAnyMissing(boolean isLate) {
        for (int rank = 0; rank < pids.length; rank++) {
            if (isGone(rank) || (isLate && pids[rank] == ELSEWHERE)) {
                return true;
            }
        }
        return false;
    }
}
