// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.affinity.CpuSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which CPUs each worker process may use, under Parsl's names. A worker's mask is set by {@code
 * taskset} before its JVM starts, so that all of its threads have it, and its heap is sized by it.
 *
 * <pre>
 * none                 all CPUs that the manager may use
 * block                worker 0 the first n, worker 1 the next n
 * block-reverse        worker 0 the last n
 * alternating          worker r the CPUs r, r + workers, r + 2 workers
 * list:0,1:2,3         worker 0 the CPUs 0 and 1, worker 1 the CPUs 2 and 3
 * </pre>
 *
 * With more workers than CPUs, several share one.
 */
final class WorkerAffinity {
    private static final List<String> NAMES =
            List.of("none", "block", "block-reverse", "alternating");
    private static final String LIST = "list:";

    private final String name;
    private final List<CpuSet> list;

    private WorkerAffinity(String name, List<CpuSet> list) {
        this.name = name;
        this.list = list;
    }

    /** Refuses what is none of the names. */
    static WorkerAffinity parse(String text) {
        if (NAMES.contains(text)) {
            return new WorkerAffinity(text, List.of());
        }
        if (!text.startsWith(LIST)) {
            throw new IllegalArgumentException(
                    "cpuAffinity must be one of " + NAMES + " or like list:0,1:2,3: " + text);
        }
        List<CpuSet> sets =
                List.of(text.substring(LIST.length()).split(":", -1)).stream()
                        .map(CpuSet::parse)
                        .toList();
        if (sets.stream().anyMatch(CpuSet::isEmpty)) {
            throw new IllegalArgumentException("cpuAffinity has a worker without CPUs: " + text);
        }
        return new WorkerAffinity(text, sets);
    }

    boolean isNone() {
        return name.equals("none");
    }

    /**
     * The CPUs of one worker; null: as the manager.
     *
     * @throws IllegalArgumentException when the list has fewer workers than there are, or names CPUs
     *     that this process may not use
     */
    CpuSet of(int rank, int count, CpuSet allowed) {
        if (isNone()) {
            return null;
        }
        if (!list.isEmpty()) {
            if (list.size() < count) {
                throw new IllegalArgumentException(
                        "cpuAffinity lists "
                                + list.size()
                                + " workers, but there are "
                                + count
                                + ": "
                                + name);
            }
            if (!allowed.containsAll(list.get(rank))) {
                throw new IllegalArgumentException(
                        "cpuAffinity gives worker "
                                + rank
                                + " the CPUs "
                                + list.get(rank)
                                + ", but those that may be used here are "
                                + allowed);
            }
            return list.get(rank);
        }
        int[] cpus = allowed.toArray();
        int each = Math.max(1, cpus.length / count);
        IntStream places =
                switch (name) {
                    case "block" -> IntStream.range(rank * each, (rank + 1) * each);
                    case "block-reverse" ->
                            IntStream.range(rank * each, (rank + 1) * each)
                                    .map(i -> cpus.length - 1 - i % cpus.length);
                    default -> IntStream.range(0, each).map(i -> rank + i * count);
                };
        return CpuSet.of(places.map(i -> cpus[i % cpus.length]).toArray());
    }

    /** What goes before the command of a worker. */
    static List<String> prefix(CpuSet cpus) {
        return cpus == null ? List.of() : List.of("taskset", "-c", commas(cpus));
    }

    /** What OpenMP of GNU and Intel in libraries and commands should know of it. */
    static Map<String, String> environment(CpuSet cpus) {
        Map<String, String> env = new TreeMap<>();
        if (cpus != null) {
            env.put("OMP_NUM_THREADS", String.valueOf(cpus.size()));
            env.put("GOMP_CPU_AFFINITY", commas(cpus).replace(',', ' '));
            env.put("KMP_AFFINITY", "explicit,proclist=[" + commas(cpus) + "]");
        }
        return env;
    }

    private static String commas(CpuSet cpus) {
        return cpus.stream().mapToObj(String::valueOf).collect(Collectors.joining(","));
    }
}
