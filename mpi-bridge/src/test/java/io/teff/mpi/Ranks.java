// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts a program on several ranks, under a real launcher, and takes what it prints. */
public final class Ranks {
    /** The launchers of Debian's packages. */
    public enum Launcher {
        MPICH("mpiexec.mpich"),
        OPEN_MPI("mpiexec.openmpi");

        private final String program;

        Launcher(String program) {
            this.program = program;
        }

        private MpiLauncher find() {
            return MpiLauncher.find(System.getenv("PATH")).stream()
                    .filter(launcher -> launcher.name().equals(program))
                    .findFirst()
                    .orElseThrow(
                            () -> new AssertionError(program + " is missing: run scripts/test"));
        }
    }

    /** How a run ended. */
    public record End(int exitCode, String output) {}

    private static final long LIMIT_S = 150;

    private Ranks() {}

    public static End run(
            Launcher launcher,
            int ranks,
            Map<String, String> environment,
            Class<?> main,
            String... args)
            throws IOException, InterruptedException {
        return run(new ArrayList<>(launcher.find().command(ranks)), environment, main, args);
    }

    /** So that the other ranks go on when one is killed: with Open MPI, which has an option for that. */
    public static End runOn(
            Map<String, String> environment, int ranks, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Launcher.OPEN_MPI.find().command(ranks));
        command.add(1, "--enable-recovery");
        return run(command, environment, main, args);
    }

    /** With a command of one's own before that of the JVM. */
    public static End by(List<String> launch, Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(new ArrayList<>(launch), Map.of(), main, args);
    }

    /** Without a launcher. */
    public static End alone(Map<String, String> environment, Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(new ArrayList<>(), environment, main, args);
    }

    /** As {@link #run}, with so much time, and options of the JVM after our own. */
    public static End run(
            Launcher launcher,
            int ranks,
            long limitS,
            String options,
            Class<?> main,
            String... args)
            throws IOException, InterruptedException {
        return run(
                new ArrayList<>(launcher.find().command(ranks)),
                Map.of("JDK_JAVA_OPTIONS", options),
                limitS,
                main,
                args);
    }

    private static End run(
            List<String> command, Map<String, String> environment, Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(command, environment, LIMIT_S, main, args);
    }

    private static End run(
            List<String> command,
            Map<String, String> environment,
            long limitS,
            Class<?> main,
            String... args)
            throws IOException, InterruptedException {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        File output = Files.createTempFile("teff-ranks-", ".txt").toFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
            builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
            builder.environment().putAll(environment);
            Process process = builder.redirectErrorStream(true).redirectOutput(output).start();
            try {
                if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
                    throw new AssertionError(
                            command + " still runs:\n" + Files.readString(output.toPath()));
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new End(process.exitValue(), Files.readString(output.toPath()));
        } finally {
            Files.delete(output.toPath());
        }
    }
}
