// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.ForkTask;
import io.teff.engine.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/**
 * {@code sparselu}: the LU factors of a matrix of blocks most of which are empty. For each block on the
 * diagonal come two loops: over the blocks in its row and its column, and then over the products of those,
 * which fill empty blocks where they must. As in the Barcelona OpenMP Tasks Suite, every block is a task;
 * the matrix is one of our own, in which the diagonal is dominant.
 */
final class SparseLu extends SuiteProgram {
    private static final double TOLERANCE = 1e-9;
    private static final double DENSITY = 0.2;
    private static final long SEED = 2009;

    private final int blocks;
    private final int size;
    private double[][] input;
    private double[] product; // of the input and a vector of ones
    private double[][] matrix;

    SparseLu(int blocks, int size) {
        super("sparselu", params(blocks, size));
        this.blocks = blocks;
        this.size = size;
    }

    private static Map<String, Object> params(int blocks, int size) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("blocks", blocks);
        params.put(BLOCK_SIZE, size);
        return params;
    }

    @Override
    void prepare() {
        if (input == null) {
            input = input();
            double[] ones = new double[blocks * size];
            Arrays.fill(ones, 1);
            product = times(input, ones, Part.ALL);
        }
        matrix = new double[input.length][];
        Arrays.setAll(matrix, i -> input[i] == null ? null : input[i].clone());
    }

    private double[][] input() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[][] made = new double[blocks * blocks][];
        for (int i = 0; i < blocks; i++) {
            for (int j = 0; j < blocks; j++) {
                if (Math.abs(i - j) <= 1 || random.nextDouble() < DENSITY) {
                    made[i * blocks + j] = random.doubles((long) size * size, -1, 1).toArray();
                }
            }
            double[] diagonal = made[i * blocks + i];
            for (int r = 0; r < size; r++) {
                diagonal[r * size + r] += blocks * size;
            }
        }
        return made;
    }

    /** What is to be done for one block of the diagonal. */
    private static final class Step {
        private final double[][] matrix;
        private final int blocks;
        private final int size;
        private final int k;
        private final int[] rows; // blocks below it that are not empty
        private final int[] columns; // blocks to the right of it that are not empty

        Step(SparseLu lu, int k) {
            matrix = lu.matrix;
            blocks = lu.blocks;
            size = lu.size;
            this.k = k;
            int[] rows = new int[blocks];
            int[] columns = new int[blocks];
            int r = 0;
            int c = 0;
            for (int i = k + 1; i < blocks; i++) {
                if (matrix[i * blocks + k] != null) {
                    rows[r++] = i;
                }
                if (matrix[k * blocks + i] != null) {
                    columns[c++] = i;
                }
            }
            this.rows = Arrays.copyOf(rows, r);
            this.columns = Arrays.copyOf(columns, c);
        }

        private double[] diagonal() {
            return matrix[k * blocks + k];
        }

        /** Factors the block on the diagonal. */
        void begin() {
            double[] d = diagonal();
            for (int p = 0; p < size; p++) {
                for (int i = p + 1; i < size; i++) {
                    double factor = d[i * size + p] /= d[p * size + p];
                    subtract(d, i * size + p + 1, factor, d, p * size + p + 1, size - p - 1);
                }
            }
        }

        int borders() {
            return columns.length + rows.length;
        }

        /** One of the blocks in its row and its column. */
        void border(int index) {
            if (index < columns.length) {
                solveLower(matrix[k * blocks + columns[index]]);
            } else {
                solveUpper(matrix[rows[index - columns.length] * blocks + k]);
            }
        }

        private void solveLower(double[] x) {
            double[] d = diagonal();
            for (int p = 0; p < size; p++) {
                for (int i = p + 1; i < size; i++) {
                    subtract(x, i * size, d[i * size + p], x, p * size, size);
                }
            }
        }

        private void solveUpper(double[] x) {
            double[] d = diagonal();
            for (int i = 0; i < size; i++) {
                for (int p = 0; p < size; p++) {
                    double factor = x[i * size + p] /= d[p * size + p];
                    subtract(x, i * size + p + 1, factor, d, p * size + p + 1, size - p - 1);
                }
            }
        }

        int products() {
            return rows.length * columns.length;
        }

        /** One of the products of the blocks of its column and its row. */
        void product(int index) {
            int i = rows[index / columns.length];
            int j = columns[index % columns.length];
            double[] left = matrix[i * blocks + k];
            double[] upper = matrix[k * blocks + j];
            double[] x = matrix[i * blocks + j];
            if (x == null) {
                x = new double[size * size];
                matrix[i * blocks + j] = x; // each index has a block of its own
            }
            for (int r = 0; r < size; r++) {
                for (int p = 0; p < size; p++) {
                    subtract(x, r * size, left[r * size + p], upper, p * size, size);
                }
            }
        }
    }

    /** Takes from so many elements of a row those of the other, times a factor. */
    private static void subtract(
            double[] row, int at, double factor, double[] other, int from, int count) {
        for (int i = 0; i < count; i++) {
            row[at + i] -= factor * other[from + i];
        }
    }

    @Override
    void plain() {
        for (int k = 0; k < blocks; k++) {
            Step step = new Step(this, k);
            step.begin();
            for (int i = 0; i < step.borders(); i++) {
                step.border(i);
            }
            for (int i = 0; i < step.products(); i++) {
                step.product(i);
            }
        }
    }

    /** All steps in one task, so that loops are begun by a worker. */
    @Override
    void engine(Engine engine) {
        engine.invoke(
                new ForkTask<Void>() {
                    @Override
                    protected Void compute(Worker w) {
                        for (int k = 0; k < blocks; k++) {
                            Step step = new Step(SparseLu.this, k);
                            step.begin();
                            engine.range(0, step.borders()).forEach(step::border);
                            engine.range(0, step.products()).forEach(step::product);
                        }
                        return null;
                    }
                });
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        Runnable all =
                () -> {
                    for (int k = 0; k < blocks; k++) {
                        Step step = new Step(this, k);
                        step.begin();
                        Each.each(step::border, 0, step.borders());
                        Each.each(step::product, 0, step.products());
                    }
                };
        pool.submit(all).join();
    }

    /** A loop by halves, down to single indices. */
    private static final class Each extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient IntConsumer body;
        private final int from;
        private final int to;

        Each(IntConsumer body, int from, int to) {
            this.body = body;
            this.from = from;
            this.to = to;
        }

        @Override
        protected void compute() {
            each(body, from, to);
        }

        private static void each(IntConsumer body, int from, int to) {
            if (to - from <= 1) {
                if (from < to) {
                    body.accept(from);
                }
                return;
            }
            int middle = (from + to) >>> 1;
            Each upper = new Each(body, middle, to);
            upper.fork();
            each(body, from, middle);
            if (upper.tryUnfork()) {
                each(body, middle, to);
            } else {
                upper.join();
            }
        }
    }

    @Override
    boolean isFlat() {
        return true;
    }

    @Override
    void pool(ExecutorService pool) throws Exception {
        for (int k = 0; k < blocks; k++) {
            Step step = new Step(this, k);
            step.begin();
            all(pool, step.borders(), step::border);
            all(pool, step.products(), step::product);
        }
    }

    private static void all(ExecutorService pool, int count, IntConsumer body) throws Exception {
        List<Callable<Object>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            tasks.add(
                    () -> {
                        body.accept(index);
                        return null;
                    });
        }
        for (Future<Object> done : pool.invokeAll(tasks)) {
            done.get();
        }
    }

    /** By the product with a vector of ones, which L (U 1) must give as the input does. */
    @Override
    boolean isRight() {
        double[] ones = new double[blocks * size];
        Arrays.fill(ones, 1);
        double[] found = times(matrix, times(matrix, ones, Part.UPPER), Part.UNIT_LOWER);
        for (int i = 0; i < found.length; i++) {
            if (!(Math.abs(found[i] - product[i]) <= TOLERANCE * Math.abs(product[i]))) {
                return false;
            }
        }
        return true;
    }

    private enum Part {
        ALL,
        /** With the diagonal. */
        UPPER,
        /** With ones on the diagonal. */
        UNIT_LOWER
    }

    private double[] times(double[][] m, double[] vector, Part part) {
        int n = blocks * size;
        double[] sums = part == Part.UNIT_LOWER ? vector.clone() : new double[n];
        for (int row = 0; row < n; row++) {
            int from = part == Part.UPPER ? row : 0;
            int to = part == Part.UNIT_LOWER ? row : n;
            for (int column = from; column < to; column++) {
                double[] block = m[row / size * blocks + column / size];
                if (block != null) {
                    sums[row] += block[row % size * size + column % size] * vector[column];
                }
            }
        }
        return sums;
    }
}
