// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What can slow the machine down or make its timings unsteady, in the system's own words; {@value
 * #UNKNOWN} where it does not say. An immutable snapshot.
 *
 * @param quota CPUs per wall time that cgroups grant with the file that says so, or {@code none}
 * @param hugePages transparent huge pages: {@code always}, {@code madvise} or {@code never}
 * @param governors the frequency governor of each online CPU
 * @param clockSource what the kernel reads time from, such as {@code tsc}
 * @param load the load averages over 1, 5 and 15 minutes: threads that run or want to
 * @param isolated the CPUs kept free of other work at boot; empty text for none
 * @param smt {@code on}, {@code off}, {@code forceoff}, {@code notsupported} or such
 */
public record Limits(
        String quota,
        String hugePages,
        SortedMap<Integer, String> governors,
        String clockSource,
        String load,
        String isolated,
        String smt) {
    /** What stands for every value that the system does not tell. */
    public static final String UNKNOWN = "unknown";

    private static final String CPU = "sys/devices/system/cpu/";

    /** Keeps an unmodifiable copy of the map. */
    public Limits {
        governors = Collections.unmodifiableSortedMap(new TreeMap<>(governors));
    }

    /** Reads the running machine. */
    public static Limits read() {
        return read(Path.of("/"));
    }

    /** Reads the {@code sys} and {@code proc} trees below {@code root}. */
    public static Limits read(Path root) {
        SysTree tree = new SysTree(root);
        return new Limits(
                Quota.read(tree).map(Quota::toString).orElse("none"),
                tree.word("sys/kernel/mm/transparent_hugepage/enabled")
                        .map(Limits::choice)
                        .orElse(UNKNOWN),
                governors(tree),
                tree.word("sys/devices/system/clocksource/clocksource0/current_clocksource")
                        .orElse(UNKNOWN),
                tree.word("proc/loadavg").map(Limits::averages).orElse(UNKNOWN),
                tree.text(CPU + "isolated").map(String::strip).orElse(UNKNOWN),
                tree.word(CPU + "smt/control").orElse(UNKNOWN));
    }

    /** The word in brackets of {@code always [madvise] never}. */
    private static String choice(String words) {
        int open = words.indexOf('[');
        int close = words.indexOf(']', open + 1);
        return open < 0 || close < 0 ? words : words.substring(open + 1, close);
    }

    private static String averages(String loadavg) {
        String[] words = loadavg.split("\\s+", -1);
        return words.length < 3 ? UNKNOWN : words[0] + " " + words[1] + " " + words[2];
    }

    private static SortedMap<Integer, String> governors(SysTree tree) {
        SortedMap<Integer, String> governors = new TreeMap<>();
        for (int id : tree.cpus(CPU + "online").orElse(CpuSet.of()).toArray()) {
            Optional<String> governor = tree.word(CPU + "cpu" + id + "/cpufreq/scaling_governor");
            governors.put(id, governor.orElse(UNKNOWN));
        }
        return governors;
    }

    /** The governors in use, each with its CPUs when there are several; may be {@value #UNKNOWN}. */
    public String governor() {
        SortedMap<String, List<Integer>> users = new TreeMap<>();
        governors.forEach(
                (id, name) -> users.computeIfAbsent(name, n -> new ArrayList<>()).add(id));
        if (users.size() < 2) {
            return users.isEmpty() ? UNKNOWN : users.firstKey();
        }
        return users.entrySet().stream()
                .map(user -> user.getKey() + " on " + idsOf(user.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static CpuSet idsOf(List<Integer> ids) {
        return CpuSet.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }
}
