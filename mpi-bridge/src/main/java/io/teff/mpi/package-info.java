// SPDX-License-Identifier: Apache-2.0
/**
 * MPI from Java, on the library that is installed.
 *
 * <pre>
 *  Mpi, Comm, Request, Status,    what programs use; names of Open MPI's Java bindings
 *  SharedWindow, Requests
 *        |
 *  MpiCalls                       the C functions; JnaCalls, or ForeignCalls where the JVM allows it
 *        |
 *  MpiLibrary, MpiAbi             which library, and what its handles are
 * </pre>
 *
 * <p>On JDK 22 and newer calls go through {@code java.lang.foreign} when the JVM was started with {@code
 * --enable-native-access=ALL-UNNAMED}; {@code -Dteff.mpi.jna=true} keeps JNA.
 */
package io.teff.mpi;
