// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff bench}: small benchmarks of one thing each, with every contender in one run.
 *
 * <p>{@link io.teff.bench.micro.BenchCommand} lists the sub-commands; each is a class of its own
 * that names its contenders in one constant and makes them for {@link
 * io.teff.bench.measure.Rounds}. Every contender starts its threads at the beginning of its round,
 * runs a small part of the work untimed so that they are awake and their queues have grown, is
 * timed, and stops them: a pool left idle may spin, and would take a core from the next contender.
 */
package io.teff.bench.micro;
