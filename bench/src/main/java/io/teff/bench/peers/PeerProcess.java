// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command in a temporary folder, from its start until neither the folder nor any of its processes
 * is left. For one thread.
 *
 * <p>The command leads a session of its own and all it starts stays in that, so what belongs to it is
 * found by the session's number in {@code /proc}; where there is none, children of living processes
 * are found. The command must end when its standard input does, which is how it learns that this JVM
 * has been killed; a JVM that is told to end kills it.
 */
final class PeerProcess {
    /** The beginning of the folder's name, with this JVM's number. */
    static final String PREFIX = "teff-peer-" + ProcessHandle.current().pid() + "-";

    private static final Path PROC = Path.of("/proc");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final int TAIL_LINES = 5;

    private final Path folder;
    private Process process;

    private PeerProcess(Path folder) {
        this.folder = folder;
    }

    /** Puts files into the folder before the command starts, or takes some when it has ended. */
    interface Preparation {
        void accept(Path folder) throws IOException;
    }

    /**
     * Runs a command and gives what it printed on its standard output.
     *
     * @param environment variables added to ours; those that steer Python or Dask are taken out
     * @throws IOException if it fails, or has not ended within the limit; the message has the last
     *     lines of its standard error
     */
    static String run(
            List<String> command,
            Map<String, String> environment,
            Duration limit,
            Preparation preparation)
            throws IOException, InterruptedException {
        return run(command, environment, limit, preparation, folder -> {});
    }

    /** As above; what the command has made in the folder can be taken from it at the end. */
    static String run(
            List<String> command,
            Map<String, String> environment,
            Duration limit,
            Preparation preparation,
            Preparation end)
            throws IOException, InterruptedException {
        PeerProcess peer = new PeerProcess(Files.createTempDirectory(PREFIX));
        Thread atExit = new Thread(peer::end, "teff-peer-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            preparation.accept(peer.folder);
            String output = peer.output(command, environment, limit);
            end.accept(peer.folder);
            return output;
        } finally {
            peer.end();
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                atExit.join(); // the JVM is ending and the hook runs already
            }
        }
    }

    private String output(List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(
                        name ->
                                name.startsWith("PYTHON")
                                        || name.startsWith("DASK_")
                                        || name.startsWith("PARSL_"));
        builder.environment().put("HOME", folder.toString()); // so nobody's settings are read
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().putAll(environment);
        start(builder);
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(
                    "not done after " + limit.toSeconds() + " s; try a smaller --size" + tail(err));
        }
        if (process.exitValue() != 0) {
            throw new IOException("exit code " + process.exitValue() + tail(err));
        }
        return Files.readString(out);
    }

    private synchronized void start(ProcessBuilder builder) throws IOException {
        process = builder.start();
    }

    private static String tail(Path err) throws IOException {
        List<String> lines =
                Files.exists(err)
                        ? List.of(
                                new String(Files.readAllBytes(err), StandardCharsets.UTF_8)
                                        .strip()
                                        .split("\\R"))
                        : List.of();
        String last =
                String.join(
                        " | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        return last.isBlank() ? "" : ": " + last;
    }

    /** Kills what is left of it and removes its folder. Any thread, any number of times. */
    private synchronized void end() {
        if (process != null) {
            kill();
        }
        try {
            deleteFolder();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private void kill() {
        List<ProcessHandle> children = process.descendants().toList(); // while it is there to ask
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        long start = System.nanoTime();
        List<ProcessHandle> members = members(process.pid());
        while (!members.isEmpty()) {
            if (System.nanoTime() - start > KILL_LIMIT.toNanos()) {
                throw new IllegalStateException("cannot kill processes " + members);
            }
            members.forEach(ProcessHandle::destroyForcibly);
            Thread.onSpinWait();
            members = members(process.pid());
        }
    }

    /** The living processes of a session. */
    static List<ProcessHandle> members(long session) {
        List<ProcessHandle> members = new ArrayList<>();
        if (!Files.isReadable(PROC.resolve("self/stat"))) {
            return members;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path entry : processes) {
                if (isMember(entry, session)) {
                    ProcessHandle.of(Long.parseLong(entry.getFileName().toString()))
                            .ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PROC, e);
        }
        return members;
    }

    /** By {@code pid (name) state parent group session ...}, where names may hold anything. */
    private static boolean isMember(Path entry, long session) {
        String stat;
        try {
            stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
        boolean isDead = fields[0].equals("Z") || fields[0].equals("X"); // waits to be collected
        return !isDead && fields[3].equals(Long.toString(session));
    }

    private void deleteFolder() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
