// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A program that stagings run, looked for on a search path each time it is wanted. */
final class Tool {
    private static final File NOTHING = new File("/dev/null");

    private final String name;
    private final String searched; // as the environment variable PATH

    Tool(String name, String searched) {
        this.name = name;
        this.searched = searched;
    }

    static Tool onPath(String name) {
        String path = System.getenv("PATH");
        return new Tool(name, path == null ? "/usr/local/bin:/usr/bin:/bin" : path);
    }

    /**
     * Runs it and gives what it printed. On an interrupt it is killed.
     *
     * @throws IOException if there is no such program, or it fails; with what it said
     */
    String run(String fix, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(find(fix));
        command.addAll(Arrays.asList(arguments));
        Path out = Files.createTempFile("teff-" + name, ".out");
        Path err = Files.createTempFile("teff-" + name, ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("PATH", searched);
            Process process =
                    builder.redirectInput(NOTHING)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            int code;
            try {
                code = process.waitFor();
            } finally {
                if (process.isAlive()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
            if (code != 0) {
                throw new IOException(
                        name + " failed with exit code " + code + ": " + Tail.of(err, 0).strip());
            }
            return Files.readString(out, StandardCharsets.UTF_8).strip();
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private String find(String fix) throws IOException {
        for (String folder : searched.split(File.pathSeparator, -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException("there is no " + name + " on the PATH; " + fix);
    }
}
