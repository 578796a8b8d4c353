// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** What a worker does in a run of a graph. There is a copy for each class of node body. */
abstract class GraphKernel {
    /**
     * Runs a node, or follows some edges, and then all that becomes ready by that.
     *
     * @param start the node, or {@link GraphRun#NONE}
     * @param from the first of the edges
     * @param to the end of the edges
     * @param root whether this is the whole run
     */
    abstract void drain(GraphRun run, Worker w, int start, int from, int to, boolean root);
}
