// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * The stdout of a run, sorted: what rank 0 has printed by {@link RankOutput}, its beginning and its end, and
 * the rest, which is the launcher's and goes to stderr. Fed by one thread; any may ask.
 */
final class RootOutput {
    private enum State {
        OUTSIDE,
        MARKED,
        TEXT,
        LINE
    }

    private final PrintWriter out;
    private final PrintWriter err;
    private final StringWriter held = new StringWriter();
    private final Writer text; // where rank 0's goes at first: out, or held
    private final StringBuilder line = new StringBuilder(); // after a mark, until its end
    private State state = State.OUTSIDE;
    private volatile boolean hasBegun;
    private volatile Integer exitCode; // null: the run has not come to its end

    /**
     * Of one run.
     *
     * @param holds whether rank 0's text waits for {@link #release}: a run that is lost, and run again,
     *     must not print it twice
     */
    RootOutput(PrintWriter out, PrintWriter err, boolean holds) {
        this.out = out;
        this.err = err;
        text = holds ? held : out;
    }

    /** Prints what was held. After the last of it has come. */
    void release() {
        out.print(held);
        out.flush();
    }

    /** Whether all ranks had joined. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** What the command has returned; null if it has not. */
    Integer exitCode() {
        return exitCode;
    }

    /** More of it. */
    void add(char[] chars, int count) {
        int from = 0; // of what is to be printed in this state
        for (int i = 0; i < count; i++) {
            char c = chars[i];
            switch (state) {
                case OUTSIDE -> {
                    if (c == RankOutput.MARK) {
                        err.write(chars, from, i - from);
                        state = State.MARKED;
                    }
                }
                case TEXT -> {
                    if (c == RankOutput.CLOSE) {
                        write(chars, from, i - from);
                        state = State.OUTSIDE;
                        from = i + 1;
                    }
                }
                case MARKED -> {
                    state = c == RankOutput.TEXT ? State.TEXT : State.LINE;
                    line.append(c);
                    if (state == State.TEXT) {
                        line.setLength(0);
                    }
                    from = i + 1;
                }
                case LINE -> {
                    if (c == '\n') {
                        told(line.toString());
                        line.setLength(0);
                        state = State.OUTSIDE;
                        from = i + 1;
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        if (state == State.TEXT) {
            write(chars, from, count - from);
        } else if (state == State.OUTSIDE) {
            err.write(chars, from, count - from);
        }
        out.flush();
        err.flush();
    }

    private void write(char[] chars, int from, int count) {
        try {
            text.write(chars, from, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // neither a PrintWriter nor a StringWriter throws it
        }
    }

    private void told(String what) {
        if (what.charAt(0) == RankOutput.END) {
            exitCode = Integer.valueOf(what.substring(1));
        } else {
            hasBegun = true;
        }
    }
}
