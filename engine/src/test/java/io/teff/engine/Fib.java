// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** Fibonacci's numbers: the shortest task that forks. */
public final class Fib extends LongTask {
    public static final LongTask FIB = new Fib();

    private Fib() {}

    @Override
    protected long compute(Worker w, long n) {
        if (n < 2) {
            return n;
        }
        int right = fork(w, n - 1);
        long left = compute(w, n - 2);
        return left + join(w, right);
    }
}
