// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One block of {@link Blocks}, from being asked for to its end. Only its thread uses it. */
final class Block {
    /** A system may need a while to know a block that it has just taken, or to show how it ended. */
    private static final int MISSES = 3;

    final String id;
    final String jobName;
    final String jobId; // null: there is no job, since it could not be submitted
    private BlockStatus status;
    private int misses;
    private boolean wasConnected;
    private boolean leaving; // gets no further tasks, and goes when it has none
    private boolean cancelled; // by us

    Block(String id, String jobName, String jobId, BlockStatus status) {
        this.id = id;
        this.jobName = jobName;
        this.jobId = jobId;
        this.status = status;
    }

    BlockStatus status() {
        return status;
    }

    /** What the provider says now. */
    void update(BlockStatus now) {
        if (isOver()) {
            return;
        }
        if (now.state() == State.MISSING) {
            misses++;
            if (misses < MISSES && !cancelled) {
                return;
            }
        } else {
            misses = 0;
        }
        // whatever word a system has for the end that we gave it
        boolean failedUnlessWanted = now.state() == State.MISSING || now.state() == State.FAILED;
        status =
                cancelled && failedUnlessWanted
                        ? new BlockStatus(State.CANCELLED, now.exitCode(), now.message())
                        : now;
    }

    void sawManager() {
        wasConnected = true;
    }

    boolean hasSeenManager() {
        return wasConnected;
    }

    boolean isOver() {
        return status.state().isTerminal();
    }

    /** Whether it runs tasks now or will do so. */
    boolean isActive() {
        return !isOver() && !leaving && !cancelled;
    }

    boolean isLeaving() {
        return leaving && !cancelled && !isOver();
    }

    void leave() {
        leaving = true;
    }

    void setCancelled() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /**
     * Ended in a way that the next block will hardly escape: without any manager having been there,
     * or with an error that a manager itself has reported. A signal or the loss of a node after
     * managers were there is bad luck, and no failure.
     */
    boolean hasFailed() {
        if (!isOver() || cancelled) {
            return false;
        }
        Integer code = status.exitCode();
        boolean reported = status.state() == State.FAILED && code != null && code > 0 && code < 128;
        return reported || !wasConnected;
    }

    /** Why, for a person. */
    String failure(Path directory) {
        StringBuilder text = new StringBuilder("block ").append(id);
        if (jobId != null) {
            text.append(" (job ").append(jobId).append(')');
        }
        text.append(": ").append(status.state());
        if (status.exitCode() != null) {
            text.append(", exit code ").append(status.exitCode());
        }
        if (!status.message().isBlank()) {
            text.append(", ").append(status.message());
        }
        if (jobId != null && !wasConnected) {
            text.append(", no manager of it ever registered");
        }
        String errors = jobId == null ? "" : errors(directory.resolve(jobName + ".err"));
        if (!errors.isBlank()) {
            text.append("; its last words: ").append(errors);
        }
        return text.toString();
    }

    private static String errors(Path file) {
        try {
            return Files.exists(file) ? BatchCommand.readTail(file).strip() : "";
        } catch (IOException e) {
            return "(cannot read " + file + ": " + e.getMessage() + ")";
        }
    }
}
