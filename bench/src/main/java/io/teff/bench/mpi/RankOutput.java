// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What this rank prints. Of rank 0 it goes to whoever has started the run, with marks by which {@link
 * RootOutput} tells it from what launchers print. Of others the last of it is kept, and printed only if the
 * rank fails. Any thread may print.
 *
 * <p>On stdout, where the characters of {@link #MARK} and {@link #CLOSE} stand for nothing else:
 *
 * <pre>
 * MARK TEXT ... CLOSE    printed by the command
 * MARK BEGAN newline     all ranks have joined
 * MARK END code newline  the command has returned this, and all ranks are done
 * </pre>
 */
final class RankOutput {
    static final char MARK = '\u001e';
    static final char CLOSE = '\u001f';
    static final char TEXT = 't';
    static final char BEGAN = 'b';
    static final char END = 'e';

    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;
    private final Last last = new Last();

    private RankOutput() {}

    /** Takes what is printed from now on. */
    static RankOutput take() {
        RankOutput output = new RankOutput();
        PrintStream kept = new PrintStream(output.last, true, StandardCharsets.UTF_8);
        System.setOut(kept);
        System.setErr(kept);
        return output;
    }

    /** This is rank 0. */
    void openRoot() {
        System.setOut(new PrintStream(new Marked(stdout), true, StandardCharsets.UTF_8));
        System.setErr(stderr);
        stderr.print(last);
        tell(BEGAN, "");
    }

    /** The command has returned this. */
    void end(int exitCode) {
        System.out.flush();
        tell(END, Integer.toString(exitCode));
    }

    private void tell(char what, String value) {
        byte[] bytes = ("" + MARK + what + value + "\n").getBytes(StandardCharsets.UTF_8);
        stdout.write(bytes, 0, bytes.length); // at once: launchers mix what ranks write
        stdout.flush();
    }

    /** Prints what this rank has printed, and why it fails. */
    void fail(String rank, String why) {
        StringBuilder text = new StringBuilder();
        (last + why)
                .lines()
                .forEach(line -> text.append(rank).append(": ").append(line).append('\n'));
        stderr.print(text);
        stderr.flush();
    }

    /** Each write between marks. */
    private static final class Marked extends OutputStream {
        private final PrintStream out;

        Marked(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            byte[] marked = new byte[length + 3];
            marked[0] = MARK;
            marked[1] = TEXT;
            System.arraycopy(bytes, from, marked, 2, length);
            marked[length + 2] = CLOSE;
            out.write(marked, 0, marked.length);
            out.flush();
        }
    }

    /** Keeps at least the last 16 KiB. */
    private static final class Last extends OutputStream {
        private static final int MOST = 1 << 15;

        private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] more, int from, int length) {
            bytes.write(more, from, length);
            if (bytes.size() > MOST) {
                byte[] all = bytes.toByteArray();
                bytes = new ByteArrayOutputStream();
                bytes.write(all, all.length - MOST / 2, MOST / 2);
            }
        }

        @Override
        public synchronized String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
