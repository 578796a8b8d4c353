// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** How a command hands over what it has measured, so that nothing is lost on the way. */
public final class Printed {
    /** Exit code of a run that was interrupted; shells give it to what Ctrl-C ends. */
    public static final int INTERRUPTED = 130;

    private Printed() {}

    /**
     * Prints a report: as JSON, or the text. If stdout does not take it (a full disk, a closed pipe), the
     * text goes to stderr.
     *
     * @return the exit code: 0 if all rows are verified, 1 if not or if it could not be printed, 130 if it
     *     is partial
     */
    public static int exitCode(CommandSpec spec, Report report, boolean json, String text) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (json) {
            out.println(report.toJson());
        } else {
            out.print(text);
        }
        if (report.partial()) {
            err.println(
                    spec.qualifiedName()
                            + ": interrupted; what was measured until then is kept, and marked partial");
        }
        if (isLost(out)) {
            err.println(
                    spec.qualifiedName()
                            + ": stdout takes no more (is the disk full?); here is what was measured:");
            err.print(text);
            err.flush();
            return 1;
        }
        err.flush();
        return report.partial() ? INTERRUPTED : report.verified() ? 0 : 1;
    }

    /** Whether some of what was printed did not arrive; picocli's writer hides that of System.out. */
    public static boolean isLost(PrintWriter out) {
        return out.checkError() || System.out.checkError();
    }
}
