// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff uts}: unbalanced tree search, the load whose shape nobody can guess.
 *
 * <p>A {@link io.teff.bench.uts.Tree} says how many children a node has by the SHA-1 hash that is the node;
 * {@link io.teff.bench.uts.Walk} makes children of nodes, on one thread. How nodes get to several threads is
 * in {@link io.teff.bench.uts.UtsTask} for the engine, on one process or many, and in {@link
 * io.teff.bench.uts.UtsAction} for ForkJoinPool.
 */
package io.teff.bench.uts;
