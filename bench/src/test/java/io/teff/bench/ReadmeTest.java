// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java block of the README compiles, runs and prints what its comments say. */
class ReadmeTest {
    private static final Path README =
            Path.of(System.getProperty("basedir", "."), "..", "README.md").normalize();

    @TempDir Path folder;

    static Stream<ReadmeBlock> blocks() {
        try {
            return ReadmeBlock.of(Files.readAllLines(README)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("blocks")
    void blockCompilesAndPromisesOutput(ReadmeBlock block) throws Exception {
        compile(block);
        assertThat(block.prints()).as("the comments '// prints: ...' in %s", block).isNotEmpty();
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("blocks")
    void blockPrintsWhatItPromises(ReadmeBlock block) throws Exception {
        run(block);
    }

    @Test
    void everyJavaBlockIsFound() throws Exception {
        long fences =
                Files.readAllLines(README).stream()
                        .filter(l -> l.matches("\\s*(```|~~~)\\s*[jJ]ava.*"))
                        .count();
        assertThat(blocks().count()).isEqualTo(fences).isPositive();
    }

    @Test
    void importsMembersAndStatementsMayMix() throws Exception {
        ReadmeBlock block =
                onlyBlock(
                        """
                        import java.util.stream.IntStream;

                        static final String BRACE = "}"; // not counted: {
                        record Pair(int a, int b) {
                            int sum() { return a + b; }
                        }

                        Pair pair = new Pair(
                                20, 22);
                        static int twice(int x) {
                            return 2 * x;
                        }
                        for (int i : IntStream.of(pair.sum(), twice(3)).toArray()) {
                            System.out.println(i + BRACE);
                        }
                        // prints: 42}
                        // prints: 6}
                        """);
        run(block);
    }

    @Test
    void wrongPromiseIsNoticed() throws Exception {
        ReadmeBlock wrong = onlyBlock("System.out.println(6 * 7); // prints: 43\n");
        assertThatThrownBy(() -> run(wrong)).isInstanceOf(AssertionError.class);

        ReadmeBlock unsaid = onlyBlock("System.out.println(6 * 7);\n");
        assertThatThrownBy(() -> run(unsaid)).isInstanceOf(AssertionError.class);
    }

    @Test
    void failureAndWrongCodeAreNoticed() throws Exception {
        ReadmeBlock failing = onlyBlock("System.out.println(1 / args.length); // prints: 1\n");
        assertThatThrownBy(() -> run(failing)).hasMessageContaining("ArithmeticException");

        ReadmeBlock wrong = onlyBlock("int x = \"text\";\n");
        assertThatThrownBy(() -> compile(wrong)).hasMessageContaining("incompatible types");
    }

    private static ReadmeBlock onlyBlock(String code) {
        List<ReadmeBlock> blocks =
                ReadmeBlock.of(List.of(("text\n```java\n" + code + "```\nmore").split("\n")));
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    private void compile(ReadmeBlock block) throws IOException {
        SourceCompiler.compile(folder, Map.of(block.className(), block.source()));
    }

    private void run(ReadmeBlock block) throws Exception {
        compile(block);
        Path stdout = folder.resolve(block.className() + ".out");
        Path stderr = folder.resolve(block.className() + ".err");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                folder + File.pathSeparator + System.getProperty("java.class.path"),
                                block.className())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile())
                        .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("ends within 150 s").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(stdout))
                .as(
                        "line %s, exit code %s, stderr: %s",
                        block.line(), process.exitValue(), Files.readString(stderr))
                .isEqualTo(block.prints());
        assertThat(process.exitValue()).as(Files.readString(stderr)).isZero();
    }
}
