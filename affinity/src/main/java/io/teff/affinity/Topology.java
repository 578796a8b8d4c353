// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * What the machine looks like from this process: its online CPUs, how they share cores, caches and
 * memory, and which of them the process may use.
 *
 * <p>A topology is an immutable snapshot; any thread may use it. Reading never fails: what the system
 * does not tell is taken as flat, and {@link #notes()} says so.
 */
public final class Topology {
    /** {@link #distance} of CPUs in different packages, and of CPUs that are not known. */
    public static final int FARTHEST = 5;

    private final List<Cpu> cpus;
    private final Map<Integer, Cpu> byId;
    private final CpuSet online;
    private final CpuSet allowed;
    private final Optional<Quota> quota;
    private final String source;
    private final List<String> notes;

    Topology(
            List<Cpu> cpus,
            CpuSet allowed,
            Optional<Quota> quota,
            String source,
            List<String> notes) {
        this.cpus = List.copyOf(cpus);
        this.byId = new TreeMap<>();
        cpus.forEach(cpu -> byId.put(cpu.id(), cpu));
        this.online = idsOf(cpus);
        this.allowed = allowed;
        this.quota = quota;
        this.source = source;
        this.notes = List.copyOf(notes);
    }

    /** Reads the running machine. */
    public static Topology read() {
        return read(Path.of("/"));
    }

    /** Reads the {@code sys} and {@code proc} trees below {@code root}. */
    public static Topology read(Path root) {
        return new TopologyReader(new SysTree(root)).read();
    }

    /** The online CPUs, by ascending id; never empty. */
    public List<Cpu> cpus() {
        return cpus;
    }

    /**
     * The online CPU of that id.
     *
     * @throws IllegalArgumentException when there is none
     */
    public Cpu cpu(int id) {
        Cpu cpu = byId.get(id);
        if (cpu == null) {
            throw new IllegalArgumentException("CPU must be one of " + online + ": " + id);
        }
        return cpu;
    }

    /** The ids of the online CPUs. */
    public CpuSet online() {
        return online;
    }

    /**
     * The online CPUs that the process may run on; never empty. It is the mask of the process's first
     * thread, so that it does not change when the calling thread is pinned.
     */
    public CpuSet allowed() {
        return allowed;
    }

    /**
     * The CPU time per wall time that cgroups grant the process, in CPUs; empty when unlimited. Below
     * the number of busy threads, all of them are stopped for a part of each period (often 100 ms).
     */
    public OptionalDouble quota() {
        return quota.map(q -> OptionalDouble.of(q.cpus())).orElse(OptionalDouble.empty());
    }

    /** The CPUs of the same physical core, the given one included. */
    public CpuSet siblings(int id) {
        return cores().get(cpu(id).core());
    }

    /** The CPUs of each physical core; the key is {@link Cpu#core()}. */
    public SortedMap<Integer, CpuSet> cores() {
        return groups(Cpu::core);
    }

    /** The CPUs that share each last-level cache; the key is {@link Cpu#llc()}. */
    public SortedMap<Integer, CpuSet> caches() {
        return groups(Cpu::llc);
    }

    /** The CPUs of each NUMA node. */
    public SortedMap<Integer, CpuSet> nodes() {
        return groups(Cpu::node);
    }

    /** The CPUs of each package (socket). */
    public SortedMap<Integer, CpuSet> packages() {
        return groups(Cpu::pkg);
    }

    /** The CPUs of each kind of core, key 0 the fastest; one entry unless the machine is hybrid. */
    public SortedMap<Integer, CpuSet> kinds() {
        return groups(Cpu::kind);
    }

    /**
     * How far data travels between two CPUs: 0 the same CPU, 1 SMT siblings, 2 one last-level cache,
     * 3 one NUMA node of one package, 4 one package but another node, {@value #FARTHEST} another
     * package. A CPU that is not online here, such as the -1 of a worker without a pin, is
     * {@value #FARTHEST} from everything.
     */
    public int distance(int cpuA, int cpuB) {
        Cpu a = byId.get(cpuA);
        Cpu b = byId.get(cpuB);
        if (a == null || b == null) {
            return FARTHEST;
        } else if (a.id() == b.id()) {
            return 0;
        } else if (a.core() == b.core()) {
            return 1;
        } else if (a.llc() == b.llc()) {
            return 2;
        } else if (a.pkg() != b.pkg()) {
            return FARTHEST;
        }
        return a.node() == b.node() ? 3 : 4;
    }

    /** Where the snapshot comes from; ends in {@code (flat)} when the layout is unknown. */
    public String source() {
        return source;
    }

    /** What could not be read, and what was assumed instead; empty when all is known. */
    public List<String> notes() {
        return notes;
    }

    /** Several lines for people: the CPUs, each level of sharing, limits, source and notes. */
    public String describe() {
        List<String> lines = new ArrayList<>();
        lines.add(row("online", online + " (" + online.size() + ")"));
        lines.add(row("allowed", allowed + " (" + allowed.size() + ")"));
        lines.add(row("quota", quota.map(Quota::toString).orElse("none")));
        lines.add(row("packages", sharing(packages())));
        lines.add(row("nodes", sharing(nodes())));
        lines.add(row("caches", sharing(caches())));
        lines.add(row("cores", sharing(cores())));
        lines.add(row("kinds", kinds().size() == 1 ? "one" : sharing(kinds()) + ", fastest first"));
        lines.add(row("source", source));
        notes.forEach(note -> lines.add(row("note", note)));
        return String.join("\n", lines);
    }

    private static String row(String name, String value) {
        return String.format(Locale.ROOT, "%-9s %s", name, value);
    }

    private static String sharing(SortedMap<Integer, CpuSet> groups) {
        StringBuilder text = new StringBuilder().append(groups.size()).append(':');
        groups.values().forEach(set -> text.append(" [").append(set).append(']'));
        return text.toString();
    }

    private SortedMap<Integer, CpuSet> groups(ToIntFunction<Cpu> key) {
        SortedMap<Integer, List<Cpu>> members = new TreeMap<>();
        for (Cpu cpu : cpus) {
            members.computeIfAbsent(key.applyAsInt(cpu), k -> new ArrayList<>()).add(cpu);
        }
        SortedMap<Integer, CpuSet> groups = new TreeMap<>();
        members.forEach((k, list) -> groups.put(k, idsOf(list)));
        return Collections.unmodifiableSortedMap(groups);
    }

    private static CpuSet idsOf(List<Cpu> cpus) {
        return CpuSet.of(cpus.stream().mapToInt(Cpu::id).toArray());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Topology[allowed %s of %s, %d packages, %d nodes, %d caches, %d cores, %d kinds]",
                allowed,
                online,
                packages().size(),
                nodes().size(),
                caches().size(),
                cores().size(),
                kinds().size());
    }
}
