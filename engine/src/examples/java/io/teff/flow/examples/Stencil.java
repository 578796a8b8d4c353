// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App3;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Heat in a rod, one end hot and one cold, until it has almost settled. The rod is cut into blocks;
 * a block's next step needs only its own values and its neighbours', so blocks run ahead of each
 * other as far as that allows, and no step waits for the whole rod.
 *
 * <p>Arguments: blocks, steps; 8 and 4000 unless given.
 */
public final class Stencil {
    private static final int CELLS = 4; // a block

    private Stencil() {}

    private static double[] step(double[] left, double[] own, double[] right) {
        double[] next = new double[own.length];
        for (int i = 0; i < own.length; i++) {
            double before = i > 0 ? own[i - 1] : left[left.length - 1];
            double after = i < own.length - 1 ? own[i + 1] : right[0];
            next[i] = (before + own[i] + after) / 3;
        }
        return next;
    }

    public static void main(String[] args) {
        int blocks = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 4000;
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App3<double[], double[], double[], double[]> step = flow.app("step", Stencil::step);
            AppFuture<double[]> hot = flow.value(new double[] {100});
            AppFuture<double[]> cold = flow.value(new double[] {0});
            List<AppFuture<double[]>> rod = new ArrayList<>();
            for (int b = 0; b < blocks; b++) {
                rod.add(flow.value(new double[CELLS]));
            }
            for (int s = 0; s < steps; s++) {
                List<AppFuture<double[]>> next = new ArrayList<>();
                for (int b = 0; b < blocks; b++) {
                    AppFuture<double[]> left = b > 0 ? rod.get(b - 1) : hot;
                    AppFuture<double[]> right = b < blocks - 1 ? rod.get(b + 1) : cold;
                    next.add(step.call(left, rod.get(b), right));
                }
                rod = next;
            }
            for (AppFuture<double[]> block : rod) {
                System.out.println(String.format(Locale.ROOT, "%.2f", block.join()[0]));
            }
        }
    }
}
