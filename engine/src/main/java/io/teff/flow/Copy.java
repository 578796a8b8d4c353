// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Copies streams, and gives up when interrupted. */
final class Copy {
    private static final int BUFFER_BYTES = 1 << 16;

    private Copy() {}

    /** Returns how many bytes there were. */
    static long all(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long sum = 0;
        int n;
        while ((n = from.read(buffer)) >= 0) {
            to.write(buffer, 0, n);
            sum += n;
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted after " + sum + " bytes");
            }
        }
        return sum;
    }
}
