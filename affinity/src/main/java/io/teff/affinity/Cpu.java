// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

/**
 * One online logical CPU and where it sits in the machine.
 *
 * <p>Cores and caches are named after the lowest online CPU they serve, which makes the names unique
 * over the whole machine (the kernel's {@code core_id} is unique only within a package).
 *
 * @param id the number the scheduler uses
 * @param core the lowest CPU of its physical core; SMT siblings share it
 * @param pkg the socket
 * @param node the NUMA node
 * @param llc the lowest CPU of those that share its last-level cache
 * @param capacity relative speed where 1024 is the fastest, or 0 when the system does not say
 * @param maxFreqKhz highest clock in kHz, or 0 when the system does not say
 * @param kind 0 for the fastest kind of core in the machine, 1 for the next, and so on; all 0 unless
 *     the machine is hybrid
 */
public record Cpu(
        int id, int core, int pkg, int node, int llc, int capacity, int maxFreqKhz, int kind) {}
