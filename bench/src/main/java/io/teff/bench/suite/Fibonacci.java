// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/** {@code fib}: the n-th Fibonacci number by recursion with no cut-off. */
final class Fibonacci extends SuiteProgram {
    private static final Forks FORKS = new Forks();

    private final int n;
    private final long expected;
    private long answer;

    Fibonacci(int n) {
        super("fib", Map.of("n", n));
        this.n = n;
        long a = 0;
        long b = 1;
        for (int i = 0; i < n; i++) {
            long next = a + b;
            a = b;
            b = next;
        }
        expected = a;
    }

    @Override
    void prepare() {
        answer = -1;
    }

    @Override
    void plain() {
        answer = fib(n);
    }

    private static long fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    @Override
    void engine(Engine engine) {
        answer = engine.invoke(FORKS, n);
    }

    private static final class Forks extends LongTask {
        @Override
        protected long compute(Worker w, long n) {
            if (n < 2) {
                return n;
            }
            int left = fork(w, n - 1);
            long right = compute(w, n - 2);
            return right + (unfork(w, left) ? compute(w, n - 1) : join(w, left));
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        Action root = new Action(n);
        pool.invoke(root);
        answer = root.result;
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final int n;
        private long result;

        Action(int n) {
            this.n = n;
        }

        @Override
        protected void compute() {
            result = fib(n);
        }

        private static long fib(int n) {
            if (n < 2) {
                return n;
            }
            Action left = new Action(n - 1);
            left.fork();
            long right = fib(n - 2);
            if (left.tryUnfork()) {
                return right + fib(n - 1);
            }
            left.join();
            return right + left.result;
        }
    }

    @Override
    boolean isRight() {
        return answer == expected;
    }
}
