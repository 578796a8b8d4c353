// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** What a submission does when the ring it goes to is full. */
public enum FullPolicy {
    /** The caller runs the task itself, there and then. */
    HELP,

    /** The caller waits until there is room. */
    BLOCK,

    /** The caller waits for {@link EngineConfig#fullTimeout()}, then gets a rejection. */
    TIMED,

    /** The caller gets a {@link java.util.concurrent.RejectedExecutionException} at once. */
    REJECT
}
