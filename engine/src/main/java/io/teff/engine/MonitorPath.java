// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.MonitorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Where an engine's file goes. What is asked for is {@code auto}, a folder, or a file, in whose name
 * {@code %p} is the process id, {@code %r} the rank and {@code %n} the engine's name. No two engines of
 * this JVM get the same path at a time, nor do two ranks.
 */
final class MonitorPath implements AutoCloseable {
    static final String AUTO = "auto";
    private static final int KEPT = 16; // files of engines that are gone
    private static final Set<Path> TAKEN = new HashSet<>(); // guarded by itself

    private final Path path;

    private MonitorPath(Path path) {
        this.path = path;
    }

    /**
     * Takes a path.
     *
     * @throws IOException if the default folder cannot be made
     */
    static MonitorPath take(EngineConfig config, String asked) throws IOException {
        String own = config.name().replaceAll("[^A-Za-z0-9._-]", "_");
        String process = Long.toString(ProcessHandle.current().pid());
        String rank = config.rank() < 0 ? "" : "-r" + config.rank();
        String file = own + "-" + process + rank + MonitorFiles.SUFFIX;
        Path wanted;
        if (asked.equals(AUTO)) {
            Path folder = MonitorFiles.makeDefaultFolder();
            MonitorFiles.prune(folder, KEPT);
            wanted = folder.resolve(file);
        } else if (asked.endsWith("/") || Files.isDirectory(Path.of(asked))) {
            Files.createDirectories(Path.of(asked));
            wanted = Path.of(asked).resolve(file);
        } else {
            String filled =
                    asked.replace("%p", process)
                            .replace("%n", own)
                            .replace("%r", Integer.toString(Math.max(0, config.rank())));
            wanted = Path.of(filled).toAbsolutePath();
            if (!rank.isEmpty() && !asked.contains("%r")) {
                wanted = numbered(wanted, rank);
            }
        }
        Path first = wanted.toAbsolutePath().normalize();
        synchronized (TAKEN) {
            Path free = first;
            for (int i = 2; !TAKEN.add(free); i++) {
                free = numbered(first, "-" + i);
            }
            return new MonitorPath(free);
        }
    }

    private static Path numbered(Path path, String what) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return path.resolveSibling(
                dot <= 0 ? name + what : name.substring(0, dot) + what + name.substring(dot));
    }

    Path path() {
        return path;
    }

    /** Another engine may have it. */
    @Override
    public void close() {
        synchronized (TAKEN) {
            TAKEN.remove(path);
        }
    }
}
