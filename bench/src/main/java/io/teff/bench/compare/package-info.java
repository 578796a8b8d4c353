// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff compare}: the programs of {@link io.teff.bench.programs} on Teff, on the JDK's pools
 * and on other executors, every answer checked, and who is faster.
 *
 * <p>Reading order: {@link io.teff.bench.compare.CompareCommand} (options), {@code Plan} (what they
 * ask for, checked), {@code Pools} (the executors), {@code Peer} (contenders outside this JVM) and {@code PythonContender}, {@code OwnSizes}, {@code Contest} (runs the plan in interleaved
 * rounds), {@code Standings} (speed-ups and rates from the measured rows), and what writes them:
 * {@code ResultFolder}, {@code CsvTable} and {@code StandingsChart}.
 */
package io.teff.bench.compare;
