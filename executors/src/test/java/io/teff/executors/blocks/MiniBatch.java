// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real batch system on this machine, started by a script of this checkout and ended with the test
 * or with this JVM.
 */
public final class MiniBatch {
    private final Path script;
    private final Path directory;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private MiniBatch(String name) throws IOException, InterruptedException {
        script = checkout().resolve("scripts").resolve(name);
        directory = Files.createTempDirectory("teff-" + name + "-");
        String pid = Long.toString(ProcessHandle.current().pid());
        for (String line : run("up", directory.toString(), "--with", pid)) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
    }

    public static MiniBatch slurm() throws IOException, InterruptedException {
        return new MiniBatch("slurm");
    }

    public static MiniBatch gridEngine() throws IOException, InterruptedException {
        return new MiniBatch("gridengine");
    }

    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scripts/slurm"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not in a checkout: no folder above has scripts/");
            }
        }
        return folder;
    }

    /** What the system's commands need in their environment. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Options for a provider of this system, to be added to. */
    public BatchOptions.Builder options() {
        BatchOptions.Builder options = BatchOptions.builder();
        environment.forEach(options::environment);
        return options;
    }

    public Path directory() {
        return directory;
    }

    /** A command of the system, and the lines it prints. */
    public List<String> command(String... command) throws IOException, InterruptedException {
        return output(List.of(command));
    }

    private List<String> run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return output(command);
    }

    private List<String> output(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("teff-out-", "");
        Path err = Files.createTempFile("teff-err-", "");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            // installing packages may take a while, the first time
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        command + ": " + Files.readString(out) + Files.readString(err));
            }
            return Files.readAllLines(out);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Ends the system and all its jobs. */
    public void down() throws IOException, InterruptedException {
        run("down", directory.toString());
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
