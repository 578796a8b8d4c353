// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Builds a {@link Topology} from a tree of {@code /sys} and {@code /proc} files; used once, by one
 * thread. Whatever is missing gets the flattest reading and a note, never an exception.
 */
final class TopologyReader {
    private static final String CPU = "sys/devices/system/cpu/";
    private static final String NODE = "sys/devices/system/node/";

    /** Deeper caches than this have not been built. */
    private static final int CACHE_INDEXES = 16;

    /**
     * A core is of a slower kind when it reaches less than this share of the kind before it. Cores of
     * one kind differ by some per cent, since makers let the best ones clock higher.
     */
    private static final double SAME_KIND = 0.9;

    private final SysTree tree;
    private final List<String> notes = new ArrayList<>();

    TopologyReader(SysTree tree) {
        this.tree = tree;
    }

    Topology read() {
        Optional<CpuSet> mask =
                tree.field("proc/self/status", "Cpus_allowed_list").flatMap(SysTree::cpuList);
        Optional<CpuSet> online = tree.cpus(CPU + "online").filter(set -> !set.isEmpty());
        if (online.isEmpty()) {
            return flat(mask);
        }
        List<Cpu> cpus = cpus(online.get());
        return new Topology(cpus, allowed(mask, online.get()), Quota.read(tree), "/" + CPU, notes);
    }

    /** A machine without sysfs: as many equal CPUs as the JVM counts. */
    private Topology flat(Optional<CpuSet> mask) {
        int count = Runtime.getRuntime().availableProcessors();
        notes.add("no /" + CPU + "online: cores, caches and nodes are unknown, all taken as equal");
        CpuSet ids =
                mask.filter(set -> !set.isEmpty())
                        .orElseGet(() -> CpuSet.of(IntStream.range(0, count).toArray()));
        List<Cpu> cpus =
                ids.stream().mapToObj(id -> new Cpu(id, id, 0, 0, ids.first(), 0, 0, 0)).toList();
        String source =
                mask.isPresent()
                        ? "/proc/self/status (flat)"
                        : "Runtime.availableProcessors() (flat)";
        return new Topology(cpus, ids, Quota.read(tree), source, notes);
    }

    private CpuSet allowed(Optional<CpuSet> mask, CpuSet online) {
        if (mask.isEmpty()) {
            notes.add(
                    "no Cpus_allowed_list in /proc/self/status: every online CPU taken as allowed");
            return online;
        }
        CpuSet allowed = mask.get().intersect(online);
        if (allowed.isEmpty()) {
            notes.add(
                    "no CPU of the allowed mask "
                            + mask.get()
                            + " is online: every online CPU taken"
                            + " as allowed");
            return online;
        }
        return allowed;
    }

    private List<Cpu> cpus(CpuSet online) {
        Map<Integer, Integer> nodes = nodes();
        Map<Integer, Integer> kinds = kinds(online);
        if (nodes.isEmpty()) {
            notes.add("no /" + NODE + ": one NUMA node assumed");
        }
        if (tree.word(CPU + "cpu" + online.first() + "/topology/physical_package_id").isEmpty()) {
            notes.add("no topology of CPU " + online.first() + ": one package assumed");
        }
        if (cacheOf(online.first()).isEmpty()) {
            notes.add("no caches of CPU " + online.first() + ": one last-level cache per package");
        }
        Map<Integer, Integer> firstOfPackage = new HashMap<>();
        List<Cpu> cpus = new ArrayList<>();
        for (int id : online.toArray()) {
            String dir = CPU + "cpu" + id + "/";
            // Some boards and virtual machines give -1.
            int pkg = Math.max(0, number(dir + "topology/physical_package_id"));
            firstOfPackage.putIfAbsent(pkg, id);
            cpus.add(
                    new Cpu(
                            id,
                            coreOf(id, online),
                            pkg,
                            nodes.getOrDefault(id, 0),
                            lowest(cacheOf(id), online).orElse(firstOfPackage.get(pkg)),
                            number(dir + "cpu_capacity"),
                            number(dir + "cpufreq/cpuinfo_max_freq"),
                            kinds.getOrDefault(id, 0)));
        }
        return cpus;
    }

