// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.util.Collection;
import java.util.Map;

/**
 * Where blocks come from: one block is one batch job, or what takes its place. Called by one thread
 * at a time; a call may take seconds, and ends early when its thread is interrupted.
 */
public interface BlockProvider {
    /** A short word for the system: {@code local}, {@code slurm}. */
    String name();

    /** Starts one block; its id in that system. */
    String submit(BlockJob job) throws BlockException, InterruptedException;

    /** What each of these jobs does now; an id that the system does not know is MISSING. */
    Map<String, BlockStatus> status(Collection<String> ids)
            throws BlockException, InterruptedException;

    /** Cancels; no error for one that has ended or was never there. */
    void cancel(Collection<String> ids) throws BlockException, InterruptedException;
}
