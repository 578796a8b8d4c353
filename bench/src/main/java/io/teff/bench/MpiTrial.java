// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import io.teff.mpi.MpiCheck;
import io.teff.mpi.MpiLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What came of starting two ranks with one launcher.
 *
 * @param launcher its name
 * @param program where it is
 * @param works whether the two talked
 * @param what the library, how it is called and what a message takes; or why it does not work
 */
record MpiTrial(String launcher, String program, boolean works, String what) {
    private static final long LIMIT_S = 30;

    /** Tries all launchers on the PATH. */
    static List<MpiTrial> all() throws IOException, InterruptedException {
        List<MpiTrial> trials = new ArrayList<>();
        for (MpiLauncher launcher : MpiLauncher.find(System.getenv().getOrDefault("PATH", ""))) {
            trials.add(of(launcher));
        }
        return trials;
    }

    private static MpiTrial of(MpiLauncher launcher) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher.command(2));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), MpiCheck.class.getName()));
        Path output = Files.createTempFile("teff-mpi-", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
            builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
            Process process = builder.start();
            try {
                if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                    return failed(launcher, "two ranks did not end within " + LIMIT_S + " s");
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return read(launcher, process.exitValue(), Files.readAllLines(output));
        } finally {
            Files.delete(output);
        }
    }

    static MpiTrial read(MpiLauncher launcher, int exitCode, List<String> lines) {
        for (String line : lines) {
            String[] words = line.split("\t", -1);
            if (exitCode == 0 && words.length == 6 && words[0].equals(MpiCheck.MARK)) {
                boolean works = words[4].equals("2");
                return new MpiTrial(
                        launcher.name(),
                        launcher.program().toString(),
                        works,
                        words[2]
                                + " by "
                                + words[3]
                                + ", "
                                + (works
                                        ? "two ranks talk, 8 bytes take " + words[5] + " ns"
                                        : "each rank is alone: not this launcher's library"));
            }
        }
        String last =
                lines.stream()
                        .filter(line -> line.contains("Error") || line.contains("Exception"))
                        .findFirst()
                        .orElse(lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1));
        return failed(launcher, "exit code " + exitCode + ", printed: " + last.strip());
    }

    private static MpiTrial failed(MpiLauncher launcher, String why) {
        return new MpiTrial(launcher.name(), launcher.program().toString(), false, why);
    }
}
