// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What came of a program that ran in a JVM of its own, with the class path of the tests. */
public record ChildJvm(int exit, String stdout, String stderr) {
    private static final long LONGEST_S = 150;

    public static ChildJvm run(
            Path jdk, Path folder, Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        return run(LONGEST_S, jdk, folder, main, options, arguments);
    }

    public static ChildJvm run(
            long seconds,
            Path jdk,
            Path folder,
            Class<?> main,
            List<String> options,
            String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Jdks.java(jdk).toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Path stdout = folder.resolve("stdout");
        Path stderr = folder.resolve("stderr");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM reports these on stderr
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                    .as("%s ends within %s s", main.getSimpleName(), seconds)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new ChildJvm(
                process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    }
}
