// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

/**
 * Keeps what a {@link Walk} writes at each node off the cache line of the object before it. The walk's own
 * nodes come after it.
 */
abstract class WalkPads {
    long p00;
    long p01;
    long p02;
    long p03;
    long p04;
    long p05;
    long p06;
    long p07;
    long p08;
    long p09;
    long p10;
    long p11;
    long p12;
    long p13;
    long p14;
    long p15;
}
