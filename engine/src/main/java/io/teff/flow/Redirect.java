// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.file.Path;

/**
 * Where a command's output goes: a file, whose folder is made if need be.
 *
 * <pre>{@code
 * sort.with(o -> o.stdout(Redirect.to(Path.of("sorted.txt"))).stderr(Redirect.AUTO))
 * }</pre>
 */
public final class Redirect {
    /**
     * A file of its own for each task, {@code task_logs/task_0007_sort.stdout} under {@link
     * Flow#runDirectory}; tries after the first append to it.
     */
    public static final Redirect AUTO = new Redirect(null, true);

    private final Path file;
    private final boolean append;

    private Redirect(Path file, boolean append) {
        this.file = file;
        this.append = append;
    }

    /** To a file, in place of what it held; each try begins it anew. */
    public static Redirect to(Path file) {
        return new Redirect(file.toAbsolutePath(), false);
    }

    /** To the end of a file. */
    public static Redirect appendTo(Path file) {
        return new Redirect(file.toAbsolutePath(), true);
    }

    Path file() {
        return file;
    }

    boolean append() {
        return append;
    }

    @Override
    public String toString() {
        return file == null ? "an automatic file" : (append ? "the end of " : "") + file;
    }
}
