// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.util.List;

/** When so many blocks have failed that more make no sense. The thread of {@link Blocks} only. */
final class BlockErrors {
    /** A person reads the reasons: the last ones say it all. */
    private static final int TOLD = 5;

    private final BlocksConfig config;

    BlockErrors(BlocksConfig config) {
        this.config = config;
    }

    /** Why to give up, null: there is hope. {@code blocks} are all there were, oldest first. */
    BlockException judge(List<Block> blocks, String provider) {
        List<Block> judged =
                switch (config.errorHandler()) {
                    case OFF -> List.of();
                    case SIMPLE ->
                            blocks.size() < Math.max(1, config.initBlocks()) ? List.of() : blocks;
                    case WINDOWED -> last(blocks, config.errorWindow());
                };
        if (judged.isEmpty() || !judged.stream().allMatch(Block::hasFailed)) {
            return null;
        }
        StringBuilder why = new StringBuilder();
        why.append("the last ").append(judged.size()).append(" blocks of ").append(provider);
        why.append(" failed");
        for (Block block : judged.subList(Math.max(0, judged.size() - TOLD), judged.size())) {
            why.append("\n  ").append(block.failure(config.directory()));
        }
        return new BlockException(why.toString());
    }

    private static List<Block> last(List<Block> blocks, int count) {
        return blocks.size() < count
                ? List.of()
                : blocks.subList(blocks.size() - count, blocks.size());
    }
}
