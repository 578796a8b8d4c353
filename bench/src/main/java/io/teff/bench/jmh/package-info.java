// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks of the engine's hot paths, each with its baseline in the same class.
 *
 * <p>Every figure is nanoseconds per operation, where an operation is one activation, one task or
 * one element. Run them by {@code teff bench jmh [REGEX]}.
 */
package io.teff.bench.jmh;
