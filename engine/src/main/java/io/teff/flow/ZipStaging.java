// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code zip:/path/archive.zip/member}. One member at a time goes in or out, here and among processes
 * that keep to the lock, the file {@code archive.zip.lock}; it stays there.
 */
final class ZipStaging implements Staging {
    /** A file lock holds among processes only. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    /** What happens to an archive. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private record Member(Path archive, String name) {
        static Member of(DataFile file) {
            if (file.uri().getAuthority() != null) {
                throw new IllegalArgumentException(
                        file.uri()
                                + " has a host, "
                                + file.uri().getAuthority()
                                + ": write zip:/path/archive.zip/member");
            }
            String path = file.uri().getSchemeSpecificPart();
            int end = path.indexOf(".zip/");
            if (end < 0 || end + 5 == path.length()) {
                throw new IllegalArgumentException(
                        file.uri() + " names no member: write zip:/path/archive.zip/member");
            }
            return new Member(Path.of(path.substring(0, end + 4)), path.substring(end + 5));
        }
    }

    @Override
    public boolean canStageIn(DataFile file) {
        return isMine(file);
    }

    @Override
    public boolean canStageOut(DataFile file) {
        return isMine(file);
    }

    private static boolean isMine(DataFile file) {
        return file.scheme().equals("zip") && Member.of(file) != null; // which throws if it is bad
    }

    @Override
    public void stageIn(DataFile file, Path to) throws IOException, InterruptedException {
        Member member = Member.of(file);
        if (!Files.exists(member.archive)) {
            throw new NoSuchFileException(
                    member.archive.toString(), null, "there is no such archive");
        }
        locked(
                member.archive,
                () -> {
                    try (FileSystem zip = open(member.archive, Map.of())) {
                        Path path = zip.getPath("/" + member.name);
                        if (!Files.isRegularFile(path)) {
                            throw new NoSuchFileException(
                                    member.name, null, "there is no such member in the archive");
                        }
                        Files.copy(path, to);
                    }
                });
    }

    @Override
    public void stageOut(Path from, DataFile file) throws IOException, InterruptedException {
        Member member = Member.of(file);
        Files.createDirectories(member.archive.toAbsolutePath().getParent());
        locked(
                member.archive,
                () -> {
                    try (FileSystem zip = open(member.archive, Map.of("create", "true"))) {
                        Path path = zip.getPath("/" + member.name);
                        Files.createDirectories(path.getParent());
                        Files.copy(from, path, StandardCopyOption.REPLACE_EXISTING);
                    }
                });
    }

    private static FileSystem open(Path archive, Map<String, String> options) throws IOException {
        return FileSystems.newFileSystem(archive, options, null);
    }

    private static void locked(Path archive, Action action)
            throws IOException, InterruptedException {
        Path path = archive.toAbsolutePath().normalize();
        ReentrantLock lock = LOCKS.computeIfAbsent(path, key -> new ReentrantLock());
        lock.lockInterruptibly();
        try (FileChannel channel =
                        FileChannel.open(
                                path.resolveSibling(path.getFileName() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var held = channel.lock()) {
            if (!held.isValid()) {
                throw new IOException("lost the lock of " + path);
            }
            action.run();
        } catch (UncheckedIOException e) { // of the archive's file system
            throw e.getCause();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Set<String> schemes() {
        return Set.of("zip");
    }

    @Override
    public String toString() {
        return "zip staging";
    }
}
