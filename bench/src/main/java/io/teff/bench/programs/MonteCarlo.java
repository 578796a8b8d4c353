// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.List;

/**
 * The integral of sin x / (x + cos^2 x) over 0..1 as the mean of n random draws, one task a draw.
 *
 * <p>Draw i depends on i alone ({@link Mix}), so every contender adds the same numbers and may
 * differ from the sequential sum by rounding only. The mean must also lie within five standard
 * errors of the integral, which is computed by Simpson's rule, as is the variance. Idioms as in
 * {@link Loops}.
 */
final class MonteCarlo implements Program {
    static final Parameter N = new Parameter("n", "draws", 100_000, 10_000, 2, 2_000_000);

    private static final long SEED = 20250704;
    private static final int SIMPSON_STEPS = 1 << 14;
    private static final double STANDARD_ERRORS = 5;

    @Override
    public String name() {
        return "montecarlo";
    }

    @Override
    public String about() {
        return "the mean of sin x / (x + cos^2 x) over n draws, one task a draw";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(N);
    }

    @Override
    public List<String> contenders(String executor) {
        return Loops.contenders(executor);
    }

    @Override
    public Workload prepare(Params params) {
        int n = params.intOf(N);
        double sequentialSum = 0;
        for (int i = 0; i < n; i++) {
            sequentialSum += draw(i);
        }
        double integral = integral();
        double error = STANDARD_ERRORS * Math.sqrt(variance(integral) / n);
        return new AtSize(n, sequentialSum, integral, error);
    }

    static double draw(int i) {
        return f(Mix.unit(SEED, i));
    }

    static double integral() {
        return simpson(1);
    }

    private static double variance(double integral) {
        return simpson(2) - integral * integral;
    }

    private static double f(double x) {
        double cos = Math.cos(x);
        return Math.sin(x) / (x + cos * cos);
    }

    /** The integral of f to the given power over 0..1. */
    private static double simpson(int power) {
        double h = 1.0 / SIMPSON_STEPS;
        double sum = 0;
        for (int i = 0; i <= SIMPSON_STEPS; i++) {
            int weight = i == 0 || i == SIMPSON_STEPS ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.pow(f(i * h), power);
        }
        return sum * h / 3;
    }

    private record AtSize(int n, double sequentialSum, double integral, double error)
            implements Workload {
        @Override
        public long tasks(String contender) {
            return n;
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            double sum = Loops.sum(pool, n, MonteCarlo::draw);
            return () -> mismatch(sum);
        }

        private String mismatch(double sum) {
            double rounding = 1e-12 * n;
            // Negated, so that NaN is a mismatch.
            if (!(Math.abs(sum - sequentialSum) <= rounding)) {
                return "the sum should be " + sequentialSum + " and was " + sum;
            }
            double mean = sum / n;
            return Math.abs(mean - integral) <= error
                    ? ""
                    : "the mean should be " + integral + " +- " + error + " and was " + mean;
        }
    }
}
