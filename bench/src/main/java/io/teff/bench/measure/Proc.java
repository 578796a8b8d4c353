// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Reads the kernel's small text files; what is not there is empty or null, never an error. */
final class Proc {
    private Proc() {}

    static List<String> lines(String path) {
        try {
            return Files.readAllLines(Path.of(path));
        } catch (IOException e) {
            return List.of(); // another system, or not ours to read: unknown
        }
    }

    /** The first line, or null. */
    static String firstLine(String path) {
        List<String> lines = lines(path);
        return lines.isEmpty() ? null : lines.get(0).strip();
    }

    /** The rest of the first line that starts with {@code key}, after its colon; or null. */
    static String field(List<String> lines, String key) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    /** The processors this process may run on as the kernel writes them, {@code 0-3,8}; or null. */
    static String allowedCpus() {
        return field(lines("/proc/self/status"), "Cpus_allowed_list");
    }

    /** Reads a list such as {@code 0-3,8}; null is the empty set. */
    static BitSet cpuList(String list) {
        BitSet cpus = new BitSet();
        if (list != null && !list.isBlank()) {
            for (String part : list.strip().split(",", -1)) {
                String[] ends = part.split("-", 2);
                int first = Integer.parseInt(ends[0]);
                cpus.set(first, (ends.length == 1 ? first : Integer.parseInt(ends[1])) + 1);
            }
        }
        return cpus;
    }

    /** CPU ticks of children that have ended and been waited for. */
    static long waitedChildrenTicks() {
        String stat = firstLine("/proc/self/stat");
        if (stat == null) {
            return 0;
        }
        // The command, in parentheses, may hold spaces; fields are counted after it.
        String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(f[13]) + Long.parseLong(f[14]); // cutime, cstime
    }

    /** The cgroup's limit in processors, such as 1.5; null without limit or where unknown. */
    static Double cpuQuota() {
        String v2 = firstLine("/sys/fs/cgroup/cpu.max");
        if (v2 != null) {
            return quota(v2);
        }
        String quota = firstLine("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
        String period = firstLine("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
        return quota == null || period == null ? null : quota(quota + " " + period);
    }

    /** Reads {@code quota period}, both in microseconds; {@code max} or negative is no limit. */
    static Double quota(String quotaAndPeriod) {
        String[] f = quotaAndPeriod.split(" ", -1);
        if (f.length != 2 || f[0].equals("max") || f[0].startsWith("-")) {
            return null;
        }
        return Double.parseDouble(f[0]) / Double.parseDouble(f[1]);
    }
}
