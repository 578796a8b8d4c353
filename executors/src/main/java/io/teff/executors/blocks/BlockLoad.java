// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What a pool of blocks needs to know of the executor that runs in them. Thread-safe. */
public interface BlockLoad {
    /** Tasks that were submitted and have not ended. */
    int outstanding();

    /** How many tasks one node runs at a time. */
    int workersPerNode();

    /**
     * Block id to how long it has had nothing to do; a block that is busy or not connected is
     * absent.
     */
    Map<String, Duration> idle();

    /** Blocks with at least one manager registered. */
    Set<String> connected();

    /** Blocks that have ever had a manager registered; those that have one now, if nobody knows. */
    default Set<String> everConnected() {
        return connected();
    }

    /** No further tasks to this block, also not to managers of it that register later. */
    void hold(String blockId);

    /** The executor is in bad state: every task fails with {@code reason}, later ones too. */
    void failAll(Throwable reason);
}
