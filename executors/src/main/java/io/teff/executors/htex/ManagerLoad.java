// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockLoad;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What blocks ask of the executor that runs in them; most of it, the interchange knows. While that
 * does not answer, blocks count as busy: who seems to have no manager or no task may be cancelled.
 */
final class ManagerLoad implements BlockLoad {
    /** What it asks the executor. */
    interface Source {
        int outstanding();

        /** The lines of the answer, or IllegalStateException. */
        List<String> ask(String word, String argument) throws InterruptedException;

        void failAll(Throwable reason);
    }

    private final Source source;
    private final HtexConfig config;
    private Set<String> lastConnected = Set.of(); // guarded by this

    ManagerLoad(Source source, HtexConfig config) {
        this.source = source;
        this.config = config;
    }

    @Override
    public int outstanding() {
        return source.outstanding();
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
        blocks().orElse(Map.of())
                .forEach(
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
    public synchronized Set<String> connected() {
        lastConnected = blocks().<Set<String>>map(Map::keySet).orElse(lastConnected);
        return lastConnected;
    }

    /** Empty: nobody has answered. */
    private Optional<Map<String, List<HtexAdmin.ManagerInfo>>> blocks() {
        try {
            return Optional.of(HtexAdmin.blocks(source.ask("managers", "")));
        } catch (IllegalStateException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
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
            return source.ask(word, argument);
        } catch (IllegalStateException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    @Override
    public void failAll(Throwable reason) {
        source.failAll(reason);
    }
}
