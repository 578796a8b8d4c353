// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import java.nio.file.Path;

/** Where what is built or installed for comparisons is kept. */
final class CacheFolder {
    private CacheFolder() {}

    /** {@code teff/name} below {@code XDG_CACHE_HOME}, or else below {@code ~/.cache}. */
    static Path of(String name) {
        String cache = System.getenv("XDG_CACHE_HOME");
        // The convention is that a path that is not absolute does not count.
        Path base =
                cache != null && cache.startsWith("/")
                        ? Path.of(cache)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("teff").resolve(name);
    }
}
