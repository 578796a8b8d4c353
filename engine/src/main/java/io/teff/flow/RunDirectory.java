// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a flow keeps what it makes by itself: {@code 000}, {@code 001} and so on in one folder for
 * all runs. Made when first needed.
 */
final class RunDirectory {
    private final Path runs;
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger tasks = new AtomicInteger();
    private Path path; // guarded by this

    RunDirectory(Path runs) {
        this.runs = runs;
    }

    synchronized Path path() {
        if (path == null) {
            path = create();
        }
        return path;
    }

    private Path create() {
        try {
            Files.createDirectories(runs);
            Path made = null;
            for (int i = 0; made == null; i++) {
                made = tryCreate(runs.resolve(String.format("%03d", i)));
            }
            return made.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make a run directory in "
                            + runs.toAbsolutePath()
                            + ": choose another by FlowBuilder.runDirectory",
                    e);
        }
    }

    private static Path tryCreate(Path next) throws IOException {
        try {
            return Files.createDirectory(next);
        } catch (FileAlreadyExistsException e) { // an earlier run, or another flow was faster
            return null;
        }
    }

    /** A place for a copy of a file. */
    Path place(DataFile file) {
        return path().resolve("files")
                .resolve(String.format("%04d", files.getAndIncrement()))
                .resolve(file.filename());
    }

    /** Where a task's output goes, less its ending. */
    Path log(String task) {
        String name = task.replaceAll("[^A-Za-z0-9._-]", "_");
        return path().resolve("task_logs")
                .resolve(String.format("task_%04d_%s", tasks.getAndIncrement(), name));
    }
}
