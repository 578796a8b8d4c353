package io.teff.engine;

/** Stub: a lane for one producer thread; typed slots, batch publish, no allocation. */
public final class Submitter implements AutoCloseable {
    private Submitter() {}

    public void submit(LongTask task, long a) {
        submit(task, a, 0, null);
    }

    public void submit(LongTask task, long a, long b) {
        submit(task, a, b, null);
    }

    public void submit(LongTask task, long a, long b, Object ref) {
        throw new UnsupportedOperationException("stub");
    }

    /** Publishes what was submitted since the last batch. */
    public void flush() {}

    /** Flushes, then waits until every submitted task has run. */
    public void await() {}

    @Override
    public void close() {}
}
