// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

/**
 * What a message that was received, or seen, was.
 *
 * @param source rank that sent it
 * @param tag its tag
 * @param bytes its length
 */
public record Status(int source, int tag, int bytes) {}
