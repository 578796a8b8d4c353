// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of the engines of this machine and user. Any thread. */
public final class MonitorFiles {
    /** How the names of files end. */
    public static final String SUFFIX = ".teffmon";

    private MonitorFiles() {}

    /** What is known of the engine of a file. */
    public enum Life {
        /** It runs. */
        LIVE,
        /** It has come to its end. */
        ENDED,
        /** Its process is gone, and had not closed it: it was killed, or has crashed, or just left. */
        KILLED,
        /** The file cannot be read. */
        UNREADABLE
    }

    /**
     * A file.
     *
     * @param info what it is about; null if it cannot be read
     * @param problem why it cannot be read; empty if it can
     */
    public record Found(Path path, Life life, MonitorInfo info, String problem) {}

    /**
     * Where engines put their files unless they are told otherwise: {@code teff-} and the user's name,
     * in the JVM's folder for temporary files.
     */
    public static Path defaultFolder() {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "teff-" + user);
    }

    /**
     * The default folder, made for this user alone if it was not there.
     *
     * @throws IOException if it cannot be made
     */
    public static Path makeDefaultFolder() throws IOException {
        Path folder = defaultFolder();
        if (!Files.isDirectory(folder)) {
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] attributes =
                    posix
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------"))
                            }
                            : new FileAttribute<?>[0];
            Files.createDirectories(folder, attributes);
        }
        return folder;
    }

    /**
     * The files of a folder, live ones first, then the newest first. None if there is no such folder.
     *
     * @throws IOException if the folder cannot be read
     */
    public static List<Found> list(Path folder) throws IOException {
        List<Found> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path path : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                found.add(look(path));
            }
        }
        found.sort(
                Comparator.comparing(Found::life)
                        .thenComparing(f -> f.info() == null ? 0 : -f.info().startMs())
                        .thenComparing(Found::path));
        return found;
    }

    /** What there is to know of one file. */
    public static Found look(Path path) {
        try (MonitorReader reader = MonitorReader.open(path)) {
            EngineStatus status = reader.snapshot().head().status();
            Life life =
                    status == EngineStatus.TERMINATED
                            ? Life.ENDED
                            : reader.info().isProcessAlive() ? Life.LIVE : Life.KILLED;
            return new Found(path, life, reader.info(), "");
        } catch (IOException | RuntimeException e) {
            String problem = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Found(path, Life.UNREADABLE, null, problem);
        }
    }

    /**
     * Deletes files of engines that run no more, but for the newest {@code keep}.
     *
     * @return what was deleted
     * @throws IOException if the folder cannot be read; a file that cannot be deleted stays
     */
    public static List<Path> prune(Path folder, int keep) throws IOException {
        List<Path> deleted = new ArrayList<>();
        List<Found> over =
                list(folder).stream()
                        .filter(f -> f.life() == Life.ENDED || f.life() == Life.KILLED)
                        .sorted(Comparator.comparing(f -> -f.info().startMs()))
                        .skip(keep)
                        .toList();
        for (Found file : over) {
            try {
                if (Files.deleteIfExists(file.path())) {
                    deleted.add(file.path());
                }
            } catch (IOException ignored) {
                // it stays; whoever owns it may know why
            }
        }
        return deleted;
    }
}
