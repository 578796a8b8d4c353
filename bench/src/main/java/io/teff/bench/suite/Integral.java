// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code integrate}: the integral of x^3 + x from 0 to n by halving each panel until its trapezoid
 * changes by less than 1e-9. No cut-off.
 *
 * <p>All ways add up the same numbers in the same order, so that they agree in every bit.
 */
final class Integral extends SuiteProgram {
    private static final double EPSILON = 1e-9;
    private static final double TOLERANCE = 1e-9;
    private static final Forks FORKS = new Forks();

    private final double n;
    private double expected = Double.NaN;
    private double answer;

    Integral(int n) {
        super("integrate", Map.of("n", n));
        this.n = n;
    }

    private static double f(double x) {
        return (x * x + 1) * x;
    }

    @Override
    void prepare() {
        answer = Double.NaN;
        if (Double.isNaN(expected)) {
            expected = area(0, n, f(0), f(n), trapezoid(n, f(0), f(n)));
        }
    }

    private static double trapezoid(double width, double left, double right) {
        return (left + right) / 2 * width;
    }

    @Override
    void plain() {
        answer = area(0, n, f(0), f(n), trapezoid(n, f(0), f(n)));
    }

    private static double area(double x0, double x1, double y0, double y1, double whole) {
        double half = (x1 - x0) / 2;
        double x = x0 + half;
        double y = f(x);
        double left = trapezoid(half, y0, y);
        double right = trapezoid(half, y, y1);
        if (Math.abs(left + right - whole) < EPSILON) {
            return left + right;
        }
        return area(x, x1, y, y1, right) + area(x0, x, y0, y, left);
    }

    @Override
    void engine(Engine engine) {
        long area =
                engine.invoke(FORKS, Double.doubleToRawLongBits(0), Double.doubleToRawLongBits(n));
        answer = Double.longBitsToDouble(area);
    }

    /** From x to x; what else is known of a panel is computed again by a thief, and by nobody else. */
    private static final class Forks extends LongPairTask {
        @Override
        protected long compute(Worker w, long from, long to, Object none) {
            double x0 = Double.longBitsToDouble(from);
            double x1 = Double.longBitsToDouble(to);
            double y0 = f(x0);
            double y1 = f(x1);
            return Double.doubleToRawLongBits(area(w, x0, x1, y0, y1, trapezoid(x1 - x0, y0, y1)));
        }

        private double area(Worker w, double x0, double x1, double y0, double y1, double whole) {
            double half = (x1 - x0) / 2;
            double x = x0 + half;
            double y = f(x);
            double left = trapezoid(half, y0, y);
            double right = trapezoid(half, y, y1);
            if (Math.abs(left + right - whole) < EPSILON) {
                return left + right;
            }
            int forked =
                    fork(w, Double.doubleToRawLongBits(x0), Double.doubleToRawLongBits(x), null);
            double rest = area(w, x, x1, y, y1, right);
            if (unfork(w, forked)) {
                return rest + area(w, x0, x, y0, y, left);
            }
            return rest + Double.longBitsToDouble(join(w, forked));
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        Action root = new Action(0, n, f(0), f(n), trapezoid(n, f(0), f(n)));
        pool.invoke(root);
        answer = root.result;
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final double x0;
        private final double x1;
        private final double y0;
        private final double y1;
        private final double whole;
        private double result;

        Action(double x0, double x1, double y0, double y1, double whole) {
            this.x0 = x0;
            this.x1 = x1;
            this.y0 = y0;
            this.y1 = y1;
            this.whole = whole;
        }

        @Override
        protected void compute() {
            result = area(x0, x1, y0, y1, whole);
        }

        private static double area(double x0, double x1, double y0, double y1, double whole) {
            double half = (x1 - x0) / 2;
            double x = x0 + half;
            double y = f(x);
            double left = trapezoid(half, y0, y);
            double right = trapezoid(half, y, y1);
            if (Math.abs(left + right - whole) < EPSILON) {
                return left + right;
            }
            Action forked = new Action(x0, x, y0, y, left);
            forked.fork();
            double rest = area(x, x1, y, y1, right);
            if (forked.tryUnfork()) {
                return rest + area(x0, x, y0, y, left);
            }
            forked.join();
            return rest + forked.result;
        }
    }

    /** Equal to the sequential run, which is near n^4 / 4 + n^2 / 2. */
    @Override
    boolean isRight() {
        double exact = n * n * (n * n + 2) / 4;
        return answer == expected && Math.abs(answer - exact) <= TOLERANCE * exact;
    }
}
