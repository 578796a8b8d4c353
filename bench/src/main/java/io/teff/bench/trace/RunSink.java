// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.monitor.EventBatch;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.util.List;

/** Takes what is read of runs, bit by bit. One thread. */
interface RunSink extends AutoCloseable {
    /**
     * Events of a worker, or of the {@linkplain RunReader#callers callers}, in the order of their ends;
     * some before them may be missing.
     */
    void events(RunReader run, int row, EventBatch batch) throws IOException;

    /** The state of an engine at one moment: several times if it is followed, at least once. */
    void snapshot(RunReader run, MonitorSnapshot snapshot) throws IOException;

    /** All has been read: writes what is still to be written. */
    void finish(List<RunReader> runs) throws IOException;

    /** Frees what it holds, finished or not. */
    @Override
    void close() throws IOException;
}
