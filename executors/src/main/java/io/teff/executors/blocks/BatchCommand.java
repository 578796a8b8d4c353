// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the commands of a batch system, each with a time limit. Output goes through files, so that a
 * command that leaves a process behind with its pipes open keeps nobody waiting.
 */
final class BatchCommand {
    /** More than that of a command's output is not read: an answer about 10^5 jobs has less. */
    private static final int OUTPUT_LIMIT = 16 << 20;

    private static final int TAIL_LIMIT = 1000;

    /** What a command has left. */
    record Output(String command, int exitCode, String out, String err) {
        BlockException failure() {
            return new BlockException(command, exitCode, err.isBlank() ? tail(out) : tail(err));
        }
    }

    private final String client;
    private final BatchOptions options;

    BatchCommand(String client, BatchOptions options) {
        this.client = client;
        this.options = options;
    }

    /** Runs {@code command} in {@code directory} (null: here) to its end, whatever its exit code. */
    Output run(List<String> command, Path directory, Path input)
            throws BlockException, InterruptedException {
        String line = String.join(" ", command);
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("teff-batch-");
            Path out = scratch.resolve("out");
            Path err = scratch.resolve("err");
            int code = run(command, line, directory, input, out, err);
            return new Output(line, code, head(out), readTail(err));
        } catch (IOException e) {
            throw new BlockException(line + ": " + e.getMessage(), e);
        } finally {
            remove(scratch);
        }
    }

    private int run(
            List<String> command, String line, Path directory, Path input, Path out, Path err)
            throws BlockException, IOException, InterruptedException {
        List<String> found = new ArrayList<>(command);
        if (options.commands() != null) {
            found.set(0, options.commands().resolve(command.get(0)).toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(found)
                        .directory(directory == null ? null : directory.toFile())
                        .redirectInput(
                                input == null ? Path.of("/dev/null").toFile() : input.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(options.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            if (directory != null && !Files.isDirectory(directory)) {
                throw new BlockException(line + ": no directory " + directory, e);
            }
            throw new BlockException(
                    "cannot run "
                            + found.get(0)
                            + ": "
                            + (options.commands() == null
                                    ? "it is not on the PATH"
                                    : e.getMessage())
                            + howToGet(),
                    e);
        }
        boolean ended = false;
        try {
            ended = process.waitFor(options.commandTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!ended) { // too late, or we are interrupted
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        if (!ended) {
            process.waitFor();
            throw new BlockException(
                    line
                            + ": no end within "
                            + options.commandTimeout().toMillis()
                            + " ms, so it was killed (exit code "
                            + process.exitValue()
                            + "); it had written: \""
                            + tail(readTail(err) + head(out)).strip()
                            + "\"");
        }
        return process.exitValue();
    }

    private String howToGet() {
        return client.isBlank() ? "" : ". It comes with " + client;
    }

    private static String head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
        }
    }

    /** The end of a file that may be large. */
    static String readTail(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long length = file.length();
            byte[] bytes = new byte[(int) Math.min(length, TAIL_LIMIT)];
            file.seek(length - bytes.length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static String tail(String text) {
        return text.length() <= TAIL_LIMIT ? text : text.substring(text.length() - TAIL_LIMIT);
    }

    private static void remove(Path scratch) throws BlockException {
        if (scratch == null) {
            return;
        }
        try {
            Files.deleteIfExists(scratch.resolve("out"));
            Files.deleteIfExists(scratch.resolve("err"));
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            throw new BlockException("cannot remove " + scratch, e);
        }
    }
}
