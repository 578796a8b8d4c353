// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets blocks go without the loss of a task: they get no further ones first, and are cancelled once
 * they have none. The thread of {@link Blocks} only.
 */
final class Leaving {
    private final BlocksConfig config;
    private final BlockProvider provider;
    private final BlockLoad load;
    private final BlockList blocks;
    private long nextCancel = System.nanoTime(); // later after a failure

    Leaving(BlocksConfig config, BlockProvider provider, BlockLoad load, BlockList blocks) {
        this.config = config;
        this.provider = provider;
        this.load = load;
        this.blocks = blocks;
    }

    /** Whether there are blocks that shall go and have not gone. */
    boolean isAny() {
        return blocks.all().stream().anyMatch(Block::isLeaving);
    }

    /** Cancels what has become free; later, if the provider has just refused. */
    void look() throws InterruptedException {
        if (System.nanoTime() - nextCancel >= 0) {
            // said again, since nobody may have heard it the first time
            blocks.all().stream().filter(Block::isLeaving).forEach(block -> load.hold(block.id));
            cancelThoseWithoutTasks();
        }
    }

    /**
     * Chooses blocks to leave: those without a manager if {@code any}, then those idle for {@code
     * leastIdle}, then busy ones if {@code any}.
     */
    List<String> letGo(int count, Duration leastIdle, boolean any) throws InterruptedException {
        Map<String, Duration> idle = load.idle();
        Set<String> connected = load.connected();
        List<Block> candidates = new ArrayList<>();
        for (Block block : blocks.all()) {
            Duration time = idle.get(block.id);
            if (block.isActive() && (any || (time != null && time.compareTo(leastIdle) >= 0))) {
                candidates.add(0, block); // the youngest first
            }
        }
        candidates.sort(
                Comparator.comparing(
                        (Block block) -> {
                            if (!connected.contains(block.id)) {
                                return Duration.ofSeconds(Long.MIN_VALUE);
                            }
                            return idle.getOrDefault(block.id, Duration.ZERO).negated();
                        }));
        List<String> ids = new ArrayList<>();
        for (Block block : candidates.subList(0, Math.min(count, candidates.size()))) {
            block.leave();
            load.hold(block.id);
            ids.add(block.id);
        }
        cancelThoseWithoutTasks();
        return ids;
    }

    private void cancelThoseWithoutTasks() throws InterruptedException {
        // asked after hold: a block that is idle now stays so
        Map<String, Duration> idle = load.idle();
        Set<String> connected = load.connected();
        List<Block> free =
                blocks.all().stream()
                        .filter(Block::isLeaving)
                        .filter(b -> idle.containsKey(b.id) || !connected.contains(b.id))
                        .toList();
        if (free.isEmpty()) {
            return;
        }
        try {
            provider.cancel(BlockList.jobIds(free));
            free.forEach(Block::setCancelled);
        } catch (BlockException e) {
            blocks.problem(e);
            nextCancel = System.nanoTime() + config.period().toNanos();
        }
    }
}
