// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.nio.charset.StandardCharsets;

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

    /** The text that follows. */
    String read(ByteReader in) throws BadFrame {
        Entry entry = last;
        if (!in.skipsIf(entry.bytes)) {
            entry = new Entry(in.bytes());
            last = entry;
        }
        return entry.text;
    }
}
