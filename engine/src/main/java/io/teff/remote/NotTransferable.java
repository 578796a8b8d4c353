// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

/** A task or value that cannot travel between processes; the message says what part of it and why. */
public final class NotTransferable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The cause may be null. */
    public NotTransferable(String message, Throwable cause) {
        super(message, cause);
    }
}
