// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the checkpoints of earlier runs, for {@link FlowBuilder#loadCheckpoints}:
 *
 * <pre>{@code
 * Path runs = Path.of("runs");
 * Flow flow = Flow.builder()
 *         .executor("pool", pool)
 *         .loadCheckpoints(Checkpoints.getAll(runs))
 *         .checkpoint(runs.resolve(Instant.now() + ".ckpt"), CheckpointMode.TASK_EXIT)
 *         .build();
 * }</pre>
 */
public final class Checkpoints {
    private Checkpoints() {}

    /**
     * All checkpoints in a folder and the folders in it, however they are called, oldest first by
     * their time of last change. None if there is no such folder. Those that a flow of this program
     * is writing are left out.
     */
    public static List<Path> getAll(Path folder) {
        record Dated(Path path, FileTime time) {}
        List<Dated> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                if (CheckpointFile.isOne(path)) {
                    found.add(new Dated(path, Files.getLastModifiedTime(path)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for checkpoints in " + folder, e);
        }
        found.sort(Comparator.comparing(Dated::time).thenComparing(Dated::path));
        return found.stream().map(Dated::path).toList();
    }

    /** The newest of {@link #getAll}, as a list of one; empty if there is none. */
    public static List<Path> getLast(Path folder) {
        List<Path> all = getAll(folder);
        return all.isEmpty() ? all : all.subList(all.size() - 1, all.size());
    }
}
