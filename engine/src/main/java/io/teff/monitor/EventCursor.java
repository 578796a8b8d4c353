// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.util.Objects;

/**
 * Where one reader is in the rings of a file. It goes at its own pace; what it was too slow for it
 * counts as dropped. One thread at a time; a reader may have several cursors.
 */
public final class EventCursor {
    private final MonitorReader reader;
    private final long[] next; // by ring
    private long dropped;

    EventCursor(MonitorReader reader, long[] next) {
        this.reader = reader;
        this.next = next;
    }

    /** Workers that have a ring. */
    public int workers() {
        return next.length - 1;
    }

    /**
     * The next events of a worker, as far as they are there.
     *
     * @param most how many at most
     * @throws BadMonitorFile if the file was cut meanwhile
     */
    public EventBatch poll(int worker, int most) throws IOException {
        return pollRing(Objects.checkIndex(worker, workers()), most);
    }

    /**
     * As {@link #poll}, of the threads that are no workers: the tiles that callers of loops compute
     * themselves.
     */
    public EventBatch pollCallers(int most) throws IOException {
        return pollRing(workers(), most);
    }

    private EventBatch pollRing(int ring, int most) throws IOException {
        EventBatch batch = reader.events(ring, next[ring], most);
        next[ring] = batch.next();
        dropped += batch.dropped();
        return batch;
    }

    /** How many events were overwritten before this cursor came to them, over all rings. */
    public long dropped() {
        return dropped;
    }
}