    private int coreOf(int id, CpuSet online) {
        String dir = CPU + "cpu" + id + "/topology/";
        // Kernels before 5.2 know the second name only.
        Optional<CpuSet> siblings =
                tree.cpus(dir + "core_cpus_list").or(() -> tree.cpus(dir + "thread_siblings_list"));
        return lowest(siblings, online).orElse(id);
    }

    /** Who shares the highest cache that holds data. */
    private Optional<CpuSet> cacheOf(int id) {
        Optional<CpuSet> shared = Optional.empty();
        long highest = 0;
        for (int i = 0; i < CACHE_INDEXES; i++) {
            String dir = CPU + "cpu" + id + "/cache/index" + i + "/";
            long level = tree.value(dir + "level").orElse(0);
            if (level > highest && !tree.word(dir + "type").orElse("").equals("Instruction")) {
                highest = level;
                shared = tree.cpus(dir + "shared_cpu_list");
            }
        }
        return shared;
    }

    private static Optional<Integer> lowest(Optional<CpuSet> set, CpuSet online) {
        return set.map(s -> s.intersect(online)).filter(s -> !s.isEmpty()).map(CpuSet::first);
    }

    /** The node of each CPU. */
    private Map<Integer, Integer> nodes() {
        Map<Integer, Integer> nodeOf = new HashMap<>();
        CpuSet nodes = tree.cpus(NODE + "online").orElse(CpuSet.of());
        for (int node : nodes.toArray()) {
            CpuSet members = tree.cpus(NODE + "node" + node + "/cpulist").orElse(CpuSet.of());
            members.stream().forEach(cpu -> nodeOf.put(cpu, node));
        }
        return nodeOf;
    }

    /** The kind of each CPU where there are several; otherwise empty. */
    private Map<Integer, Integer> kinds(CpuSet online) {
        Map<Integer, Integer> kinds = new HashMap<>();
        int kind = 0;
        // Intel names its kinds outright; fastest first here.
        for (String name : List.of("cpu_core", "cpu_atom", "cpu_lowpower")) {
            CpuSet set =
                    tree.cpus("sys/devices/" + name + "/cpus")
                            .orElse(CpuSet.of())
                            .intersect(online);
            for (int id : set.toArray()) {
                kinds.putIfAbsent(id, kind);
            }
            kind += set.isEmpty() ? 0 : 1;
        }
        if (kind > 1) {
            return kinds;
        }
        kinds = bySpeed(online, id -> number(CPU + "cpu" + id + "/cpu_capacity"));
        return kinds.isEmpty()
                ? bySpeed(online, id -> number(CPU + "cpu" + id + "/cpufreq/cpuinfo_max_freq"))
                : kinds;
    }

    private static Map<Integer, Integer> bySpeed(CpuSet online, IntToLongFunction speed) {
        long[] speeds = online.stream().mapToLong(speed).sorted().toArray();
        if (speeds[0] <= 0) {
            return Map.of(); // some CPU does not say
        }
        // The slowest speed that still counts as each kind, fastest kind first.
        double[] floors = new double[speeds.length];
        Arrays.fill(floors, -1);
        int count = 0;
        for (int i = speeds.length - 1; i >= 0; i--) {
            if (count == 0 || speeds[i] < floors[count - 1]) {
                floors[count++] = speeds[i] * SAME_KIND;
            }
        }
        if (count < 2) {
            return Map.of();
        }
        Map<Integer, Integer> kinds = new HashMap<>();
        for (int id : online.toArray()) {
            int kind = 0;
            while (speed.applyAsLong(id) < floors[kind]) {
                kind++;
            }
            kinds.put(id, kind);
        }
        return kinds;
    }

    /** A count or frequency; 0 when the file does not say. */
    private int number(String path) {
        OptionalLong n = tree.value(path);
        return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, n.orElse(0)));
    }
}
