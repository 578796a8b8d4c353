// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Which CPU each worker is pinned to: none, packed together, spread apart, or an explicit list.
 *
 * <p>Plans are immutable values; any thread may use them.
 */
public final class PinPlan {
    /** No worker is pinned. */
    public static final PinPlan NONE = new PinPlan(Shape.NONE, CpuSet.of());

    /**
     * Workers share as much as they can: the SMT siblings of a core, then the cores of one last-level
     * cache, of one node, of one package. For workers that pass much data to each other.
     */
    public static final PinPlan COMPACT = new PinPlan(Shape.COMPACT, CpuSet.of());

    /**
     * Workers share as little as they can: one per physical core, in turn over packages, nodes and
     * caches; SMT siblings only once every core has a worker. For workers that need cache and memory
     * bandwidth.
     */
    public static final PinPlan SPREAD = new PinPlan(Shape.SPREAD, CpuSet.of());

    private enum Shape {
        NONE,
        COMPACT,
        SPREAD,
        EXPLICIT
    }

    /** Fast cores first on hybrid machines, then neighbours beside each other. */
    private static final Comparator<Cpu> PACKED =
            Comparator.comparingInt(Cpu::kind)
                    .thenComparingInt(Cpu::pkg)
                    .thenComparingInt(Cpu::node)
                    .thenComparingInt(Cpu::llc)
                    .thenComparingInt(Cpu::core)
                    .thenComparingInt(Cpu::id);

    /** What a spread plan takes turns over, the farthest apart first. */
    private static final List<ToIntFunction<Cpu>> TURNS = List.of(Cpu::pkg, Cpu::node, Cpu::llc);

    private final Shape shape;
    private final CpuSet list;

    private PinPlan(Shape shape, CpuSet list) {
        this.shape = shape;
        this.list = list;
    }

    /**
     * Workers take the CPUs of the list in ascending order; those not allowed are passed over.
     *
     * @throws IllegalArgumentException when the list is empty
     */
    public static PinPlan explicit(CpuSet list) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException("explicit pin list must name a CPU: it is empty");
        }
        return new PinPlan(Shape.EXPLICIT, list);
    }

    /**
     * Reads {@code none}, {@code compact}, {@code spread} or a CPU list such as {@code 0-3,8}; what
     * {@link #toString()} prints.
     *
     * @throws IllegalArgumentException naming the text when it is none of these
     */
    public static PinPlan parse(String text) {
        String word = text == null ? "null" : text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "none" -> NONE;
            case "compact" -> COMPACT;
            case "spread" -> SPREAD;
            default ->
                    SysTree.cpuList(word)
                            .filter(set -> !set.isEmpty())
                            .map(PinPlan::explicit)
                            .orElseThrow(() -> unknown(text));
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "pin must be none, compact, spread or a CPU list such as 0-3,8: " + text);
    }

    /**
     * The CPU of each worker, or -1 for workers that stay free. Only allowed CPUs are given; with more
     * workers than CPUs the plan starts again from its first.
     *
     * @throws IllegalArgumentException when {@code workers} is negative, or when an explicit list
     *     holds no allowed CPU
     */
    public int[] assign(Topology topology, int workers) {
        if (workers < 0) {
            throw new IllegalArgumentException("workers must not be negative: " + workers);
        }
        int[] assigned = new int[workers];
        int[] order = order(topology);
        Arrays.setAll(assigned, worker -> order[worker % order.length]);
        return assigned;
    }

    /** The CPUs to give out, first to last; never empty. */
    private int[] order(Topology topology) {
        CpuSet allowed = topology.allowed();
        List<Cpu> cpus = allowed.stream().mapToObj(topology::cpu).toList();
        return switch (shape) {
            case NONE -> new int[] {-1};
            case COMPACT -> ids(cpus.stream().sorted(PACKED).toList());
            case SPREAD -> ids(spread(cpus));
            case EXPLICIT -> usable(allowed).toArray();
        };
    }

    private CpuSet usable(CpuSet allowed) {
        CpuSet usable = list.intersect(allowed);
        if (usable.isEmpty()) {
            throw new IllegalArgumentException(
                    "no CPU of the pin list " + list + " is allowed; allowed: " + allowed);
        }
        return usable;
    }

    /**
     * Sorts into rounds: the first thread of every fast core, then of every slower core, then the
     * second threads likewise.
     */
    private static List<Cpu> spread(List<Cpu> cpus) {
        Map<Integer, Integer> threadsOfCore = new HashMap<>();
        SortedMap<Integer, SortedMap<Integer, List<Cpu>>> rounds = new TreeMap<>();
        for (Cpu cpu : cpus) {
            int thread = threadsOfCore.merge(cpu.core(), 1, Integer::sum);
            rounds.computeIfAbsent(thread, t -> new TreeMap<>())
                    .computeIfAbsent(cpu.kind(), k -> new ArrayList<>())
                    .add(cpu);
        }
        List<Cpu> order = new ArrayList<>();
        rounds.values().forEach(kinds -> kinds.values().forEach(k -> order.addAll(deal(k, 0))));
        return order;
    }

    /** Deals CPUs out in turn over the groups of a level, each group dealt out likewise within. */
    private static List<Cpu> deal(List<Cpu> cpus, int level) {
        if (level == TURNS.size()) {
            return cpus;
        }
        SortedMap<Integer, List<Cpu>> groups = new TreeMap<>();
        for (Cpu cpu : cpus) {
            int group = TURNS.get(level).applyAsInt(cpu);
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(cpu);
        }
        groups.replaceAll((group, members) -> deal(members, level + 1));
        List<Cpu> dealt = new ArrayList<>();
        for (int turn = 0; dealt.size() < cpus.size(); turn++) {
            for (List<Cpu> group : groups.values()) {
                if (turn < group.size()) {
                    dealt.add(group.get(turn));
                }
            }
        }
        return dealt;
    }

    private static int[] ids(List<Cpu> cpus) {
        return cpus.stream().mapToInt(Cpu::id).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PinPlan plan && shape == plan.shape && list.equals(plan.list);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + list.hashCode();
    }

    /** {@code none}, {@code compact}, {@code spread} or the list. */
    @Override
    public String toString() {
        return shape == Shape.EXPLICIT ? list.toString() : shape.name().toLowerCase(Locale.ROOT);
    }
}
