// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockLoad;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What blocks ask of the executor that runs in them; most of it, the interchange knows. */
final class ManagerLoad implements BlockLoad {
    private final HtexExecutor executor;
    private final HtexConfig config;

    ManagerLoad(HtexExecutor executor, HtexConfig config) {
        this.executor = executor;
        this.config = config;
    }

    @Override
    public int outstanding() {
        return executor.outstanding();
    }

    @Override
    public int workersPerNode() {
        double byCores = Runtime.getRuntime().availableProcessors() / config.coresPerWorker;
        int workers =
                config.workersPerNode > 0 ? config.workersPerNode : Math.max(1, (int) byCores);
        return config.pinAccelerators ? Math.min(workers, config.accelerators.size()) : workers;
    }

    @Override
    public Map<String, Duration> idle() {
        Map<String, Duration> idle = new LinkedHashMap<>();
        blocks().forEach(
                        (block, managers) -> {
                            if (managers.stream().allMatch(m -> m.idle() != null)) {
                                managers.stream()
                                        .map(HtexAdmin.ManagerInfo::idle)
                                        .min(Comparator.naturalOrder())
                                        .ifPresent(shortest -> idle.put(block, shortest));
                            }
                        });
        return idle;
    }

    @Override
    public Set<String> connected() {
        return blocks().keySet();
    }

    private Map<String, List<HtexAdmin.ManagerInfo>> blocks() {
        try {
            return executor.admin().blocks();
        } catch (IllegalStateException e) {
            return Map.of(); // nothing is connected while there is no interchange
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    @Override
    public Set<String> everConnected() {
        return new LinkedHashSet<>(askIfThere("seen", ""));
    }

    @Override
    public void hold(String blockId) {
        askIfThere("hold", blockId);
    }

    /** While there is no interchange, nothing is connected and nobody gets tasks. */
    private List<String> askIfThere(String word, String argument) {
        try {
            return executor.ask(word, argument);
        } catch (IllegalStateException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    @Override
    public void failAll(Throwable reason) {
        executor.failAll(reason);
    }
}
