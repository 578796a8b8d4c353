// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.time.Duration;

/**
 * What one run of a task has used, as its worker process measured it. Immutable.
 *
 * @param wall from its begin to its end
 * @param cpu user and system time of the process, the JVM's own threads included, and of the
 *     processes that it started and waited for
 * @param memoryMb the most that the process and those it started had resident at a time, rounded up;
 *     the JVM and what earlier tasks have left in it are part of that
 */
public record Usage(Duration wall, Duration cpu, long memoryMb) {
    /** CPU time by wall time; 0 for a task of no length. */
    public double cores() {
        return wall.isZero() ? 0 : (double) cpu.toNanos() / wall.toNanos();
    }

    byte[] toBytes() {
        return new Frames.Writer(Frames.RESULTS)
                .i64(wall.toNanos())
                .i64(cpu.toNanos())
                .i64(memoryMb)
                .toBytes();
    }

    static Usage of(byte[] bytes) throws BadFrame {
        Frames.Reader in = new Frames.Reader(bytes);
        Duration wall = Duration.ofNanos(in.i64());
        Duration cpu = Duration.ofNanos(in.i64());
        long memoryMb = in.i64();
        in.done();
        if (wall.isNegative() || cpu.isNegative() || memoryMb < 0) {
            throw new BadFrame("a use of " + wall + ", " + cpu + ", " + memoryMb + " MB");
        }
        return new Usage(wall, cpu, memoryMb);
    }
}
