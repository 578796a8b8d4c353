// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operators ask a running {@link HtexExecutor}. Each call asks the interchange and waits for
 * its answer; IllegalStateException if there is none. Thread-safe.
 */
public final class HtexAdmin {
    /**
     * One manager.
     *
     * @param tasks how many it has now
     * @param idle for how long it has had none; null: it has some
     * @param node what its tasks can hold together
     * @param held what tasks with requests hold of that now
     */
    public record ManagerInfo(
            String id,
            String block,
            String host,
            long pid,
            int workers,
            int capacity,
            int tasks,
            Duration idle,
            boolean isHeld,
            boolean isDraining,
            Resources node,
            Resources held) {
        private static ManagerInfo parse(String line) {
            String[] f = line.split("\t", -1);
            long idleMs = Long.parseLong(f[7]);
            return new ManagerInfo(
                    f[0],
                    f[1],
                    f[2],
                    Long.parseLong(f[3]),
                    Integer.parseInt(f[4]),
                    Integer.parseInt(f[5]),
                    Integer.parseInt(f[6]),
                    idleMs < 0 ? null : Duration.ofMillis(idleMs),
                    Boolean.parseBoolean(f[8]),
                    Boolean.parseBoolean(f[9]),
                    Resources.parse(f[10]),
                    Resources.parse(f[11]));
        }
    }

    private final HtexExecutor executor;

    HtexAdmin(HtexExecutor executor) {
        this.executor = executor;
    }

    /** The managers that are registered. */
    public List<ManagerInfo> managers() throws InterruptedException {
        return executor.ask("managers", "").stream().map(ManagerInfo::parse).toList();
    }

    /** The managers by the block that they belong to. */
    public Map<String, List<ManagerInfo>> blocks() throws InterruptedException {
        return blocks(executor.ask("managers", ""));
    }

    /** From the lines of an answer. */
    static Map<String, List<ManagerInfo>> blocks(List<String> lines) {
        Map<String, List<ManagerInfo>> blocks = new LinkedHashMap<>();
        for (String line : lines) {
            ManagerInfo manager = ManagerInfo.parse(line);
            blocks.computeIfAbsent(manager.block(), b -> new ArrayList<>()).add(manager);
        }
        return blocks;
    }

    /** The archives on the class path of a manager, and their versions. */
    public Map<String, String> packages(String manager) throws InterruptedException {
        return pairs(executor.ask("packages", manager));
    }

    /** No more tasks to this manager, or to all of this block; the managers that it was. */
    public List<String> hold(String managerOrBlock) throws InterruptedException {
        return executor.ask("hold", managerOrBlock);
    }

    /** As {@link #hold}, and they end when they have no more tasks. */
    public List<String> drain(String managerOrBlock) throws InterruptedException {
        return executor.ask("drain", managerOrBlock);
    }

    /** pending, out (tasks that managers have) and rejected (messages that were none of ours). */
    public Map<String, Long> counters() throws InterruptedException {
        Map<String, Long> counters = new TreeMap<>();
        pairs(executor.ask("counters", ""))
                .forEach((name, value) -> counters.put(name, Long.valueOf(value)));
        counters.merge("rejected", executor.rejected(), Long::sum);
        return counters;
    }

    /**
     * What tasks have used until now, by app; answered here, also before there is an interchange.
     *
     * @throws IllegalStateException when nothing is measured
     */
    public Map<String, AppUsage> usage() {
        return executor.usageByApp();
    }

    private static Map<String, String> pairs(List<String> lines) {
        Map<String, String> pairs = new TreeMap<>();
        for (String line : lines) {
            int tab = line.indexOf('\t');
            pairs.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return pairs;
    }
}
