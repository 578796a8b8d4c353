// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a run, watches it, and starts it again if it was lost. Used by one thread.
 *
 * <p>The launcher is the child of a shell that reads from this process, and ends the launcher when nothing
 * can come any more: so no rank outlives this process, however that ends.
 */
final class Supervisor {
    /** The environment variable that tells a run its number, from 1. */
    static final String ATTEMPT = "TEFF_MPI_ATTEMPT";

    private static final int BAD_START = 2;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long KILL_S = 15;
    private static final int BUFFER_CHARS = 1 << 13;

    /** Runs its arguments; SIGTERM for them at the end of stdin, SIGKILL ten seconds later. */
    private static final String WATCH =
            """
            trap '' INT HUP
            exec 3<&0
            "$@" </dev/null 3<&- &
            run=$!
            {
                nap=
                trap 'kill $nap; exit 0' TERM
                while read -r line; do :; done
                kill -TERM "$run"
                sleep 10 &
                nap=$!
                wait "$nap"
                kill -KILL "$run"
            } <&3 3<&- >/dev/null 2>&1 &
            watch=$!
            exec 3<&- </dev/null
            wait "$run"
            code=$?
            kill "$watch"
            exit "$code"
            """;

    private final List<String> command;
    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;
    private volatile boolean isEnding; // set by the hook: this process has been told to end

    /** Of runs that this command starts. */
    Supervisor(
            List<String> command,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err) {
        this.command = command;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** How a run ended: what the launcher returned, and what rank 0 had said. */
    private record End(int launcherCode, RootOutput root) {}

    /**
     * Runs it, and if it is lost so many times again.
     *
     * @return what the command returns; {@link Rank#LOST} if no run came to its end, 2 if none began
     */
    int run(int restarts) throws IOException, InterruptedException {
        boolean hasBegun = false;
        for (int attempt = 1; ; attempt++) {
            End end = once(attempt, restarts > 0);
            Integer exitCode = end.root.exitCode();
            if (exitCode != null) {
                end.root.release();
                return exitCode;
            }
            if (isEnding) {
                return Rank.LOST; // which nobody will see
            }
            hasBegun |= end.root.hasBegun();
            if (!hasBegun && attempt > restarts) {
                say("the ranks did not start (exit code " + end.launcherCode + " of the launcher)");
                return BAD_START;
            }
            String lost =
                    "run "
                            + attempt
                            + (end.root.hasBegun() ? " was lost" : " did not start")
                            + " (exit code "
                            + end.launcherCode
                            + " of the launcher)";
            if (attempt > restarts) {
                end.root.release();
                say(lost + (restarts == 0 ? "; --restarts N starts it again" : ", the last"));
                return Rank.LOST;
            }
            say(lost + ", starting it again: " + attempt + " of " + restarts);
        }
    }

    private void say(String what) {
        err.println("teff mpi: " + what);
        err.flush();
    }

    private End once(int attempt, boolean holds) throws IOException, InterruptedException {
        List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCH, "teff-mpi"));
        watched.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(watched);
        builder.environment().putAll(environment);
        builder.environment().put(ATTEMPT, Integer.toString(attempt));
        Process process = builder.start();
        Thread hook =
                new Thread(
                        () -> {
                            isEnding = true;
                            end(process);
                        },
                        "teff-mpi-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            RootOutput root = new RootOutput(out, err, holds);
            Thread stdout = pump(process.getInputStream(), root::add, "teff-mpi-stdout");
            Thread stderr = pump(process.getErrorStream(), this::pass, "teff-mpi-stderr");
            int code = await(process, root);
            stdout.join();
            stderr.join();
            return new End(code, root);
        } finally {
            end(process);
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                hook.join(); // this JVM is ending, and the hook does what is left
            }
        }
    }

    /** Waits for the launcher, which has little left to do once the command has returned. */
    private static int await(Process process, RootOutput root) throws InterruptedException {
        long limit = Long.MAX_VALUE;
        while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
            if (root.exitCode() != null && limit == Long.MAX_VALUE) {
                limit = System.nanoTime() + END_NS;
            }
            if (limit != Long.MAX_VALUE && System.nanoTime() > limit) {
                end(process);
            }
        }
        return process.exitValue();
    }

    private interface Chars {
        void add(char[] chars, int count);
    }

    private void pass(char[] chars, int count) {
        err.write(chars, 0, count);
        err.flush();
    }

    private static Thread pump(InputStream from, Chars to, String name) {
        Thread pump =
                new Thread(
                        () -> {
                            try (Reader reader =
                                    new InputStreamReader(from, StandardCharsets.UTF_8)) {
                                char[] chars = new char[BUFFER_CHARS];
                                int count;
                                while ((count = reader.read(chars)) >= 0) {
                                    to.add(chars, count);
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        name);
        pump.setDaemon(true);
        pump.start();
        return pump;
    }

    /** Asks the shell to end the launcher; after a while, ends all that is left. Any thread. */
    private static void end(Process process) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.flush();
        } catch (IOException e) {
            process.destroy(); // nothing was written, so there is nothing to fail; else ask in
            // this way
        }
        try {
            if (!process.waitFor(KILL_S, TimeUnit.SECONDS)) {
                try (Stream<ProcessHandle> left = process.descendants()) {
                    left.forEach(ProcessHandle::destroyForcibly);
                }
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
