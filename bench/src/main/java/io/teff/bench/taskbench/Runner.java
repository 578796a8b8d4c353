// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

/** A system with the graphs of a run laid down in it, as far as it can do that beforehand. */
interface Runner extends AutoCloseable {
    /**
     * Runs all graphs once and waits for their end; {@link Points#nextRun} was called before.
     *
     * @throws Exception what the first task that failed has thrown, or a wrapper of that
     */
    void run() throws Exception;

    /** Ends its threads. */
    @Override
    void close();
}
