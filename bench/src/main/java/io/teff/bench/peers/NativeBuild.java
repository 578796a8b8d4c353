// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compiles the program of a {@link NativePeer} by one compiler. What has been compiled is kept in {@code
 * teff/native} of the user's cache folder, under a name that changes with the program, the command, the
 * compiler and the runtime's sources; so it is compiled once. Several processes may do so at a time: a file
 * appears whole.
 */
final class NativeBuild {
    private static final String FOLDER = "native/";
    private static final List<String> SHARED = List.of("peer.hpp", "lace_config.h");
    private static final List<String> RUST =
            List.of("rayon_peer/Cargo.toml", "rayon_peer/src/main.rs");
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(30);

    private final NativePeer peer;
    private final String compiler;
    private final Path cache = CacheFolder.of("native");

    NativeBuild(NativePeer peer, String compiler) {
        this.peer = peer;
        this.compiler = compiler;
    }

    /** The compiled program. */
    Path executable() throws NativePeer.Missing, IOException, InterruptedException {
        Path found = onPath(compiler);
        if (found == null) {
            throw missing("there is no " + compiler);
        }
        Path executable = cache.resolve(peer.name() + "-" + key(found));
        if (!Files.isExecutable(executable)) {
            Path made = newFile();
            try {
                compile(found, made);
                Files.move(made, executable, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(made);
            }
        }
        return executable;
    }

    private Path newFile() throws IOException {
        try {
            Files.createDirectories(cache);
            return Files.createTempFile(cache, peer.name(), ".new");
        } catch (IOException e) {
            throw new IOException(
                    "cannot write into " + cache + "; name another folder by XDG_CACHE_HOME", e);
        }
    }

    private void compile(Path found, Path made)
            throws NativePeer.Missing, IOException, InterruptedException {
        try {
            if (peer.isRust()) {
                run(
                        List.of(
                                found.toString(),
                                "build",
                                "--release",
                                "--manifest-path",
                                "rayon_peer/Cargo.toml"),
                        folder ->
                                Files.copy(
                                        folder.resolve("rayon_peer/target/release/rayon_peer"),
                                        made,
                                        StandardCopyOption.REPLACE_EXISTING));
            } else {
                run(command(found, made), folder -> {});
            }
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (peer.sources() == null
                    && (message.contains("No such file or directory")
                            || message.contains("file not found")
                            || message.contains("cannot find -l"))) {
                throw missing("there is not all of it (" + message + ")");
            }
            throw e;
        }
    }

    private NativePeer.Missing missing(String what) {
        return new NativePeer.Missing(
                peer.name()
                        + ": "
                        + what
                        + "; on Debian, type: apt-get install -y "
                        + peer.install());
    }

    private List<String> command(Path found, Path made) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                found.toString(),
                                "-std=c++20",
                                "-O3",
                                "-march=native",
                                "-pthread",
                                "-I."));
        if (peer.sources() != null) {
            command.add("-I" + peer.sources().headers());
        }
        command.addAll(List.of(peer.program(), "-o", made.toString()));
        command.addAll(peer.arguments());
        return command;
    }

    /** Runs the compiler in a folder that holds the programs, and then what is to be done with it. */
    private void run(List<String> command, PeerProcess.Preparation end)
            throws IOException, InterruptedException {
        PeerProcess.run(
                command,
                Map.of(
                        "HOME", System.getProperty("user.home"), // where cargo has its toolchain
                        "LC_ALL", "C",
                        "RUSTFLAGS", "-C target-cpu=native"),
                LIMIT,
                folder -> {
                    for (String resource : resources()) {
                        Path file = folder.resolve(resource);
                        Files.createDirectories(file.getParent());
                        Files.write(file, bytes(resource));
                    }
                },
                end);
    }

    private List<String> resources() {
        if (peer.isRust()) {
            return RUST;
        }
        return Stream.concat(SHARED.stream(), Stream.of(peer.program())).toList();
    }

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream in = NativeBuild.class.getResourceAsStream(FOLDER + resource)) {
            if (in == null) {
                throw new IOException("no resource " + FOLDER + resource + " beside NativeBuild");
            }
            return in.readAllBytes();
        }
    }

    /** What tells this build from others. */
    private String key(Path found) throws IOException, InterruptedException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        for (String resource : resources()) {
            digest.update(bytes(resource));
        }
        digest.update(String.join("\n", command(found, Path.of("made"))).getBytes(UTF_8));
        List<String> version = List.of(found.toString(), "--version");
        Map<String, String> home = Map.of("HOME", System.getProperty("user.home"));
        digest.update(PeerProcess.run(version, home, VERSION_LIMIT, folder -> {}).getBytes(UTF_8));
        if (peer.sources() != null) {
            digest.update(Long.toString(newest(peer.sources().headers())).getBytes(UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** When the last of the headers was changed, in ms. */
    private static long newest(Path headers) throws IOException {
        long newest = 0;
        try (Stream<Path> files = Files.walk(headers)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
            }
        }
        return newest;
    }

    private static Path onPath(String command) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(":", -1)) {
            Path file = Path.of(folder, command);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file.toAbsolutePath();
            }
        }
        return null;
    }
}
