// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Blocks that are child processes on this machine. Each is a session of its own ({@code setsid}), so
 * that cancelling it ends all that it has started: TERM first, KILL to those that stay. Where there
 * is no {@code setsid}, the descendants that can be seen are ended one by one.
 *
 * <p>Output goes to {@code NAME.out} and {@code NAME.err} in the job's directory. A block's standard
 * input stays open for as long as this JVM lives: its end tells a block that nobody wants it any
 * more. Walltime is kept as a batch system would. Thread-safe.
 */
public final class LocalProvider implements BlockProvider {
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /** What is known of one block. */
    private static final class Block {
        final Process process;
        volatile State endedBy; // null: by itself

        Block(Process process) {
            this.process = process;
        }
    }

    private final Map<String, Block> blocks = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private final Duration patience;
    private final boolean hasSessions = Files.isExecutable(SETSID);

    /** Gives processes two seconds between TERM and KILL. */
    public LocalProvider() {
        this(Duration.ofSeconds(2));
    }

    /** Gives processes {@code patience} between TERM and KILL. */
    public LocalProvider(Duration patience) {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative: " + patience);
        }
        this.patience = patience;
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public String submit(BlockJob job) throws BlockException {
        if (job.nodes() != 1) {
            throw new BlockException(
                    "the local provider has one node, not "
                            + job.nodes()
                            + ": ask for more blocks instead");
        }
        List<String> line = new ArrayList<>();
        if (hasSessions) {
            line.add(SETSID.toString());
        }
        line.addAll(List.of("/bin/sh", "-c", job.command()));
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(job.directory().toFile())
                        .redirectOutput(job.directory().resolve(job.name() + ".out").toFile())
                        .redirectError(job.directory().resolve(job.name() + ".err").toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new BlockException("cannot start " + String.join(" ", line), e);
        }
        String id = process.pid() + "." + made.getAndIncrement();
        Block block = new Block(process);
        blocks.put(id, block);
        if (job.walltime() != null) {
            watch(id, block, job.walltime());
        }
        return id;
    }

    /** One daemon thread for a block with a walltime, since only few have one. */
    private void watch(String id, Block block, Duration walltime) {
        Thread watcher =
                new Thread(
                        () -> {
                            try {
                                if (!block.process.waitFor(
                                        walltime.toNanos(), TimeUnit.NANOSECONDS)) {
                                    end(List.of(block), State.TIMEOUT);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "teff-walltime-" + id);
        watcher.setDaemon(true);
        watcher.start();
    }

    @Override
    public Map<String, BlockStatus> status(Collection<String> ids) {
        Map<String, BlockStatus> all = new LinkedHashMap<>();
        for (String id : ids) {
            Block block = blocks.get(id);
            all.put(id, block == null ? BlockStatus.of(State.MISSING) : status(block));
        }
        return all;
    }

    private static BlockStatus status(Block block) {
        if (block.process.isAlive()) {
            return BlockStatus.of(State.RUNNING);
        }
        int code = block.process.exitValue();
        State endedBy = block.endedBy;
        if (endedBy != null) {
            return new BlockStatus(
                    endedBy, code, endedBy == State.TIMEOUT ? "walltime reached" : "");
        }
        return code == 0
                ? new BlockStatus(State.COMPLETED, 0, "")
                : new BlockStatus(State.FAILED, code, "exit code " + code);
    }

    @Override
    public void cancel(Collection<String> ids) throws InterruptedException {
        List<Block> ending = new ArrayList<>();
        for (String id : ids) {
            Block block = blocks.get(id);
            if (block != null) {
                ending.add(block);
            }
        }
        end(ending, State.CANCELLED);
    }

    /** TERM to all, then KILL to those that are left; returns when all are gone. */
    private void end(List<Block> ending, State why) throws InterruptedException {
        List<BlockProcesses> left = new ArrayList<>();
        for (Block block : ending) {
            if (block.process.isAlive() && block.endedBy == null) {
                block.endedBy = why;
            }
            BlockProcesses processes = BlockProcesses.of(block.process, hasSessions);
            if (processes.areAlive()) {
                processes.signal("TERM");
                left.add(processes);
            }
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            Thread.sleep(10);
            left.removeIf(p -> !p.areAlive());
        }
        for (BlockProcesses processes : left) {
            processes.signal("KILL");
        }
        for (BlockProcesses processes : left) {
            while (processes.areAlive()) {
                Thread.sleep(10);
            }
        }
    }
}
