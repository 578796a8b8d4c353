// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

/** A provider could not do what it was asked; the message names its command and what it said. */
public final class BlockException extends Exception {
    private static final long serialVersionUID = 1L;

    public BlockException(String message) {
        super(message);
    }

    public BlockException(String message, Throwable cause) {
        super(message, cause);
    }

    /** For a command that ran and failed; {@code stderrTail} is the end of what it wrote. */
    public BlockException(String command, int exitCode, String stderrTail) {
        super(
                command
                        + ": exit code "
                        + exitCode
                        + (stderrTail.isBlank() ? ", no message" : ": " + stderrTail.strip()));
    }
}
