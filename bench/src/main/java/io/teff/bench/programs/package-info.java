// SPDX-License-Identifier: Apache-2.0
/**
 * The programs that {@code teff compare} runs, each with its own check.
 *
 * <p>Reading order: {@link io.teff.bench.programs.Program} (a name and its size parameters), {@link
 * io.teff.bench.programs.Workload} (that program at one size, ready to run), {@link
 * io.teff.bench.programs.Pool} (what runs it), {@code Loops} (how each pool runs a loop in its
 * strongest idiom), then any program: {@code Fibonacci}, {@code Doubles}, {@code Chain}, {@code
 * Square}, {@code Mandelbrot}, {@code MonteCarlo}, {@code Sandpile}, {@code Blur}.
 *
 * <p>No program trusts the code it measures: the right answer comes from a closed form or from
 * another algorithm, and is compared after every single run, outside the timed part.
 */
package io.teff.bench.programs;
