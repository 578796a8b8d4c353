// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The process of a {@link CommandLine}, from its start to what it failed of. Not thread-safe. */
final class CommandProcess {
    private static final File NOTHING = new File("/dev/null");

    private final CommandLine command;
    private final long startNs;
    private final Process process;
    private Path stderr;
    private boolean isStderrOurs;
    private long stderrStart;

    /** Starts it. */
    CommandProcess(CommandLine command) throws IOException {
        this.command = command;
        try {
            process = launch();
        } catch (Throwable t) {
            deleteOurs();
            throw t;
        }
        startNs = System.nanoTime();
    }

    Process process() {
        return process;
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Session.command(command.line()));
        builder.environment().putAll(command.environment());
        builder.redirectInput(NOTHING);
        if (command.directory() != null) {
            File directory = new File(command.directory());
            if (!directory.isDirectory()) {
                throw new IllegalArgumentException(
                        command.task()
                                + " cannot run in "
                                + directory
                                + ": there is no such directory");
            }
            builder.directory(directory);
        }
        String out = command.out();
        String err = command.err();
        if (out == null) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        } else {
            builder.redirectOutput(open(Path.of(out), command.appendsOut(), "stdout"));
        }
        if (err == null) {
            stderr = Files.createTempFile("teff-stderr-", null);
            isStderrOurs = true;
            builder.redirectError(stderr.toFile());
        } else {
            stderr = Path.of(err);
            if (err.equals(out)) {
                builder.redirectErrorStream(true);
            } else {
                builder.redirectError(open(stderr, command.appendsErr(), "stderr"));
            }
            stderrStart = Files.isRegularFile(stderr) ? Files.size(stderr) : 0;
        }
        return builder.start();
    }

    /** Opens it here first, since of the process's own failure to do so not much can be told. */
    private ProcessBuilder.Redirect open(Path file, boolean append, String stream) {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.newOutputStream(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            append
                                    ? StandardOpenOption.APPEND
                                    : StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
        } catch (IOException | RuntimeException e) {
            throw new BadStdStreamFile(command.task(), stream, file, e);
        }
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /** Kills it and all that belongs to it. */
    void kill() {
        Session.kill(process);
    }

    /** It has exited: kills what it has left behind. */
    void killRest() {
        Session.killRest(process.pid(), System.nanoTime() - startNs);
    }

    /** It has exited: null if with 0. To be called once, whether or not somebody asks. */
    BashExitFailure failure() throws IOException {
        try {
            int code = process.exitValue();
            return code == 0
                    ? null
                    : new BashExitFailure(
                            command.task(), code, command.line(), Tail.of(stderr, stderrStart));
        } finally {
            deleteOurs();
        }
    }

    /** Nobody will ask for its failure. */
    void deleteOurs() {
        if (isStderrOurs) {
            stderr.toFile().delete();
        }
    }
}
