// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How much others used the processors this process may run on, since this object was made.
 *
 * <p>Foreign time is what {@code /proc/stat} counts as busy or stolen, minus the CPU time of this
 * process, of its children, and of those that it says are its own. The kernel counts in ticks of 10 ms, so spans under a second say
 * little. Where there is no {@code /proc}, nothing is known and the load is NaN.
 */
public final class CpuLoad {
    private static final long NS_PER_TICK = 10_000_000; // USER_HZ is 100 on every Linux

    private final BitSet cpus;
    private final Ticks ticks;
    private final LongSupplier othersNs;
    private final long ownNs;
    private final long startNs;

    private CpuLoad(LongSupplier othersNs) {
        this.othersNs = othersNs;
        cpus = Proc.cpuList(Proc.allowedCpus());
        ticks = Ticks.parse(Proc.lines("/proc/stat"), cpus);
        ownNs = ownCpuNs() + othersNs.getAsLong();
        startNs = System.nanoTime();
    }

    /** Begins to measure. */
    public static CpuLoad start() {
        return start(() -> 0);
    }

    /**
     * Begins to measure where other processes belong to this one.
     *
     * @param othersNs their CPU time so far, in nanoseconds
     */
    public static CpuLoad start(LongSupplier othersNs) {
        return new CpuLoad(othersNs);
    }

    /** Foreign time in percent of the time of all allowed processors; NaN if unknown. */
    public double foreignPercent() {
        Ticks now = Ticks.parse(Proc.lines("/proc/stat"), cpus);
        if (now.cpus == 0) {
            return Double.NaN;
        }
        double busyNs = (double) (now.busy - ticks.busy) * NS_PER_TICK;
        double foreignNs = busyNs - (ownCpuNs() + othersNs.getAsLong() - ownNs);
        double spanNs = (double) (System.nanoTime() - startNs) * now.cpus;
        return Math.max(0, 100 * foreignNs / spanNs);
    }

    /** CPU time of this process and its children so far, in nanoseconds. */
    static long ownCpuNs() {
        long ns = processCpuNs() + Proc.waitedChildrenTicks() * NS_PER_TICK;
        return ns
                + ProcessHandle.current()
                        .descendants()
                        .mapToLong(
                                p -> p.info().totalCpuDuration().map(d -> d.toNanos()).orElse(0L))
                        .sum();
    }

    /** CPU time of this process so far, all its threads, in nanoseconds. */
    public static long processCpuNs() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    /** Ticks summed over some processors. */
    record Ticks(int cpus, long busy, long steal) {

        /**
         * Sums the lines {@code cpuN user nice system idle iowait irq softirq steal ...} whose
         * number is in {@code cpus}. Stolen time counts as busy.
         */
        static Ticks parse(List<String> lines, BitSet cpus) {
            int count = 0;
            long busy = 0;
            long steal = 0;
            for (String line : lines) {
                String[] f = line.split(" +", -1);
                if (f.length < 9 || !f[0].matches("cpu\\d+")) {
                    continue;
                }
                if (cpus.get(Integer.parseInt(f[0].substring(3)))) {
                    count++;
                    steal += Long.parseLong(f[8]);
                    for (int i : new int[] {1, 2, 3, 6, 7, 8}) { // all but idle and iowait
                        busy += Long.parseLong(f[i]);
                    }
                }
            }
            return new Ticks(count, busy, steal);
        }
    }
}
