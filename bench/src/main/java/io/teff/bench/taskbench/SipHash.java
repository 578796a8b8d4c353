// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

/**
 * Numbers that look random and are the same everywhere: SipHash-2-4 under a fixed key. Source: Aumasson
 * and Bernstein, "SipHash: a fast short-input PRF", 2012.
 */
final class SipHash {
    private static final long KEY_0 = 0x0807_0605_0403_0201L; // the bytes 1, 2, ... 15, 0
    private static final long KEY_1 = 0x000f_0e0d_0c0b_0a09L;
    private static final double TWO_TO_MINUS_64 = 0x1p-64;

    private long v0 = KEY_0 ^ 0x736f_6d65_7073_6575L;
    private long v1 = KEY_1 ^ 0x646f_7261_6e64_6f6dL;
    private long v2 = KEY_0 ^ 0x6c79_6765_6e65_7261L;
    private long v3 = KEY_1 ^ 0x7465_6462_7974_6573L;

    private SipHash() {}

    /** A number in [0, 1], the same for the same words. */
    static double uniform(long... words) {
        long digest = digest(words);
        // A sticky lowest bit: the two roundings, of a half and then of its double, are one.
        double value = digest >= 0 ? digest : 2.0 * (digest >>> 1 | digest & 1);
        return value * TWO_TO_MINUS_64;
    }

    /** Of the words as little-endian bytes. */
    static long digest(long... words) {
        SipHash hash = new SipHash();
        for (long word : words) {
            hash.absorb(word);
        }
        hash.absorb((long) Long.BYTES * words.length << 56);
        hash.v2 ^= 0xff;
        for (int i = 0; i < 4; i++) {
            hash.round();
        }
        return hash.v0 ^ hash.v1 ^ hash.v2 ^ hash.v3;
    }

    private void absorb(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
