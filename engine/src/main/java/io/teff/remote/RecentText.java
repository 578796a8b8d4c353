// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text that was read last, by any thread: where most are the same again, few need to be made. */
final class RecentText {
    private volatile Entry last = new Entry(new byte[0]);

    private static final class Entry {
        final byte[] bytes; // UTF-8
        final String text;

        Entry(byte[] bytes) {
            this.bytes = bytes;
            text = new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** What these bytes say. */
    String of(byte[] from, int at, int end) {
        Entry entry = last;
        if (!Arrays.equals(entry.bytes, 0, entry.bytes.length, from, at, end)) {
            entry = new Entry(Arrays.copyOfRange(from, at, end));
            last = entry;
        }
        return entry.text;
    }
}
