// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.ForkTask;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.RecursiveTask;

/**
 * Fibonacci numbers by recursion without cut-off, in each runtime's idioms.
 *
 * <p>Every form makes 2 F(n+1) - 1 activations; half of them less one are forked.
 */
public final class Fib {
    /** Fork/join on the engine, a long in and one out, no objects: what nobody stole is taken back. */
    public static final LongTask TYPED = new Typed();

    /** The same with a join for all forks, which is shorter to write. */
    static final LongTask JOINED = new Joined();

    private Fib() {}

    /** F(n) by a loop: what the others must give. */
    public static long of(int n) {
        long a = 0;
        long b = 1;
        for (int i = 0; i < n; i++) {
            long next = a + b;
            a = b;
            b = next;
        }
        return a;
    }

    /** Activations of the recursion for n: calls of a function or runs of a task. */
    public static long activations(int n) {
        return 2 * of(n + 1) - 1;
    }

    /** The recursion itself, in plain Java. */
    public static long plain(int n) {
        return n < 2 ? n : plain(n - 1) + plain(n - 2);
    }

    private static final class Typed extends LongTask {
        @Override
        protected long compute(Worker w, long n) {
            if (n < 2) {
                return n;
            }
            int forked = fork(w, n - 1);
            long right = compute(w, n - 2);
            return right + (unfork(w, forked) ? compute(w, n - 1) : join(w, forked));
        }
    }

    private static final class Joined extends LongTask {
        @Override
        protected long compute(Worker w, long n) {
            if (n < 2) {
                return n;
            }
            int forked = fork(w, n - 1);
            long right = compute(w, n - 2);
            return right + join(w, forked);
        }
    }

    /** One object per fork; the result comes back as an object too. */
    public static final class Task extends ForkTask<Long> {
        private final int n;

        public Task(int n) {
            this.n = n;
        }

        @Override
        protected Long compute(Worker w) {
            if (n < 2) {
                return (long) n;
            }
            Task left = new Task(n - 1);
            left.fork(w);
            long right = new Task(n - 2).compute(w);
            return left.join(w) + right;
        }
    }

    /** One object per fork; the result stays in a field. */
    public static final class FieldTask extends ForkTask<Void> {
        private final int n;
        long result;

        public FieldTask(int n) {
            this.n = n;
        }

        @Override
        protected Void compute(Worker w) {
            if (n < 2) {
                result = n;
                return null;
            }
            FieldTask left = new FieldTask(n - 1);
            left.fork(w);
            FieldTask right = new FieldTask(n - 2);
            right.compute(w);
            left.join(w);
            result = left.result + right.result;
            return null;
        }
    }

    /**
     * ForkJoinPool's leanest idiom: only what is forked is an object, and what nobody stole is
     * taken back and called as a plain function. No boxing.
     */
    public static final class Lean extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final int n;
        private long result;

        public Lean(int n) {
            this.n = n;
        }

        /** F(n), once the task is done. */
        public long result() {
            return result;
        }

        @Override
        protected void compute() {
            result = fib(n);
        }

        private static long fib(int n) {
            if (n < 2) {
                return n;
            }
            Lean forked = new Lean(n - 1);
            forked.fork();
            long right = fib(n - 2);
            if (forked.tryUnfork()) {
                return right + fib(n - 1);
            }
            forked.join();
            return right + forked.result;
        }
    }

    /** An object per activation, results in fields. */
    public static final class Field extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final int n;
        long result;

        public Field(int n) {
            this.n = n;
        }

        @Override
        protected void compute() {
            if (n < 2) {
                result = n;
                return;
            }
            Field left = new Field(n - 1);
            left.fork();
            Field right = new Field(n - 2);
            right.compute();
            left.join();
            result = left.result + right.result;
        }
    }

    /** As the JDK's own documentation shows it. */
    public static final class Textbook extends RecursiveTask<Long> {
        private static final long serialVersionUID = 1;

        private final int n;

        public Textbook(int n) {
            this.n = n;
        }

        @Override
        protected Long compute() {
            if (n < 2) {
                return (long) n;
            }
            Textbook left = new Textbook(n - 1);
            left.fork();
            return new Textbook(n - 2).compute() + left.join();
        }
    }

    /** Both halves as tasks, by {@link ForkJoinTask#invokeAll(ForkJoinTask, ForkJoinTask)}. */
    public static final class InvokeAll extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final int n;
        long result;

        public InvokeAll(int n) {
            this.n = n;
        }

        @Override
        protected void compute() {
            if (n < 2) {
                result = n;
                return;
            }
            InvokeAll left = new InvokeAll(n - 1);
            InvokeAll right = new InvokeAll(n - 2);
            invokeAll(left, right);
            result = left.result + right.result;
        }
    }
}
