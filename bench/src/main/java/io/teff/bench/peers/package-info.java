// SPDX-License-Identifier: Apache-2.0
/**
 * Task systems of other languages, run beside Teff in processes of their own: Parsl and Dask of Python, and
 * runtimes of C++ and Rust.
 *
 * <p>Reading order: {@link io.teff.bench.peers.PythonPeer} (a system in one form, what it can run),
 * {@link io.teff.bench.peers.PythonHome} (where {@code scripts/teff peers} put the packages), {@code
 * PeerProcess} (a process, its session and its folder, none of which outlives it). {@link
 * io.teff.bench.peers.NativePeer} (a runtime of C++ or Rust), {@code NativeBuild} (compiles its program).
 * The programs themselves are among this package's resources.
 */
package io.teff.bench.peers;
