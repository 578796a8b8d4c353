// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * Fork/join work as an object: fields in, an object out. One allocation per fork, and still two to
 * three times as fast as a {@code RecursiveTask}; where numbers suffice {@link LongTask} allocates
 * nothing.
 *
 * <pre>{@code
 * final class Fib extends ForkTask<Long> {
 *     final int n;
 *
 *     Fib(int n) {
 *         this.n = n;
 *     }
 *
 *     @Override
 *     protected Long compute(Worker w) {
 *         if (n < 2) {
 *             return (long) n;
 *         }
 *         Fib right = new Fib(n - 1);
 *         right.fork(w);
 *         long left = new Fib(n - 2).compute(w);
 *         return left + right.join(w);
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are LongTask's: join in reverse order of forking, inside the compute that forked. A
 * task object is forked and joined at most once.
 *
 * @param <R> what it computes
 */
public abstract class ForkTask<R> {
    /** How a stolen ForkTask is run: it rides in the frame's reference. */
    static final LongPairTask STOLEN =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    ((ForkTask<?>) ref).run(w);
                    return 0;
                }
            };

    private static final int NOT_FORKED = -1;

    private int token = NOT_FORKED;
    private R result; // written by the thief before the frame is DONE, read by join after

    /** For subclasses. */
    protected ForkTask() {}

    /** The work. */
    protected abstract R compute(Worker w);

    /**
     * Forks this task: any idle worker may run it from now on.
     *
     * @throws IllegalStateException if {@code w} is null, or too many forks are open
     */
    public final void fork(Worker w) {
        Forkable.check(w, "fork");
        token = w.push(STOLEN, this);
    }

    /**
     * The result, computed here if nobody has stolen the task.
     *
     * @throws IllegalStateException if this is no open fork of {@code w}
     */
    public final R join(Worker w) {
        Forkable.check(w, "join");
        int forked = token;
        if (forked < w.split || w.head != forked + 1) {
            w.joiner.join(forked); // runs it by STOLEN, or waits for whoever does
            return result;
        }
        w.head = forked;
        return compute(w);
    }

    /**
     * Takes this task back, unless somebody has stolen it: then it was never forked, and the caller computes
     * it, or does its work in some other way.
     *
     * @return false if it was stolen, and is still to be joined
     * @throws IllegalStateException if this is no open fork of {@code w}
     */
    public final boolean unfork(Worker w) {
        return STOLEN.unfork(w, token);
    }

    private void run(Worker w) {
        result = compute(w);
    }

    /** After a run by {@link #STOLEN}. */
    R result() {
        return result;
    }
}
