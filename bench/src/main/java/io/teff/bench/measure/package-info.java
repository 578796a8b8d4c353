// SPDX-License-Identifier: Apache-2.0
/**
 * How Teff measures: rounds of named contenders, interleaved, with a ruler before and after.
 *
 * <p>Reading order: {@link io.teff.bench.measure.Contender} is one timed thing, {@link
 * io.teff.bench.measure.Rounds} runs many of them in turns, {@link io.teff.bench.measure.Stats}
 * sums up their points, {@link io.teff.bench.measure.Row} and {@link
 * io.teff.bench.measure.Report} are what is written, {@link io.teff.bench.measure.Env} says where it
 * was measured, and {@link io.teff.bench.measure.PingPong} is the ruler.
 */
package io.teff.bench.measure;
