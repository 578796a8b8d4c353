// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The processes that executors under test have started, as the operating system sees them. */
final class Children {
    /** Options that make a JVM start fast and stay small. */
    static final String[] LEAN = {
        "-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"
    };

    private Children() {}

    static HtexConfig.Builder tuned(Path directory) {
        return HtexConfig.tuned().workersPerNode(2).jvmOptions(LEAN).directory(directory);
    }

    static HtexConfig.Builder parsl(Path directory) {
        return HtexConfig.parslDefaults().workersPerNode(2).jvmOptions(LEAN).directory(directory);
    }

    /** Live processes of this executor's run directory: its path is in their command or environment. */
    static List<Long> of(Path directory, Class<?> main) {
        return processes(directory, main.getName());
    }

    private static List<Long> processes(Path directory, String main) {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path path : all.toList()) {
                String name = path.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit)
                        && read(path.resolve("cmdline")).contains(main)
                        && belongs(path, directory)) {
                    found.add(Long.valueOf(name));
                }
            }
        } catch (IOException e) {
            throw new AssertionError("/proc cannot be listed", e);
        }
        return found;
    }

    private static boolean belongs(Path process, Path directory) {
        String of = directory.toString();
        if (read(process.resolve("cmdline")).contains(of)) {
            return true;
        }
        try {
            return process.resolve("fd/1").toRealPath().startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false; // it has ended, or is nobody's we know
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }

    /** All of htex's kinds. */
    static List<Long> all(Path directory) {
        return processes(directory, "io.teff.executors.htex.");
    }

    static void assertNoneLeft(Path directory) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(all(directory)).as("processes left").isEmpty());
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
