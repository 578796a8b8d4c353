// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.mpi.executor.MpiFunction;
import java.util.List;

/** The programs of the comparison, in the order in which they run. */
public final class Programs {
    /** The parameter of the program whose tasks sleep: how long they do. */
    public static final Parameter SLEEP = Chain.SLEEP;

    private Programs() {}

    /** What programs call on other ranks by name. */
    public static List<MpiFunction> functions() {
        return List.of(Doubles.DOUBLE, Fibonacci.FIBONACCI);
    }

    /** All programs. */
    public static List<Program> all() {
        return List.of(
                new Fibonacci(),
                new Doubles(),
                new Chain(false),
                new Chain(true),
                new Square(),
                new Mandelbrot(),
                new MonteCarlo(),
                new Sandpile(),
                new Blur());
    }
}
