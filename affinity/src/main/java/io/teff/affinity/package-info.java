// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the machine and pins threads.
 *
 * <pre>
 *   /sys, /proc ---- Topology ----+
 *   (any root)       Limits       |
 *                                 v
 *   "spread" ----- PinPlan -- assign(topology, workers) --- a CPU per worker
 *                                                                 |
 *   worker thread ---- Affinity.pinCurrentThread(CpuSet) &lt;--------+
 *                          |        |
 *                     LibcCalls   ProcCalls
 *                       (JNA)     (taskset, /proc)
 *                          |        |
 *                          PinResult: asked, got, why
 * </pre>
 *
 * <p>Reading order: {@link io.teff.affinity.CpuSet}, the list form that Linux, users and every class
 * here share; {@link io.teff.affinity.Cpu} and {@link io.teff.affinity.Topology}, the machine (how it
 * is read is in {@code TopologyReader} and {@code Quota}); {@link io.teff.affinity.PinPlan}, from a
 * word to a CPU per worker; {@link io.teff.affinity.Affinity} and {@link
 * io.teff.affinity.PinResult}, the act itself, with {@code PinningWay}, which decides whether JNA may
 * be loaded; last {@link io.teff.affinity.Limits} and {@link io.teff.affinity.CpuTime}, what a report
 * about the machine adds.
 *
 * <p>Two rules hold throughout. What a system does not tell or does not permit is an answer with a
 * reason, never an exception; only a caller's own mistake is one. And nothing is printed: loading JNA
 * warns on newer JDKs, so it happens at the first pin and only when it is silent.
 */
package io.teff.affinity;
