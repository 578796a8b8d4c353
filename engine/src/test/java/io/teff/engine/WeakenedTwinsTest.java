// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The weakened twins are the shipped classes but for the lines that weaken.xml means to change. */
class WeakenedTwinsTest {
    private static final Pattern SO_THAT_IT_COMPILES =
            Pattern.compile(
                    "Lane\\(this\\)|runners\\.run\\(this\\)|own\\.worker\\..*\\bthis\\b"
                            + "|nested\\.notEnded\\(this\\)|record\\.(notEnded|begun)\\(this\\)");
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path SUITES = Path.of("src/test/java");
    private static final Path TWINS = Path.of("target/generated-test-sources/weakened");

    /** Files of twins, without those of their suites. */
    static List<Path> twins() throws IOException {
        try (Stream<Path> files = Files.walk(TWINS)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith("Stress.java"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void twinDiffersInWhatWeakensItOnly(Path twin) throws IOException {
        String name = twin.getFileName().toString().replace(".java", "");
        String original = StressSuitesTest.originalOf(name);
        Path folder = TWINS.relativize(twin).getParent();
        Path main = MAIN.resolve(folder).resolve(original + ".java");

        List<String> changed =
                difference(main, twin, name, original).stream()
                        .filter(line -> !SO_THAT_IT_COMPILES.matcher(line).find())
                        .toList();
        assertThat(changed).hasSizeBetween(1, name.equals("WeakCountSleepers") ? 2 : 1);

        Path suite = twin.resolveSibling(name + "Stress.java");
        Path shipped = SUITES.resolve(folder).resolve(original + "Stress.java");
        assertThat(difference(shipped, suite, name, original)).as("its suite").isEmpty();
    }

    @Test
    void everySharedClassHasATwin() throws IOException {
        List<String> originals = new ArrayList<>();
        for (Path twin : twins()) {
            String name = twin.getFileName().toString().replace(".java", "");
            originals.add(StressSuitesTest.originalOf(name));
        }
        assertThat(originals)
                .contains(
                        "Arrival",
                        "Countdowns",
                        "EventRing",
                        "ForkStack",
                        "Frame",
                        "Inbox",
                        "Promise",
                        "Running",
                        "Sleepers",
                        "Submitter",
                        "TaskDeque",
                        "TaskFuture");
    }

    /** Lines of the original that the copy, renamed back, has otherwise. */
    private static List<String> difference(Path original, Path copy, String name, String renamed)
            throws IOException {
        List<String> lines = Files.readAllLines(original);
        List<String> copied = Files.readAllLines(copy);
        assertThat(copied).hasSameSizeAs(lines);
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!copied.get(i).replace(name, renamed).equals(lines.get(i))) {
                changed.add(lines.get(i));
            }
        }
        return changed;
    }
}
