// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * One block to be started.
 *
 * @param name what users see in a queue
 * @param command a complete command line for {@code /bin/sh}
 * @param nodes how many machines it takes
 * @param tasksPerNode how many processes the command starts on each of them
 * @param walltime after which the system may end it; null: no limit
 * @param directory where the command runs and where its output goes; must exist
 */
public record BlockJob(
        String name,
        String command,
        int nodes,
        int tasksPerNode,
        Duration walltime,
        Path directory) {
    public BlockJob {
        Objects.requireNonNull(directory, "directory");
        if (name.isBlank() || command.isBlank()) {
            throw new IllegalArgumentException(
                    "a block needs a name and a command: \"" + name + "\", \"" + command + "\"");
        }
        if (nodes < 1 || tasksPerNode < 1) {
            throw new IllegalArgumentException(
                    "nodes and tasksPerNode must be at least 1: " + nodes + ", " + tasksPerNode);
        }
        if (walltime != null && (walltime.isZero() || walltime.isNegative())) {
            throw new IllegalArgumentException(
                    "walltime must be positive, or null for none: " + walltime);
        }
    }
}
