// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A bash app's command has ended with an exit code other than 0; 128 and more tell of a signal. */
public final class BashExitFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String command;
    private final String stderr;

    BashExitFailure(String name, int exitCode, String command, String stderr) {
        super(
                name
                        + " failed with exit code "
                        + exitCode
                        + ": "
                        + command
                        + (stderr.isEmpty() ? "" : "\n" + stderr),
                null,
                true,
                false);
        this.exitCode = exitCode;
        this.command = command;
        this.stderr = stderr;
    }

    /** What the shell said. */
    public int exitCode() {
        return exitCode;
    }

    /** The command line. */
    public String command() {
        return command;
    }

    /** The last of what it wrote to standard error, at most 2048 bytes. */
    public String stderr() {
        return stderr;
    }
}
