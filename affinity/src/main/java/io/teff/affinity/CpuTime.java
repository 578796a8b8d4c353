// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * How all CPUs together have spent their time since boot, in the kernel's ticks (mostly 10 ms); the
 * difference of two readings tells how busy the machine was in between.
 *
 * @param busy ticks in programs and the kernel
 * @param idle ticks with nothing to do, waiting for disks included
 * @param stolen ticks in which a virtual CPU wanted to run and its host ran another
 */
public record CpuTime(long busy, long idle, long stolen) {

    /** Reads the running machine; empty where {@code /proc/stat} cannot be read. */
    public static Optional<CpuTime> read() {
        return read(Path.of("/"));
    }

    /** Reads {@code proc/stat} below {@code root}; empty when it is missing or malformed. */
    public static Optional<CpuTime> read(Path root) {
        return new SysTree(root)
                .lines("proc/stat").stream()
                        .filter(line -> line.startsWith("cpu "))
                        .findFirst()
                        .flatMap(CpuTime::parse);
    }

    /** Fields: user, nice, system, idle, iowait, irq, softirq, steal; guests count as user. */
    private static Optional<CpuTime> parse(String line) {
        long[] t =
                Arrays.stream(line.split("\\s+", -1))
                        .skip(1)
                        .mapToLong(word -> SysTree.number(word).orElse(-1))
                        .toArray();
        if (t.length < 8 || Arrays.stream(t).anyMatch(n -> n < 0)) {
            return Optional.empty();
        }
        return Optional.of(new CpuTime(t[0] + t[1] + t[2] + t[5] + t[6], t[3] + t[4], t[7]));
    }

    /** What was spent between {@code earlier} and this reading. */
    public CpuTime since(CpuTime earlier) {
        return new CpuTime(busy - earlier.busy, idle - earlier.idle, stolen - earlier.stolen);
    }

    /** The share of time, 0 to 1, that was busy; 0 when no tick has passed. */
    public double busyShare() {
        return share(busy);
    }

    /** The share of time, 0 to 1, that the host took away; 0 when no tick has passed. */
    public double stolenShare() {
        return share(stolen);
    }

    private double share(long part) {
        long all = busy + idle + stolen;
        return all <= 0 ? 0 : (double) part / all;
    }
}
