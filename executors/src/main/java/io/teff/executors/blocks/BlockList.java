// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The blocks that there are and were, and the provider's word on each. Only the thread of {@link
 * Blocks} uses it, except for what it publishes: {@link #states} and {@link #problem}.
 */
final class BlockList {
    /** Blocks that are over are forgotten, oldest first, beyond so many. */
    private static final int REMEMBERED = 1000;

    private final BlocksConfig config;
    private final BlockProvider provider;
    private final Launcher launcher;
    private final Function<String, String> managerCommandOfBlock;
    private final List<Block> blocks = new ArrayList<>();
    private int made;
    private boolean submitFailed; // the last attempt
    private volatile Map<String, BlockStatus> states = Map.of();
    private volatile Exception problem;

    BlockList(
            BlocksConfig config,
            BlockProvider provider,
            Launcher launcher,
            Function<String, String> managerCommandOfBlock) {
        this.config = config;
        this.provider = provider;
        this.launcher = launcher;
        this.managerCommandOfBlock = managerCommandOfBlock;
    }

    /** Oldest first. */
    List<Block> all() {
        return blocks;
    }

    int active() {
        return (int) blocks.stream().filter(Block::isActive).count();
    }

    boolean didSubmitFail() {
        return submitFailed;
    }

    /** As it was last published; any thread. */
    Map<String, BlockStatus> states() {
        return states;
    }

    /** What last went wrong with the provider, null: nothing; any thread. */
    Exception problem() {
        return problem;
    }

    void problem(Exception e) {
        problem = e;
    }

    String command(String id) {
        String launch = launcher.wrap(managerCommandOfBlock.apply(id), 1, config.nodesPerBlock());
        String init = config.workerInit().isBlank() ? "" : config.workerInit() + "\n";
        return "export TEFF_BLOCK_ID=" + id + "\n" + init + launch;
    }

    /** A block that cannot be submitted counts as one that failed. */
    boolean trySubmit() throws InterruptedException {
        try {
            submit();
            submitFailed = false;
            return true;
        } catch (BlockException e) {
            submitFailed = true;
            return false;
        }
    }

    Block submit() throws BlockException, InterruptedException {
        String id = Integer.toString(made++);
        String name = config.name() + "-block-" + id;
        BlockJob job =
                new BlockJob(
                        name,
                        command(id),
                        config.nodesPerBlock(),
                        1,
                        config.walltime(),
                        config.directory());
        try {
            Block block = new Block(id, name, provider.submit(job), BlockStatus.of(State.PENDING));
            blocks.add(block);
            return block;
        } catch (BlockException e) {
            problem = e;
            BlockStatus failed = new BlockStatus(State.FAILED, null, e.getMessage());
            blocks.add(new Block(id, name, null, failed));
            throw e;
        }
    }

    /** Asks the provider about all that are not over. */
    void look() throws InterruptedException {
        List<Block> open = blocks.stream().filter(block -> !block.isOver()).toList();
        if (open.isEmpty()) {
            return;
        }
        try {
            Map<String, BlockStatus> now = provider.status(jobIds(open));
            for (Block block : open) {
                block.update(now.getOrDefault(block.jobId, BlockStatus.of(State.MISSING)));
            }
        } catch (BlockException e) {
            problem = e; // the next look may do better; the blocks are not worse for it
        }
        blocks.stream()
                .filter(Block::isOver)
                .limit(Math.max(0, blocks.size() - REMEMBERED))
                .toList()
                .forEach(blocks::remove);
    }

    static List<String> jobIds(Collection<Block> some) {
        return some.stream().map(block -> block.jobId).toList();
    }

    /** What others see from now on. */
    void publish() {
        Map<String, BlockStatus> now = new LinkedHashMap<>();
        for (Block block : blocks) {
            now.put(block.id, block.status());
        }
        states = Collections.unmodifiableMap(now);
    }
}
