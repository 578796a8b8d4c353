package io.teff.engine;

/** Stub: override exactly one of the three compute methods. */
public abstract class LongTask {
    protected long compute(Worker w, long a) {
        throw new UnsupportedOperationException("override one of the compute methods");
    }

    protected long compute(Worker w, long a, long b) {
        return compute(w, a);
    }

    protected long compute(Worker w, long a, long b, Object ref) {
        return compute(w, a, b);
    }

    protected final int fork(Worker w, long a) {
        return fork(w, a, 0, null);
    }

    protected final int fork(Worker w, long a, long b) {
        return fork(w, a, b, null);
    }

    protected final int fork(Worker w, long a, long b, Object ref) {
        throw new UnsupportedOperationException("stub");
    }

    protected final long join(Worker w, int forked) {
        throw new UnsupportedOperationException("stub");
    }
}
