// SPDX-License-Identifier: Apache-2.0
/**
 * Task systems of Python, run beside Teff: Parsl and Dask, each in processes of its own.
 *
 * <p>Reading order: {@link io.teff.bench.peers.PythonPeer} (a system in one form, what it can run),
 * {@link io.teff.bench.peers.PythonHome} (where {@code scripts/teff peers} put the packages), {@code
 * PeerProcess} (a process, its session and its folder, none of which outlives it). The programs
 * themselves are Python files among this package's resources.
 */
package io.teff.bench.peers;
