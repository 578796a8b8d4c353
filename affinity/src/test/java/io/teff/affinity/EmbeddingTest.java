// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pins in JVMs of their own, started from a plain class path: it must work, and print nothing. */
@EnabledOnOs(OS.LINUX)
class EmbeddingTest {
    private static final String GRANT = "--enable-native-access=ALL-UNNAMED";
    private static final List<Class<?>> WITH_JNA =
            List.of(Affinity.class, PinChild.class, Native.class);
    private static final Path CURRENT = Path.of(System.getProperty("java.home"));

    @TempDir Path dir;

    @Test
    void plainClassPathOnThisJdkPinsInSilence() throws Exception {
        pinsInSilence(CURRENT);
    }

    @Test
    void plainClassPathOnJdk25PinsInSilence() throws Exception {
        pinsInSilence(jdk25());
    }

    @Test
    void grantedNativeAccessOnJdk25GoesThroughJna() throws Exception {
        Map<String, String> said = child(jdk25(), List.of(GRANT), WITH_JNA);
        assertPinned(said);
        assertThat(said).containsEntry("why", "sched_setaffinity through JNA");
        assertThat(said).containsEntry("jnaAfterPin", "true");
    }

    @Test
    void withoutJnaOnTheClassPathPinsByTaskset() throws Exception {
        List<Class<?>> withoutJna = List.of(Affinity.class, PinChild.class);
        Map<String, String> said = child(CURRENT, List.of(), withoutJna);
        assertPinned(said);
        assertThat(said.get("why")).contains("taskset").contains("not on the class path");
    }

    @Test
    void virtualThreadsAreRefused() throws Exception {
        Path jdk = jdk25();
        Map<String, String> said = child(jdk, List.of(), WITH_JNA);
        assertThat(said.get("virtual"))
                .isEqualTo(feature(jdk) < 21 ? null : "a virtual thread cannot be pinned");
    }

    private void pinsInSilence(Path jdk) throws Exception {
        Map<String, String> said = child(jdk, List.of(), WITH_JNA);
        assertPinned(said);
        if (feature(jdk) < 22) {
            assertThat(said).containsEntry("why", "sched_setaffinity through JNA");
        } else {
            assertThat(said.get("why")).contains("taskset").contains(GRANT);
            assertThat(said).containsEntry("jnaAfterPin", "false");
        }
    }

    private static void assertPinned(Map<String, String> said) {
        String asked = said.get("asked");
        assertThat(said)
                .containsEntry("available", "true")
                .containsEntry("mask", said.get("before"))
                .containsEntry("cpuIsAllowed", "true")
                .containsEntry("jnaBeforePin", "false")
                .containsEntry("got", asked)
                .containsEntry("pinned", "true")
                .containsEntry("kernelMask", asked)
                .containsEntry("currentMask", asked)
                .containsEntry("currentCpu", asked)
                .containsEntry("restored", said.get("before"));
        if (CpuSet.parse(said.get("before")).size() > 1) {
            assertThat(said.get("kernelMask")).isNotEqualTo(said.get("before"));
        }
    }

    /** Runs {@link PinChild}, asserts that it printed nothing on stderr, and gives what it said. */
    private Map<String, String> child(Path jdk, List<String> flags, List<Class<?>> classPath)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/java").toString()));
        command.addAll(flags);
        command.addAll(
                List.of(
                        "-cp",
                        classPath.stream()
                                .map(EmbeddingTest::home)
                                .collect(Collectors.joining(File.pathSeparator)),
                        PinChild.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command);
        // With these set, every JVM reports on stderr that it picked them up.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        File out = dir.resolve("out").toFile();
        File err = dir.resolve("err").toFile();
        Process process = builder.redirectOutput(out).redirectError(err).start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err.toPath())).as("stderr of %s", command).isEmpty();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(out.toPath()).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** An installed JDK 25, or the current JDK. */
    private static Path jdk25() throws IOException {
        List<Path> candidates = new ArrayList<>();
        if (System.getenv("JAVA_HOME_25") != null) {
            candidates.add(Path.of(System.getenv("JAVA_HOME_25")));
        }
        for (Path parent : List.of(CURRENT.getParent(), Path.of("/usr/lib/jvm"))) {
            if (Files.isDirectory(parent)) {
                try (Stream<Path> siblings = Files.list(parent)) {
                    siblings.sorted().forEach(candidates::add);
                }
            }
        }
        for (Path jdk : candidates) {
            if (Files.isExecutable(jdk.resolve("bin/java")) && feature(jdk) == 25) {
                return jdk;
            }
        }
        return CURRENT;
    }

    /** The version a JDK's {@code release} file names, or 0. */
    private static int feature(Path jdk) throws IOException {
        Path release = jdk.resolve("release");
        if (!Files.isReadable(release)) {
            return jdk.equals(CURRENT) ? Runtime.version().feature() : 0;
        }
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> line.replaceAll("[^0-9.]", "").split("\\.", 2)[0])
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(0);
    }
}
