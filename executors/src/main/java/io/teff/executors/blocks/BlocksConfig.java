// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How many blocks there are, how large they are, and when they come and go. Immutable. What a batch
 * system wants to know beyond that is in {@link BatchOptions}.
 *
 * @param name the beginning of the blocks' names
 * @param directory where blocks run and leave their output; exists
 * @param initBlocks how many are started at once
 * @param minBlocks fewer there are never, but with {@link Strategy#NONE}
 * @param maxBlocks more the strategy never starts
 * @param nodesPerBlock machines of one block
 * @param parallelism how many slots there shall be for each task, from 0 to 1
 * @param walltime after which the system may end a block; null: no limit
 * @param workerInit shell text that runs in each block before anything else
 * @param strategy when blocks come and go
 * @param period between two decisions, and between two looks at the blocks
 * @param maxIdle for how long there must be nothing to do before blocks go
 * @param errorHandler when so many blocks have failed that more make no sense
 * @param errorWindow how many failures in a row are enough for {@link ErrorHandler#WINDOWED}
 * @param closeTimeout how long closing waits for the blocks to be gone
 */
public record BlocksConfig(
        String name,
        Path directory,
        int initBlocks,
        int minBlocks,
        int maxBlocks,
        int nodesPerBlock,
        double parallelism,
        Duration walltime,
        String workerInit,
        Strategy strategy,
        Duration period,
        Duration maxIdle,
        ErrorHandler errorHandler,
        int errorWindow,
        Duration closeTimeout) {

    /** When blocks come and go. */
    public enum Strategy {
        /** The first blocks, and nothing after. */
        NONE,
        /**
         * More when there are fewer slots than {@code parallelism} wants for the tasks; down to
         * the least when nothing was to do for {@code maxIdle}.
         */
        SIMPLE,
        /** As SIMPLE; also single blocks go that were idle for {@code maxIdle} and are too many. */
        AUTO
    }

    /** When so many blocks have failed that the executor gives up. */
    public enum ErrorHandler {
        /** When the first blocks, {@code max(1, initBlocks)} of them, have all failed. */
        SIMPLE,
        /** When the last {@code errorWindow} blocks have all failed. */
        WINDOWED,
        /** Never. */
        OFF
    }

    public BlocksConfig {
        Objects.requireNonNull(workerInit, "workerInit");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(errorHandler, "errorHandler");
        if (!name.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "name has letters, digits, '_', '.' and '-' only, and starts with a letter: \""
                            + name
                            + "\"");
        }
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("directory must exist: " + directory);
        }
        if (minBlocks < 0 || initBlocks < minBlocks || maxBlocks < initBlocks || maxBlocks == 0) {
            throw new IllegalArgumentException(
                    "must be 0 <= minBlocks <= initBlocks <= maxBlocks, and maxBlocks at least 1: "
                            + minBlocks
                            + ", "
                            + initBlocks
                            + ", "
                            + maxBlocks);
        }
        requirePositive(nodesPerBlock, "nodesPerBlock");
        requirePositive(errorWindow, "errorWindow");
        if (!(parallelism >= 0 && parallelism <= 1)) {
            throw new IllegalArgumentException("parallelism must be from 0 to 1: " + parallelism);
        }
        if (walltime != null) {
            requirePositive(walltime, "walltime");
        }
        requirePositive(period, "period");
        requirePositive(closeTimeout, "closeTimeout");
        if (maxIdle.isNegative()) {
            throw new IllegalArgumentException("maxIdle must not be negative: " + maxIdle);
        }
    }

    private static void requirePositive(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1: " + value);
        }
    }

    private static void requirePositive(Duration value, String what) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive: " + value);
        }
    }

    /** A configuration for blocks that run in {@code directory}. */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /** Collects a {@link BlocksConfig}; {@link #build} checks it. Not thread-safe. */
    public static final class Builder {
        private final Path directory;
        private String name = "teff";
        private int initBlocks = -1;
        private int minBlocks;
        private int maxBlocks = -1;
        private int nodesPerBlock = 1;
        private double parallelism = 1;
        private Duration walltime;
        private String workerInit = "";
        private Strategy strategy = Strategy.SIMPLE;
        private Duration period = Duration.ofSeconds(5);
        private Duration maxIdle = Duration.ofMinutes(2);
        private ErrorHandler errorHandler = ErrorHandler.SIMPLE;
        private int errorWindow = 3;
        private Duration closeTimeout = Duration.ofMinutes(1);

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /** The beginning of the blocks' names; default: {@code teff}. */
        public Builder name(String prefix) {
            name = prefix;
            return this;
        }

        /** How many blocks are started at once; default: 1, or minBlocks if that is more. */
        public Builder initBlocks(int blocks) {
            initBlocks = blocks;
            return this;
        }

        /** The fewest blocks; default: 0. */
        public Builder minBlocks(int blocks) {
            minBlocks = blocks;
            return this;
        }

        /** The most blocks; default: as many as initBlocks, or 1. */
        public Builder maxBlocks(int blocks) {
            maxBlocks = blocks;
            return this;
        }

        /** Machines of one block; default: 1. */
        public Builder nodesPerBlock(int nodes) {
            nodesPerBlock = nodes;
            return this;
        }

        /** Slots wanted for each task, from 0 to 1; default: 1. */
        public Builder parallelism(double slotsPerTask) {
            parallelism = slotsPerTask;
            return this;
        }

        /** After which the system may end a block; default: no limit. */
        public Builder walltime(Duration limit) {
            walltime = limit;
            return this;
        }

        /** Shell text that runs in each block first; default: none. */
        public Builder workerInit(String shellText) {
            workerInit = shellText;
            return this;
        }

        /** When blocks come and go; default: {@link Strategy#SIMPLE}. */
        public Builder strategy(Strategy when) {
            strategy = when;
            return this;
        }

        /** Between two decisions; default: 5 s. */
        public Builder period(Duration time) {
            period = time;
            return this;
        }

        /** How long nothing must be to do before blocks go; default: 120 s. */
        public Builder maxIdle(Duration time) {
            maxIdle = time;
            return this;
        }

        /** When to give up; default: {@link ErrorHandler#SIMPLE}. */
        public Builder errorHandler(ErrorHandler when) {
            errorHandler = when;
            return this;
        }

        /** Failures in a row that WINDOWED gives up after; default: 3. */
        public Builder errorWindow(int blocks) {
            errorWindow = blocks;
            return this;
        }

        /** How long closing waits for the blocks to be gone; default: 60 s. */
        public Builder closeTimeout(Duration time) {
            closeTimeout = time;
            return this;
        }

        /** The configuration, checked. */
        public BlocksConfig build() {
            int init = initBlocks >= 0 ? initBlocks : Math.max(1, minBlocks);
            return new BlocksConfig(
                    name,
                    directory,
                    init,
                    minBlocks,
                    maxBlocks >= 0 ? maxBlocks : Math.max(1, init),
                    nodesPerBlock,
                    parallelism,
                    walltime,
                    workerInit,
                    strategy,
                    period,
                    maxIdle,
                    errorHandler,
                    errorWindow,
                    closeTimeout);
        }
    }
}
