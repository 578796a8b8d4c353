// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A folder that the files of a run go to. */
public final class ResultFolder {
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
    public static ResultFolder open(String typed) {
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

    public void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    public void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Path draft = folder.resolve(name + ".new"); // a full disk leaves the old file as it was
        try {
            Files.write(draft, bytes);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        written.add(file);
    }

    /** What was written so far. */
    public List<Path> written() {
        return List.copyOf(written);
    }
}
