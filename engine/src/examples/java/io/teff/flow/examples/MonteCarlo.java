// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The integral of x^2 over [0, 1], which is 1/3, by drawing points. Each task draws one point in
 * each of many equal strips (stratified sampling), which makes the error shrink as draws^-1.5, so
 * that some hundred thousand draws give five places.
 *
 * <p>Arguments: tasks, draws a task; 16 and 20000 unless given.
 */
public final class MonteCarlo {
    private static final long SEED = 20_190_624;

    private MonteCarlo() {}

    /** Mean of x^2 with one draw in each of so many strips. */
    private static double estimate(int task, int draws) {
        SplittableRandom random = new SplittableRandom(SEED + task);
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            double x = (i + random.nextDouble()) / draws;
            sum += x * x;
        }
        return sum / draws;
    }

    public static void main(String[] args) {
        int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 16;
        int draws = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App2<Integer, Integer, Double> estimate = flow.app("estimate", MonteCarlo::estimate);
            AppList<Double, Double> mean =
                    flow.listApp(
                            "mean",
                            (List<Double> parts) ->
                                    parts.stream().mapToDouble(x -> x).average().orElseThrow());
            List<AppFuture<Double>> parts = new ArrayList<>();
            for (int task = 0; task < tasks; task++) {
                parts.add(estimate.call(task, draws));
            }
            System.out.println(String.format(Locale.ROOT, "%.5f", mean.callAll(parts).join()));
        }
    }
}
