// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.ByteBuffer;

/**
 * What identifies a call for memoization: a hash of 256 bits of the app's name and the arguments'
 * values. The same in every run of the program. Immutable.
 */
public final class MemoKey {
    static final int BYTES = 32;

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    MemoKey(ByteBuffer from) {
        a = from.getLong();
        b = from.getLong();
        c = from.getLong();
        d = from.getLong();
    }

    void put(ByteBuffer into) {
        into.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemoKey key && a == key.a && b == key.b && c == key.c && d == key.d;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a); // any part of a hash is one
    }

    /** 64 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x%016x%016x", a, b, c, d);
    }
}
