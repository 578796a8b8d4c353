package io.teff.engine;

/** Stub: one object per task; fields in, object out. */
public abstract class ForkTask<R> {
    protected abstract R compute(Worker w);

    public final void fork(Worker w) {
        throw new UnsupportedOperationException("stub");
    }

    public final R join(Worker w) {
        throw new UnsupportedOperationException("stub");
    }
}
