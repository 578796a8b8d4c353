// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.util.Objects;

/**
 * What a block does.
 *
 * @param state where it is in its life
 * @param exitCode of its command, null while unknown
 * @param message what the system says about it, may be empty
 */
public record BlockStatus(State state, Integer exitCode, String message) {
    /** The life of a block, in words that all systems share. */
    public enum State {
        PENDING,
        RUNNING,
        COMPLETED,
        FAILED,
        CANCELLED,
        TIMEOUT,
        HELD,
        MISSING;

        /** Whether nothing more happens to a block in this state. */
        public boolean isTerminal() {
            return this == COMPLETED
                    || this == FAILED
                    || this == CANCELLED
                    || this == TIMEOUT
                    || this == MISSING;
        }
    }

    public BlockStatus {
        Objects.requireNonNull(state, "state");
        message = message == null ? "" : message;
    }

    /** Without exit code and message. */
    public static BlockStatus of(State state) {
        return new BlockStatus(state, null, "");
    }
}
