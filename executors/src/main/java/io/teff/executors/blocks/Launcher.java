// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

/** Makes of the command line that starts one manager the command line of a whole block. */
@FunctionalInterface
public interface Launcher {
    /** The line for {@code /bin/sh} that runs {@code command} so often on each node. */
    String wrap(String command, int tasksPerNode, int nodes);
}
