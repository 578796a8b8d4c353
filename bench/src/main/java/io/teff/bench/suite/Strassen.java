// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.ForkTask;
import io.teff.engine.Worker;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code strassen}: the product of two square matrices by seven products of their halves, each a fork,
 * in Winograd's form with fifteen additions (Strassen 1969, Winograd 1971). Below a cut-off, three loops.
 */
final class Strassen extends SuiteProgram {
    private final int n;
    private final int cutOff;
    private double[] a;
    private double[] b;
    private double[] c;

    Strassen(int n, int cutOff) {
        super("strassen", params(n, cutOff));
        this.n = n;
        this.cutOff = cutOff;
    }

    private static Map<String, Object> params(int n, int cutOff) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("n", n);
        params.put(CUT_OFF, cutOff);
        return params;
    }

    @Override
    void prepare() {
        if (a == null) {
            a = Matrices.wholeNumbers(n, 3);
            b = Matrices.wholeNumbers(n, 4);
            c = new double[n * n];
        }
        Arrays.fill(c, Double.NaN);
    }

    /** A block of a larger matrix. */
    private static final class Block {
        private final double[] values;
        private final int first;
        private final int stride;
        private final int size;

        Block(double[] values, int first, int stride, int size) {
            this.values = values;
            this.first = first;
            this.stride = stride;
            this.size = size;
        }

        static Block of(double[] values, int size) {
            return new Block(values, 0, size, size);
        }

        static Block fresh(int size) {
            return of(new double[size * size], size);
        }

        Block quarter(int row, int column) {
            int half = size / 2;
            return new Block(values, first + (row * stride + column) * half, stride, half);
        }

        /** This becomes {@code x + sign * y}. */
        Block combine(Block x, double sign, Block y) {
            for (int i = 0; i < size; i++) {
                int at = first + i * stride;
                int xAt = x.first + i * x.stride;
                int yAt = y.first + i * y.stride;
                for (int j = 0; j < size; j++) {
                    values[at + j] = x.values[xAt + j] + sign * y.values[yAt + j];
                }
            }
            return this;
        }

        /** This becomes {@code x y}. */
        void multiply(Block x, Block y) {
            for (int i = 0; i < size; i++) {
                int at = first + i * stride;
                Arrays.fill(values, at, at + size, 0);
                for (int k = 0; k < size; k++) {
                    double factor = x.values[x.first + i * x.stride + k];
                    int yAt = y.first + k * y.stride;
                    for (int j = 0; j < size; j++) {
                        values[at + j] += factor * y.values[yAt + j];
                    }
                }
            }
        }
    }

    /** A product that is to be computed. */
    private record Product(Block c, Block a, Block b, int cutOff) {

        boolean isSmall() {
            return c.size <= cutOff;
        }

        void sequentially() {
            c.multiply(a, b);
        }

        /** Its seven products of half the size; the first writes into c already. */
        Product[] halves() {
            int half = c.size / 2;
            Block a11 = a.quarter(0, 0);
            Block a12 = a.quarter(0, 1);
            Block a21 = a.quarter(1, 0);
            Block a22 = a.quarter(1, 1);
            Block b11 = b.quarter(0, 0);
            Block b12 = b.quarter(0, 1);
            Block b21 = b.quarter(1, 0);
            Block b22 = b.quarter(1, 1);
            Block s1 = Block.fresh(half).combine(a21, 1, a22);
            Block s2 = Block.fresh(half).combine(s1, -1, a11);
            Block s3 = Block.fresh(half).combine(a11, -1, a21);
            Block s4 = Block.fresh(half).combine(a12, -1, s2);
            Block t1 = Block.fresh(half).combine(b12, -1, b11);
            Block t2 = Block.fresh(half).combine(b22, -1, t1);
            Block t3 = Block.fresh(half).combine(b22, -1, b12);
            Block t4 = Block.fresh(half).combine(t2, -1, b21);
            return new Product[] {
                new Product(c.quarter(0, 0), a11, b11, cutOff),
                new Product(Block.fresh(half), a12, b21, cutOff),
                new Product(c.quarter(0, 1), s4, b22, cutOff),
                new Product(c.quarter(1, 0), a22, t4, cutOff),
                new Product(c.quarter(1, 1), s1, t1, cutOff),
                new Product(Block.fresh(half), s2, t2, cutOff),
                new Product(Block.fresh(half), s3, t3, cutOff)
            };
        }

        /** Makes c of them, once they are there. */
        void add(Product[] p) {
            Block c11 = p[0].c;
            Block c12 = p[2].c;
            Block c21 = p[3].c;
            Block c22 = p[4].c;
            Block u2 = p[5].c.combine(p[5].c, 1, c11); // p1 + p6
            Block u3 = p[6].c.combine(p[6].c, 1, u2); // u2 + p7
            u2.combine(u2, 1, c22); // u4 = u2 + p5
            c11.combine(c11, 1, p[1].c);
            c12.combine(c12, 1, u2);
            c21.combine(u3, -1, c21);
            c22.combine(c22, 1, u3);
        }
    }

    private Product whole() {
        return new Product(Block.of(c, n), Block.of(a, n), Block.of(b, n), cutOff);
    }

    @Override
    void plain() {
        plain(whole());
    }

    private static void plain(Product product) {
        if (product.isSmall()) {
            product.sequentially();
            return;
        }
        Product[] halves = product.halves();
        for (Product half : halves) {
            plain(half);
        }
        product.add(halves);
    }

    @Override
    void engine(Engine engine) {
        engine.invoke(new Task(whole()));
    }

    private static final class Task extends ForkTask<Void> {
        private final Product product;

        Task(Product product) {
            this.product = product;
        }

        @Override
        protected Void compute(Worker w) {
            multiply(w, product);
            return null;
        }

        private static void multiply(Worker w, Product product) {
            if (product.isSmall()) {
                product.sequentially();
                return;
            }
            Product[] halves = product.halves();
            Task[] forked = new Task[halves.length - 1];
            for (int i = 0; i < forked.length; i++) {
                forked[i] = new Task(halves[i]);
                forked[i].fork(w);
            }
            multiply(w, halves[forked.length]);
            for (int i = forked.length - 1; i >= 0; i--) {
                forked[i].join(w);
            }
            product.add(halves);
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        pool.invoke(new Action(whole()));
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient Product product;

        Action(Product product) {
            this.product = product;
        }

        @Override
        protected void compute() {
            multiply(product);
        }

        private static void multiply(Product product) {
            if (product.isSmall()) {
                product.sequentially();
                return;
            }
            Product[] halves = product.halves();
            Action[] forked = new Action[halves.length - 1];
            for (int i = 0; i < forked.length; i++) {
                forked[i] = new Action(halves[i]);
                forked[i].fork();
            }
            multiply(halves[forked.length]);
            for (int i = forked.length - 1; i >= 0; i--) {
                if (forked[i].tryUnfork()) {
                    multiply(forked[i].product);
                } else {
                    forked[i].join();
                }
            }
            product.add(halves);
        }
    }

    @Override
    boolean isRight() {
        return Matrices.isProduct(c, a, b, n);
    }
}
