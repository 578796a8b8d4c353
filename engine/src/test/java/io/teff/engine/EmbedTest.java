// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.embedded.EmbedMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine embedded from a plain class path needs no JVM flag and prints nothing on stderr. */
class EmbedTest {
    /**
     * What the engine ships with, and nothing else: a dependency that is missing here shows up as a
     * NoClassDefFoundError in the child, while a list of test jars to leave out could only grow
     * stale unseen.
     */
    private static final Pattern RUNTIME =
            Pattern.compile(
                    ".*/(affinity|engine)/target/classes/?"
                            + "|.*/(teff-affinity|teff-engine)-[^/]*(?<!-tests)\\.jar"
                            + "|.*/(disruptor|HdrHistogram|jna)-[0-9][^/]*\\.jar");

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("io.teff.engine.Jdks#toTest")
    void engineIsSilentAndNeedsNoFlag(Path jdk) throws Exception {
        Child child = run(jdk, EmbedMain.class);

        assertThat(child.stderr()).as("stderr on %s", jdk).isEmpty();
        assertThat(child.stdout())
                .isEqualTo(
                        """
                        submit 42
                        execute true
                        schedule later
                        fork 6765
                        loop 499999500000
                        closed
                        """);
        assertThat(child.exit()).isZero();
    }

    /** As in an image that jlink has made of the least that the engine needs. */
    @ParameterizedTest
    @MethodSource("io.teff.engine.Jdks#toTest")
    void engineNeedsNoFlightRecorderAndNoJmx(Path jdk) throws Exception {
        Child child = run(jdk, EmbedMain.class, "--limit-modules", "java.base,java.logging");

        assertThat(child.stderr()).as("stderr on %s", jdk).isEmpty();
        assertThat(child.stdout()).startsWith("submit 42\n").endsWith("closed\n");
        assertThat(child.exit()).isZero();
    }

    @ParameterizedTest
    @MethodSource("io.teff.engine.Jdks#toTest")
    void childThatComplainsIsNoticed(Path jdk) throws Exception {
        Child child = run(jdk, Complainer.class);

        assertThat(child.stdout()).isEqualTo(Jdks.releaseOf(jdk) + "\n");
        assertThat(child.stderr()).contains("Complainer says so");
        assertThat(child.exit()).isEqualTo(1);
    }

    @Test
    void classPathHasTheRuntimeJarsOnly() {
        List<String> names =
                runtimeClassPath().stream()
                        .map(entry -> Path.of(entry).getFileName().toString())
                        .map(name -> name.replaceAll("-[0-9].*", ""))
                        .toList();
        assertThat(names)
                .contains("disruptor", "HdrHistogram", "jna")
                .hasSize(5); // and the classes or jars of affinity and engine
    }

    /** Says which release it runs on, then dies. */
    static final class Complainer {
        private Complainer() {}

        public static void main(String[] args) {
            System.out.println(Runtime.version().feature());
            throw new IllegalStateException("Complainer says so");
        }
    }

    private record Child(int exit, String stdout, String stderr) {}

    private Child run(Path jdk, Class<?> main, String... options)
            throws IOException, InterruptedException {
        Path program = folder.resolve("program");
        copyClasses(main, program);
        String classPath =
                Stream.concat(Stream.of(program.toString()), runtimeClassPath().stream())
                        .collect(Collectors.joining(File.pathSeparator));

        Path stdout = folder.resolve("stdout");
        Path stderr = folder.resolve("stderr");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Stream.of(
                                                List.of(Jdks.java(jdk).toString()),
                                                List.of(options),
                                                List.of("-cp", classPath, main.getName()))
                                        .flatMap(List::stream)
                                        .toList())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM reports these on stderr
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("ends within 150 s").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Child(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    }

    /** The rest of the test classes stays out of the child's class path. */
    private static void copyClasses(Class<?> main, Path program) throws IOException {
        String name = main.getName().substring(main.getPackageName().length() + 1);
        Path from = testClasses().resolve(main.getPackageName().replace('.', '/'));
        Path to = program.resolve(main.getPackageName().replace('.', '/'));
        Files.createDirectories(to);
        List<Path> files = new ArrayList<>(List.of(from.resolve(name + ".class")));
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(from, name + "$*.class")) {
            inner.forEach(files::add);
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private static Path testClasses() {
        return classPath()
                .map(Path::of)
                .filter(
                        entry ->
                                Files.isRegularFile(
                                        entry.resolve("io/teff/engine/EmbedTest.class")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> runtimeClassPath() {
        return classPath().filter(entry -> RUNTIME.matcher(entry).matches()).toList();
    }

    private static Stream<String> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
    }
}
