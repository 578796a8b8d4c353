// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Fork/join work in plain numbers: a long in, a long out, and no object per fork. {@link
 * LongPairTask} takes two longs and a reference.
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
 * <p>Make the instance a constant: one object serves any number of concurrent computations. Forks are
 * joined in reverse order, by the same {@code compute} that made them. The token makes the join cheap
 * as well as checked: the position to return to comes from a register and not from the worker's
 * memory, which each nested fork has just written. Where a caller knows more of the work than the fork's
 * arguments say, {@link #unfork} gives it back instead, unless it was stolen.
 *
 * <p>Errors: what a forked task throws, its join throws. An exception that leaves {@code compute}
 * between fork and join drops the forks that nobody has begun, and waits for those that were stolen
 * before it reaches whoever called {@link Engine#invoke}. The join of an older fork gives up the newer
 * ones likewise, so that code which catches an exception may go on. A join of what is not open, or no
 * longer, throws {@link IllegalStateException}; so does a computation that ends with forks it never
 * joined.
 */
public abstract class LongTask extends Forkable {
    /** For subclasses. */
    protected LongTask() {}

    /** The work. */
    protected abstract long compute(Worker w, long a);

    /**
     * Forks this task: any idle worker may run it from now on. Only inside compute, with the worker
     * that compute was given.
     *
     * @return the token for {@link #join}
     * @throws IllegalStateException if {@code w} is null, or more forks are open than the engine's
     *     {@link EngineConfig#maxForks()}
     */
    protected final int fork(Worker w, long a) {
        check(w, "fork");
        int h = w.head;
        Frame frame = w.frames[h];
        if (frame.task != this) {
            frame.task = this; // compared first: a reference store into an old object costs a card
        }
        frame.a = a;
        w.head = h + 1;
        if (h >= w.limitOpaque()) {
            w.pushed();
        }
        return h;
    }

    /**
     * The result of the newest unjoined fork: computed here if nobody has stolen it.
     *
     * @param forked what {@code fork} returned
     * @throws IllegalStateException if that is no open fork of {@code w}
     */
    protected final long join(Worker w, int forked) {
        check(w, "join");
        if (forked < w.split || w.head != forked + 1) {
            return w.joiner.join(forked);
        }
        w.head = forked;
        return compute(w, w.frames[forked].a);
    }

    @Override
    final long run(Worker w, long a, long b, Object ref) {
        return compute(w, a);
    }
}
