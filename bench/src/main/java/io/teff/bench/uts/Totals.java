// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

/**
 * What a search must find.
 *
 * @param nodes all nodes, with the root
 * @param leaves those without children
 * @param depth depth of the deepest; the root's is 0
 */
record Totals(long nodes, long leaves, int depth) {}
