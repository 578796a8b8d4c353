// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

/** Bytes that are no message of ours. Whoever sent them is not answered. */
public final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without a stack trace: it says all. */
    public BadFrame(String message) {
        super(message, null, false, false);
    }
}
