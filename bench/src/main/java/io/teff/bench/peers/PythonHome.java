// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The virtual environment of Python that {@code scripts/teff peers} makes: {@code teff/peers} in the
 * user's cache folder. Immutable.
 *
 * @param folder the environment's folder, which need not be there
 */
public record PythonHome(Path folder) {
    /** What is typed to make it, or to make it whole. */
    public static final String COMMAND = "scripts/teff peers";

    /** The one below {@code XDG_CACHE_HOME}, or else below {@code ~/.cache}. */
    public static PythonHome standard() {
        return new PythonHome(CacheFolder.of("peers"));
    }

    Path bin() {
        return folder.resolve("bin");
    }

    Path python() {
        return bin().resolve("python");
    }

    boolean isHere() {
        return Files.isExecutable(python());
    }
}
