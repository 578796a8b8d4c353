// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** What the nodes of a {@link GraphNodes} block do: one object, which is told which of them it is. */
@FunctionalInterface
public interface NodeBody {
    /**
     * The work of one node. It sees what the nodes before it have written.
     *
     * @param w the worker that runs it, for forks, and to tell private places of workers apart
     * @param i which node of its block, from 0
     */
    void run(Worker w, int i);
}
