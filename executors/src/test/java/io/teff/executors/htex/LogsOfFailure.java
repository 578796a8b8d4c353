// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After a test that failed: prints the ends of the files that processes of other JVMs have left in
 * its folder, which is gone a moment later.
 */
final class LogsOfFailure implements AfterTestExecutionCallback {
    private static final int LINES = 40;

    private final Supplier<Path> folder;

    LogsOfFailure(Supplier<Path> folder) {
        this.folder = folder;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder.get())) {
            files.filter(Files::isRegularFile).sorted().forEach(LogsOfFailure::print);
        }
    }

    private static void print(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            List<String> lines = text.lines().toList();
            System.out.println("---- " + file);
            lines.subList(Math.max(0, lines.size() - LINES), lines.size())
                    .forEach(System.out::println);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
