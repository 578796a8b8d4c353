// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.PrintStream;

/**
 * A single line on stderr that says what is running; silent unless {@code TEFF_TTY=1}, which the
 * launcher sets when stderr is a terminal.
 */
public final class Progress {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean visible;

    Progress(PrintStream out, boolean visible) {
        this.out = out;
        this.visible = visible;
    }

    /** Progress on stderr if it is a terminal. */
    public static Progress onTerminal() {
        return new Progress(System.err, "1".equals(System.getenv("TEFF_TTY")));
    }

    /** Shows how much of the work is done, from 0 to {@code total}, and what comes now. */
    public void show(int done, int total, String what) {
        if (!visible) {
            return;
        }
        int width = 24;
        int filled = total == 0 ? width : (int) ((long) width * done / total);
        out.print(CLEAR_LINE + "[" + "#".repeat(filled) + ".".repeat(width - filled) + "] " + done);
        out.print("/" + total + " " + what);
        out.flush();
    }

    /** Removes the line. */
    public void clear() {
        if (visible) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }
}
