// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Fork/join work in plain numbers: up to two longs and a reference in, a long out, and no object per
 * fork.
 *
 * <p>Override exactly one {@code compute}, and make the instance a constant: one object serves any
 * number of concurrent computations.
 *
 * <pre>{@code
 * static final LongTask FIB = new LongTask() {
 *     @Override
 *     protected long compute(Worker w, long n) {
 *         if (n < 2) {
 *             return n;
 *         }
 *         int right = fork(w, n - 1);     // may be stolen; costs a few stores
 *         long left = compute(w, n - 2);
 *         return left + join(w, right);   // not stolen: a plain call
 *     }
 * };
 * }</pre>
 *
 * <p>Forks are joined in reverse order, by the same {@code compute} that made them. The token makes
 * the join cheap as well as checked: the position to return to comes from a register and not from
 * the worker's memory, which each nested fork has just written.
 *
 * <p>Errors: what a forked task throws, its join throws. An exception that leaves {@code compute}
 * between fork and join drops the forks that nobody has begun, and waits for those that were stolen
 * before it reaches whoever called {@link Engine#invoke}. A join whose token is not the newest
 * unjoined fork throws {@link IllegalStateException}; so does a computation that ends with forks it
 * never joined.
 */
public abstract class LongTask {
    /** For subclasses. */
    protected LongTask() {}

    /** Computes from one long. */
    protected long compute(Worker w, long a) {
        throw new UnsupportedOperationException(
                getClass().getName() + " overrides none of LongTask's compute methods");
    }

    /** Computes from two longs. */
    protected long compute(Worker w, long a, long b) {
        return compute(w, a);
    }

    /** Computes from two longs and a reference. */
    protected long compute(Worker w, long a, long b, Object ref) {
        return compute(w, a, b);
    }

    /** Forks this task with {@code a}, 0 and null. Only inside compute, with the worker it was given. */
    protected final int fork(Worker w, long a) {
        return fork(w, a, 0, null);
    }

    /** Forks this task with {@code a}, {@code b} and null. */
    protected final int fork(Worker w, long a, long b) {
        return fork(w, a, b, null);
    }

    /**
     * Forks this task: any idle worker may run it from now on.
     *
     * @return the token for {@link #join}
     * @throws IllegalStateException if {@code w} is null, or more forks are open than the engine's
     *     {@link EngineConfig#maxForks()}
     */
    protected final int fork(Worker w, long a, long b, Object ref) {
        if (w == null) {
            throw Worker.noWorker("fork");
        }
        assert w.isCurrent() : w.strayThread("fork");
        return w.push(this, a, b, ref);
    }

    /**
     * The result of the newest unjoined fork: computed here if nobody has stolen it.
     *
     * @param forked what {@code fork} returned
     * @throws IllegalStateException if that is not the newest unjoined fork of {@code w}
     */
    protected final long join(Worker w, int forked) {
        if (w == null) {
            throw Worker.noWorker("join");
        }
        if (forked < w.split || w.head != forked + 1) {
            return w.joinSlow(forked);
        }
        w.head = forked;
        Frame frame = w.frames[forked];
        return compute(w, frame.a, frame.b, frame.ref);
    }
}
