// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code matmul}: the product of two square matrices by quarters: four products at a time, and when they
 * are there the four that are added to them. Below a cut-off, three loops.
 */
final class MatrixProduct extends SuiteProgram {
    private static final Forks FORKS = new Forks();

    private final int n;
    private final Operands operands;

    MatrixProduct(int n, int cutOff) {
        super("matmul", params(n, cutOff));
        this.n = n;
        operands = new Operands(new double[n * n], new double[n * n], new double[n * n], n, cutOff);
    }

    private static Map<String, Object> params(int n, int cutOff) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("n", n);
        params.put(CUT_OFF, cutOff);
        return params;
    }

    @Override
    void prepare() {
        if (operands.a[0] == 0) {
            System.arraycopy(Matrices.wholeNumbers(n, 1), 0, operands.a, 0, n * n);
            System.arraycopy(Matrices.wholeNumbers(n, 2), 0, operands.b, 0, n * n);
        }
        Arrays.fill(operands.c, 0);
    }

    /** {@code c = a b}. Blocks are given by the indices of their first elements. */
    private static final class Operands {
        private final double[] a;
        private final double[] b;
        private final double[] c;
        private final int n;
        private final int cutOff;

        Operands(double[] a, double[] b, double[] c, int n, int cutOff) {
            this.a = a;
            this.b = b;
            this.c = c;
            this.n = n;
            this.cutOff = cutOff;
        }

        void sequentially(int ci, int ai, int bi, int size) {
            Matrices.multiplyAdd(c, ci, a, ai, b, bi, size, n);
        }
    }

    @Override
    void plain() {
        plain(operands, 0, 0, 0, n);
    }

    private static void plain(Operands m, int c, int a, int b, int size) {
        if (size <= m.cutOff) {
            m.sequentially(c, a, b, size);
            return;
        }
        int half = size / 2;
        int down = half * m.n;
        for (int k = 0; k < 2; k++) {
            int left = a + k * half;
            int upper = b + k * down;
            plain(m, c, left, upper, half);
            plain(m, c + half, left, upper + half, half);
            plain(m, c + down, left + down, upper, half);
            plain(m, c + down + half, left + down, upper + half, half);
        }
    }

    @Override
    void engine(Engine engine) {
        engine.invoke(FORKS, 0, n, operands);
    }

    /** The blocks of c and of a in one long, the block of b and the size in the other. */
    private static final class Forks extends LongPairTask {
        @Override
        protected long compute(Worker w, long ca, long bSize, Object ref) {
            multiply(
                    w,
                    (Operands) ref,
                    (int) (ca >>> 32),
                    (int) ca,
                    (int) (bSize >>> 32),
                    (int) bSize);
            return 0;
        }

        private int fork(Worker w, Operands m, int c, int a, int b, int size) {
            return fork(w, (long) c << 32 | a, (long) b << 32 | size, m);
        }

        private void multiply(Worker w, Operands m, int c, int a, int b, int size) {
            if (size <= m.cutOff) {
                m.sequentially(c, a, b, size);
                return;
            }
            int half = size / 2;
            int down = half * m.n;
            for (int k = 0; k < 2; k++) {
                int left = a + k * half;
                int upper = b + k * down;
                int first = fork(w, m, c, left, upper, half);
                int second = fork(w, m, c + half, left, upper + half, half);
                int third = fork(w, m, c + down, left + down, upper, half);
                multiply(w, m, c + down + half, left + down, upper + half, half);
                join(w, third);
                join(w, second);
                join(w, first);
            }
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        pool.invoke(new Action(operands, 0, 0, 0, n));
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient Operands m;
        private final int c;
        private final int a;
        private final int b;
        private final int size;

        Action(Operands m, int c, int a, int b, int size) {
            this.m = m;
            this.c = c;
            this.a = a;
            this.b = b;
            this.size = size;
        }

        @Override
        protected void compute() {
            multiply(m, c, a, b, size);
        }

        private static Action forked(Operands m, int c, int a, int b, int size) {
            Action action = new Action(m, c, a, b, size);
            action.fork();
            return action;
        }

        private void end() {
            if (tryUnfork()) {
                multiply(m, c, a, b, size);
            } else {
                join();
            }
        }

        private static void multiply(Operands m, int c, int a, int b, int size) {
            if (size <= m.cutOff) {
                m.sequentially(c, a, b, size);
                return;
            }
            int half = size / 2;
            int down = half * m.n;
            for (int k = 0; k < 2; k++) {
                int left = a + k * half;
                int upper = b + k * down;
                Action first = forked(m, c, left, upper, half);
                Action second = forked(m, c + half, left, upper + half, half);
                Action third = forked(m, c + down, left + down, upper, half);
                multiply(m, c + down + half, left + down, upper + half, half);
                third.end();
                second.end();
                first.end();
            }
        }
    }

    @Override
    boolean isRight() {
        return Matrices.isProduct(operands.c, operands.a, operands.b, n);
    }
}
