// SPDX-License-Identifier: Apache-2.0
/**
 * The programs by which fork/join runtimes are compared in the literature, each in plain Java, on the
 * engine and on ForkJoinPool: fork by fork the same, with the same cut-offs, or with none.
 *
 * <p>Reading order: {@link io.teff.bench.suite.SuiteProgram} (a program: its input, its three ways to
 * run, its check), {@code Fibonacci} (the smallest), {@link io.teff.bench.suite.Suite} (all of them, and
 * who runs them).
 */
package io.teff.bench.suite;
