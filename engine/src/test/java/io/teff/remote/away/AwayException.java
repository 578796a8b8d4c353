// SPDX-License-Identifier: Apache-2.0
package io.teff.remote.away;

/** Of another package than the tests that throw it. */
public final class AwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With this message. */
    public AwayException(String message) {
        super(message);
    }
}
