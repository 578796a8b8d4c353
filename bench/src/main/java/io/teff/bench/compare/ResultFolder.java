// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder that a comparison's files go to. */
final class ResultFolder {
    private final Path folder;
    private final List<Path> written = new ArrayList<>();

    private ResultFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder if need be and tries to write, so that a long run is not lost at its end.
     *
     * @throws IllegalArgumentException if files cannot be made there
     */
    static ResultFolder open(String typed) {
        try {
            Path folder = Files.createDirectories(Path.of(typed));
            Files.delete(Files.createTempFile(folder, ".teff", ".probe"));
            return new ResultFolder(folder);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "--out: cannot write into '"
                            + typed
                            + "' ("
                            + e
                            + "); name a folder that can be written",
                    e);
        }
    }

    void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String name, byte[] bytes) throws IOException {
        written.add(Files.write(folder.resolve(name), bytes));
    }

    /** What was written so far. */
    List<Path> written() {
        return List.copyOf(written);
    }
}
