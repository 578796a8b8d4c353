// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlocksConfig.Strategy;

/**
 * What the strategies decide, from numbers alone. The rules are those of Parsl's strategies simple
 * and htex_auto_scale.
 */
final class Scaling {
    /**
     * So many blocks more, or fewer if negative.
     *
     * @param onlyIdle whether of fewer blocks only those go that were idle long enough themselves
     */
    record Decision(int blocks, boolean onlyIdle) {}

    private static final Decision STAY = new Decision(0, false);

    private final BlocksConfig config;

    Scaling(BlocksConfig config) {
        this.config = config;
    }

    /**
     * @param active blocks that run or will run, and are to stay
     * @param tasks outstanding ones
     * @param slotsPerBlock tasks that one block runs at a time
     * @param nothingToDoNs for how long there have been no tasks, 0 if there are some
     */
    Decision decide(int active, int tasks, int slotsPerBlock, long nothingToDoNs) {
        if (config.strategy() == Strategy.NONE) {
            return STAY;
        }
        if (active < config.minBlocks()) {
            return new Decision(config.minBlocks() - active, false);
        }
        if (tasks == 0) {
            boolean enough = nothingToDoNs >= config.maxIdle().toNanos();
            return enough ? new Decision(config.minBlocks() - active, false) : STAY;
        }
        if (active == 0) { // also for parallelism 0, or nothing would ever run
            return new Decision(Math.max(1, wanted(tasks, slotsPerBlock)), false);
        }
        int more = wanted(tasks, slotsPerBlock) - active;
        if (more > 0) {
            return new Decision(Math.min(more, config.maxBlocks() - active), false);
        }
        if (config.strategy() == Strategy.AUTO && more < 0) {
            int least = Math.max(1, config.minBlocks());
            return new Decision(-Math.max(0, Math.min(-more, active - least)), true);
        }
        return STAY;
    }

    /** Blocks for that many tasks, at most as many as there may be. */
    private int wanted(int tasks, int slotsPerBlock) {
        double blocks = Math.ceil(tasks * config.parallelism() / slotsPerBlock);
        return (int) Math.min(blocks, config.maxBlocks());
    }
}
