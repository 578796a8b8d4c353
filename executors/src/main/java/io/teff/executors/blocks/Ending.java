// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.List;
import java.util.Map;

/** The end of all blocks, when they are closed. The thread of {@link Blocks} only. */
final class Ending {
    private final BlocksConfig config;
    private final BlockProvider provider;
    private final BlockList blocks;

    Ending(BlocksConfig config, BlockProvider provider, BlockList blocks) {
        this.config = config;
        this.provider = provider;
        this.blocks = blocks;
    }

    /** Again and again until all are gone, or there is no more time; what is left, null: nothing. */
    String cancelAll() {
        // an interrupt has told its story; the provider must not see it
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + config.closeTimeout().toNanos();
        long pauseMs = 20;
        try {
            while (true) {
                List<Block> open = blocks.all().stream().filter(b -> !b.isOver()).toList();
                if (open.isEmpty()) {
                    return null;
                }
                if (System.nanoTime() - deadline >= 0) {
                    return "not gone after "
                            + config.closeTimeout()
                            + ": jobs "
                            + BlockList.jobIds(open)
                            + " of "
                            + provider.name();
                }
                open.forEach(Block::setCancelled);
                try {
                    provider.cancel(BlockList.jobIds(open));
                    Map<String, BlockStatus> now = provider.status(BlockList.jobIds(open));
                    for (Block block : open) {
                        block.update(now.getOrDefault(block.jobId, BlockStatus.of(State.MISSING)));
                    }
                } catch (BlockException e) {
                    blocks.problem(e);
                }
                blocks.publish();
                Thread.sleep(pauseMs);
                pauseMs = Math.min(1000, pauseMs * 2);
            }
        } catch (InterruptedException e) {
            interrupted = true;
            return "interrupted while blocks were cancelled: " + blocks.states();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
