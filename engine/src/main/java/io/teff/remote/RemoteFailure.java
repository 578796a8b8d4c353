// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

/**
 * What a task threw, when that could not be brought back as it was; the message has its class and
 * its message.
 */
public final class RemoteFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remoteTrace;

    /** With the stack trace of where it was thrown, empty if there is none. */
    public RemoteFailure(String message, String remoteTrace) {
        super(message);
        this.remoteTrace = remoteTrace;
    }

    /** The stack trace as printed where it was thrown; empty if there is none. */
    public String remoteTrace() {
        return remoteTrace;
    }
}
