// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JDKs of this machine that a test can start a child JVM with. */
public final class Jdks {
    private static final Pattern RELEASE = Pattern.compile("JAVA_VERSION=\"(\\d+).*");

    private Jdks() {}

    /** The JDK this test runs on, and JDK 25 where one is installed and is not the same. */
    public static List<Path> toTest() {
        List<Path> homes = new ArrayList<>(List.of(current()));
        if (Runtime.version().feature() != 25) {
            find(25).ifPresent(homes::add);
        }
        return homes;
    }

    /** Home of the JDK this test runs on. */
    public static Path current() {
        return Path.of(System.getProperty("java.home"));
    }

    /** A JDK of a release: from JAVA_HOME_n, then /usr/lib/jvm, then PATH, as scripts/test looks. */
    public static Optional<Path> find(int release) {
        List<Path> candidates = new ArrayList<>();
        String named = System.getenv("JAVA_HOME_" + release);
        if (named != null && !named.isEmpty()) {
            candidates.add(Path.of(named));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (DirectoryStream<Path> homes =
                    Files.newDirectoryStream(installed, "*" + release + "*")) {
                homes.forEach(candidates::add);
            } catch (IOException e) {
                throw new IllegalStateException("cannot list " + installed, e);
            }
        }
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
            Path java = Path.of(folder, "java");
            if (Files.isExecutable(java)) {
                candidates.add(homeOf(java));
            }
        }
        return candidates.stream().filter(home -> releaseOf(home) == release).findFirst();
    }

    /** The java command of a JDK. */
    public static Path java(Path home) {
        return home.resolve("bin").resolve("java");
    }

    /** Feature release of the JDK at a home, 0 if there is none. */
    public static int releaseOf(Path home) {
        Path file = home.resolve("release");
        if (!Files.isExecutable(java(home)) || !Files.isReadable(file)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher matcher = RELEASE.matcher(line);
                if (matcher.matches()) {
                    return Integer.parseInt(matcher.group(1));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
        return 0;
    }

    private static Path homeOf(Path java) {
        try {
            Path bin = java.toRealPath().getParent();
            return bin == null || bin.getParent() == null ? java : bin.getParent();
        } catch (IOException e) {
            throw new IllegalStateException("cannot resolve " + java, e);
        }
    }
}
