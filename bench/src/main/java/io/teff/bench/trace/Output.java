// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A file that is written beside its place, and comes there when it is whole. */
final class Output implements AutoCloseable {
    private final String format;
    private final Path path;
    private final Path fresh;
    private final OutputStream stream;
    private RunSink sink;

    private Output(String format, Path path) throws IOException {
        this.format = format;
        this.path = path;
        fresh = path.resolveSibling(path.getFileName() + ".new");
        stream = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16);
    }

    /**
     * Begins one.
     *
     * @param format as it is called in what is printed
     * @param where a folder, or the file itself
     * @param file its name in a folder
     * @param isOnly whether {@code where} may be a file: there is no other output
     * @throws IllegalArgumentException if it may not, or its folder is not there
     */
    static Output in(Path where, String format, String file, boolean isOnly) throws IOException {
        if (where.toString().isEmpty() || Files.isDirectory(where)) {
            return new Output(format, where.resolve(file));
        }
        if (!isOnly) {
            throw new IllegalArgumentException(
                    "--out must be a folder when there are two files to write: " + where);
        }
        Path folder = where.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--out: there is no folder " + folder);
        }
        return new Output(format, where);
    }

    String format() {
        return format;
    }

    Path path() {
        return path;
    }

    OutputStream stream() {
        return stream;
    }

    void sink(RunSink sink) {
        this.sink = sink;
    }

    RunSink sink() {
        return sink;
    }

    /** The last of it; then the file is there. */
    void finish(List<RunReader> runs) throws IOException {
        sink.finish(runs);
        sink.close();
        sink = null;
        stream.close();
        Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        try {
            if (sink != null) {
                sink.close();
            }
            stream.close();
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
