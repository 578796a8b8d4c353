// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one process of the executor notes down. Two kinds: {@code file} writes each record at once
 * and flushes it, as Parsl does at DEBUG; {@code ring} keeps the last records in memory and writes
 * them when something fails. Thread-safe.
 */
abstract class HtexLog implements AutoCloseable {
    /** Of the kind that the settings name, in their run directory. */
    static HtexLog open(Settings settings, String process) {
        Path file = settings.path("directory").resolve(process + ".log");
        return settings.text("log").equals("file") ? new ToFile(file) : new Ring(file);
    }

    /** Something that happens to every task or message: a word, and a number or two. */
    abstract void debug(String what, long a, long b);

    /** Something that happens rarely. */
    abstract void note(String what);

    /** Something has gone wrong: it stands in the file when this returns. */
    abstract void failure(String what, Throwable thrown);

    @Override
    public abstract void close();

    private static String line(long millis, String what) {
        return Instant.ofEpochMilli(millis) + " " + Thread.currentThread().getName() + " " + what;
    }

    private static String withTrace(String what, Throwable thrown) {
        if (thrown == null) {
            return what;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return what + "\n" + trace;
    }

    private static final class ToFile extends HtexLog {
        private final BufferedWriter out;
        private boolean isClosed;

        ToFile(Path file) {
            try {
                out =
                        Files.newBufferedWriter(
                                file,
                                StandardCharsets.UTF_8,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the log " + file, e);
            }
        }

        @Override
        void debug(String what, long a, long b) {
            note("DEBUG " + what + " " + a + " " + b);
        }

        @Override
        synchronized void note(String what) {
            if (isClosed) {
                return;
            }
            try {
                out.write(line(System.currentTimeMillis(), what));
                out.newLine();
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the log", e);
            }
        }

        @Override
        void failure(String what, Throwable thrown) {
            note("ERROR " + withTrace(what, thrown));
        }

        @Override
        public synchronized void close() {
            isClosed = true;
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the log", e);
            }
        }
    }

    /**
     * A slot is overwritten without a lock: a record that is read while it is written shows parts of
     * two, which a log for debugging may.
     */
    private static final class Ring extends HtexLog {
        private static final int SIZE = 1024;

        private final Path file;
        private final AtomicLong next = new AtomicLong();
        private final String[] words = new String[SIZE];
        private final long[] as = new long[SIZE];
        private final long[] bs = new long[SIZE];

        Ring(Path file) {
            this.file = file;
        }

        @Override
        void debug(String what, long a, long b) {
            int i = (int) (next.getAndIncrement() & SIZE - 1);
            words[i] = what;
            as[i] = a;
            bs[i] = b;
        }

        @Override
        void note(String what) {
            debug(line(System.currentTimeMillis(), what), 0, 0);
        }

        @Override
        synchronized void failure(String what, Throwable thrown) {
            StringBuilder text = new StringBuilder();
            long end = next.get();
            for (long n = Math.max(0, end - SIZE); n < end; n++) {
                int i = (int) (n & SIZE - 1);
                text.append(words[i]).append(' ').append(as[i]).append(' ').append(bs[i]);
                text.append('\n');
            }
            next.set(0);
            text.append(line(System.currentTimeMillis(), "ERROR " + withTrace(what, thrown)));
            text.append('\n');
            try {
                Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                // The run directory is gone: nobody is left who could read it.
                next.set(0);
            }
        }

        @Override
        public void close() {
            next.set(0);
        }
    }
}
