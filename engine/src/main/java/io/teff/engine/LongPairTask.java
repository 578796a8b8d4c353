// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Fork/join work with two longs and a reference in, a long out, and no object per fork: ranges over
 * an array, boards in two bit masks. The rules are {@link LongTask}'s.
 *
 * <pre>{@code
 * static final LongPairTask SUM = new LongPairTask() {
 *     @Override
 *     protected long compute(Worker w, long lo, long hi, Object ref) {
 *         long[] values = (long[]) ref;
 *         if (hi - lo == 1) {
 *             return values[(int) lo];
 *         }
 *         long middle = (lo + hi) >>> 1;
 *         int right = fork(w, middle, hi, values);
 *         long left = compute(w, lo, middle, values);
 *         return left + join(w, right);
 *     }
 * };
 * }</pre>
 */
public abstract class LongPairTask extends Forkable {
    /** For subclasses. */
    protected LongPairTask() {}

    /** The work. */
    protected abstract long compute(Worker w, long a, long b, Object ref);

    /** As {@link LongTask#fork}. */
    protected final int fork(Worker w, long a, long b, Object ref) {
        check(w, "fork");
        return w.push(this, a, b, ref);
    }

    /** As {@link LongTask#join}. */
    protected final long join(Worker w, int forked) {
        check(w, "join");
        if (forked < w.split || w.head != forked + 1) {
            return w.joiner.join(forked);
        }
        w.head = forked;
        Frame frame = w.frames[forked];
        return compute(w, frame.a, frame.b, frame.ref);
    }

    @Override
    final long run(Worker w, long a, long b, Object ref) {
        return compute(w, a, b, ref);
    }
}
